import { beginWork, findLeg, getLeg, type Work } from './call.ts';
import type { CallTable } from './call-table.ts';
import type { CallsHost } from './calls-host.ts';
import type { CallEffect } from './inputs.ts';
import { numberOf } from './party.ts';
import { giveAway, mergeRefusal, takePlace } from './transfer.ts';
import { transferFailed } from './transfer-progress.ts';
import { noteTransfer } from './write-record.ts';

/**
 * Attended transfer: the other party of the transferor leaves for another call, and takes there the place of the leg that
 * the REFER named.
 *
 * @returns what has become of the calls, to be settled in this order: the leg is gone from the first before it is in the
 *   second. Nothing if the transferor is gone; the first alone if the transfer was refused.
 */
export function mergeCalls(
  calls: Pick<CallTable, 'callOf' | 'find' | 'get'>,
  { leg, replaces }: CallEffect & { readonly do: 'merge' },
  host: Pick<CallsHost, 'context' | 'mayLeadOut'>,
): readonly Work[] {
  const first = calls.callOf(leg);
  const transferor = first === undefined ? undefined : findLeg(first, leg);
  if (first === undefined || transferor === undefined) return [];
  const found = calls.find(replaces.callId, replaces.toTag, replaces.fromTag);
  const second = found === undefined ? undefined : calls.get(found.call);
  const old = second === undefined ? undefined : findLeg(second, found?.leg);
  const context = host.context();
  const leftWork = beginWork(first, context);
  const refusal = mergeRefusal(first, transferor, second, old, host.mayLeadOut(transferor.party));
  if (refusal !== undefined || second === undefined || old === undefined) {
    transferFailed(leftWork, refusal ?? '481 Call/Transaction Does Not Exist');
    return [leftWork];
  }
  const leaving = giveAway(leftWork, getLeg(leftWork.call, leg), second.id);
  const joinedWork = beginWork(second, context);
  takePlace(joinedWork, getLeg(joinedWork.call, old.id), leaving);
  const by = numberOf(transferor.party);
  noteTransfer(joinedWork, { by, how: 'attended', to: '', failed: undefined, joined: first.id });
  return [leftWork, joinedWork];
}
