import {
  DEFAULT_CALL_POLICY,
  type DiallingPolicy,
  indexRules,
  type LimitsPolicy,
  type OfficeHours,
} from '@ringwall/policy';
import type { TrunkName } from './trunk.ts';

/** What an extension may do beyond the house, and how it is shown there. */
export interface CallingRights {
  /** It calls nobody outside but for help. */
  readonly isInternalOnly: boolean;
  /** May it lead calls that it does not make itself out of the house: by a forward, a transfer, a rule of its own? */
  readonly mayForwardOutside: boolean;
  readonly mayCallOutOfHours: boolean;
  /** It calls nobody outside but for help, until its PIN is entered. */
  readonly isPinProtected: boolean;
  /** Shown to those whom it calls outside; undefined: the trunk's. */
  readonly callerId: string | undefined;
  /** Names of groups: outbound rules ask for them, and they may keep office hours of their own. */
  readonly groups: readonly string[];
  /** Shown to the emergency services in place of `callerId`: a number that they can call back. */
  readonly emergencyCallerId?: string | undefined;
  /** Where its phone stands, such as `Building 2, floor 3`; undefined: where the house is. */
  readonly location?: string | undefined;
}

/** Who is told of a call for help, and what. */
export interface EmergencyCare {
  /** Where the house is, in words; `''`: not set. */
  readonly location: string;
  /** Is the place written into the display name that the provider gets? */
  readonly showsLocation: boolean;
  /** Their phones ring when somebody calls for help. */
  readonly callExtensions: readonly string[];
}

/** Every call outside, and what is asked of it. */
export interface Dialling {
  readonly policy: DiallingPolicy;
  /** Undefined: the office is never closed. */
  readonly hours: OfficeHours | undefined;
  /** Of groups that keep hours of their own, by name. */
  readonly groupHours: ReadonlyMap<string, OfficeHours | undefined>;
  /** Trunks that lead to the emergency services, in order; empty: every trunk, in the order of its name. */
  readonly emergencyTrunks: readonly TrunkName[];
  readonly emergencyCare: EmergencyCare;
  /** Undefined: turned off. */
  readonly limits: LimitsPolicy | undefined;
  /** IANA name: where a day begins. */
  readonly timeZone: string;
  /** The longest that a call outside may last, within the home country and beyond it. */
  readonly nationalSeconds: number;
  readonly internationalSeconds: number;
}

/** What an extension may do unless it is said otherwise. */
export const DEFAULT_CALLING_RIGHTS: CallingRights = {
  isInternalOnly: false,
  mayForwardOutside: false,
  mayCallOutOfHours: false,
  isPinProtected: false,
  callerId: undefined,
  groups: [],
};

/** Nothing leaves: no country is set, and no rule. */
export const NO_DIALLING: Dialling = {
  policy: {
    home: { country: '', internationalPrefix: '', nationalPrefix: '', areaCode: '' },
    emergency: { numbers: [], outsidePrefixes: [] },
    rules: indexRules([]),
    calls: DEFAULT_CALL_POLICY,
  },
  hours: undefined,
  groupHours: new Map(),
  emergencyTrunks: [],
  emergencyCare: { location: '', showsLocation: false, callExtensions: [] },
  limits: undefined,
  timeZone: 'UTC',
  nationalSeconds: 14_400,
  internationalSeconds: 3_600,
};
