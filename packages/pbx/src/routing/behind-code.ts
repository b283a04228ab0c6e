import { deny, emergencyRead } from '@ringwall/policy';
import type { Planned } from '../call/inputs.ts';
import type { Extension, Snapshot } from '../snapshot/snapshot.ts';
import { isNumberOfHouse } from './number-of-house.ts';

/**
 * Codes take nothing behind them, but people who know other systems dial `777*1234` all the same. What stands there is
 * perhaps a PIN: it is to be in no record, no log and no answer.
 */

/** What was dialled begins with a code, and goes on. */
export interface BehindCode {
  /** `777…`: what may be shown of it. */
  readonly shown: string;
  /** Can it be nothing else? Digits alone behind digits alone may be a number outside, which is tried first. */
  readonly isSure: boolean;
}

/** As long as PINs are. */
const PIN = /^\d{4,10}$/;

/**
 * @param by who dials, or has a call led there; undefined: nobody of the house.
 * @returns undefined: it is a number of the house or for help, or no code stands at its beginning, or what stands behind
 *   it is no PIN.
 */
export function behindCode(
  dialled: string,
  by: Extension | undefined,
  snapshot: Pick<Snapshot, 'codes' | 'dialling' | 'extensions' | 'ringGroups'>,
): BehindCode | undefined {
  const { codes, dialling } = snapshot;
  // The shortest: of a longer one the end may be the beginning of the PIN.
  const [found] = [...codes.services]
    .filter(([each]) => dialled.startsWith(each) && dialled.length > each.length)
    .toSorted(([a], [b]) => a.length - b.length);
  if (found === undefined || codes.services.has(dialled) || isNumberOfHouse(dialled, snapshot))
    return undefined;
  if (emergencyRead(dialled, dialling.policy.emergency) !== undefined) return undefined;
  const [code, service] = found;
  const shown = `${code}…`;
  if (/\D/.test(dialled)) return { shown, isSure: true };
  const mayBePin = service === 'pin-lock' && by?.calling.isPinProtected === true;
  return mayBePin && PIN.test(dialled.slice(code.length)) ? { shown, isSure: false } : undefined;
}

/** Why it leads nowhere. */
export function refuseBehindCode({ shown }: BehindCode): Planned {
  const text = `A code is dialled alone (${shown.slice(0, -1)}): a PIN is entered when the phone system has answered`;
  return { ok: false, dialled: shown, status: 404, reason: text, because: [deny('code-with-more', text)] };
}
