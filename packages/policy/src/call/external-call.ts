import type { Result } from '@ringwall/base';
import type { Destination } from '../numbering/number-class.ts';
import type { NumberRefusal } from '../numbering/read-final-number.ts';

/** Why a call wants to leave. `rule`: an inbound rule's destination. `remote`: the voicemail menu. */
export type CallCause = 'dialled' | 'forward' | 'redirect' | 'transfer' | 'rule' | 'remote';

/** The extension that answers for the call: who dialled, forwarded, transferred, redirected, or owns the rule. */
export interface ResponsibleParty {
  readonly extension: string;
  readonly isEnabled: boolean;
  readonly isInternalOnly: boolean;
  /** PIN protection is on, and not unlocked at the moment. */
  readonly isPinLocked: boolean;
  /** May it lead calls that it does not make itself out of the house, those from outside among them? */
  readonly mayForwardOutside: boolean;
  /** Office hours do not hold for it. */
  readonly mayCallOutOfHours: boolean;
  /** Numbers that it may show as the caller's, in the form in which they are asked for. */
  readonly callerIds: readonly string[];
}

/** What is known when a call wants to leave, or when a forward is saved. */
export interface ExternalCallFacts {
  /** The emergency number, if somebody of the house calls one or leads a call there; never for what a stranger set off. */
  readonly emergency: string | undefined;
  /** Who would be connected: a phone of the house, or somebody who came in over a trunk. */
  readonly from: 'extension' | 'trunk';
  readonly cause: CallCause;
  /** `undefined`: nobody in the house; a provider's REFER or 302, for one. */
  readonly responsible: ResponsibleParty | undefined;
  /** What `readFinalNumber` made of the dialled string after the rule's rewriting. */
  readonly destination: Result<Destination, NumberRefusal>;
  /** The caller's number that is to be shown; `undefined`: the trunk's. */
  readonly callerId: string | undefined;
  readonly isOfficeOpen: boolean;
}
