import { hoursFor } from '@ringwall/policy';
import { inside } from '../call/party.ts';
import type { AskedNumber } from '../call/call-record.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isNumberOfHouse } from './number-of-house.ts';
import type { OfficeClock } from './office-clock.ts';
import { explainWish } from './plan-outside.ts';

/** What a policy says of a number that was asked for in the past; or why it cannot be asked. */
export type Replayed =
  | {
      readonly is: 'judged';
      readonly verdict: AskedNumber['verdict'];
      /** The gate that the verdict is of; `number-of-the-house`: it is an extension's by now, and no gate is asked. */
      readonly rule: string;
      readonly text: string;
    }
  /** What was dialled was not kept whole. */
  | { readonly is: 'cut' }
  | { readonly is: 'extension-gone' };

/**
 * Asks the call policy again, as a phone that dials is answered, at the time of then and by the rights that the extension
 * has in `snapshot`. Limits, trunks and the lock of a PIN are no part of it: what they said was of that moment.
 */
export function replayAsked(
  { by, cause, from, dialled, isCut, at }: AskedNumber,
  snapshot: Pick<Snapshot, 'dialling' | 'extensions' | 'ringGroups'>,
  officeClock: OfficeClock,
): Replayed {
  if (isCut) return { is: 'cut' };
  const extension = by === undefined ? undefined : snapshot.extensions.get(by);
  if (by !== undefined && extension === undefined) return { is: 'extension-gone' };
  // A rule's destination is outside, whatever numbers the house has.
  if (cause !== 'rule' && isNumberOfHouse(dialled, snapshot)) {
    return {
      is: 'judged',
      verdict: 'allow',
      rule: 'number-of-the-house',
      text: `${dialled} is an extension`,
    };
  }
  const { dialling } = snapshot;
  const hours = hoursFor(extension?.calling.groups ?? [], dialling);
  const isOfficeOpen = officeClock.isOpen(hours, at);
  const party = extension && inside(extension);
  const { verdict, because } = explainWish(
    { by: party, cause, from, dialled },
    { dialling, isOfficeOpen, isPinLocked: () => false },
  );
  const [{ rule, text }] = because;
  return { is: 'judged', verdict, rule, text };
}
