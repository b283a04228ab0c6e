import { reasonPhrase } from '@ringwall/sip';
import { endCall, endLeg } from './ending.ts';
import { findLeg, getLeg, type Transfer, type Work } from './call.ts';
import type { CallId } from './call-record.ts';
import { numberOf } from './party.ts';
import { joinLegs, notifyTransfer } from './sending.ts';
import { noteTransfer } from './write-record.ts';

/** What the phone that pressed the transfer key is told, and how the transfer ends. */

/** How long a transferor may take to hang up after it was told of the success. */
const LINGER_MS = 2_000;
/** The longest number that is shown. */
const SHOWN_LENGTH = 32;

function notify(work: Work, statusLine: string, final: boolean): void {
  const { transfer } = work.call;
  const transferor = findLeg(work.call, transfer?.by);
  if (transfer?.notify && transferor?.state === 'talking')
    notifyTransfer(work, transferor, statusLine, final);
}

export function tellTransferProgress(work: Work, status: number): void {
  if (work.call.transfer !== undefined && status >= 180)
    notify(work, `${status} ${reasonPhrase(status)}`, false);
}

/** The new party has answered: the transferor is told, and has a moment to hang up by itself. */
export function finishTransfer(work: Work, joined?: CallId): void {
  const { transfer } = work.call;
  if (transfer === undefined) return;
  notify(work, '200 OK', true);
  const transferor = findLeg(work.call, transfer.by);
  noteEnd(work, transfer, undefined, joined);
  work.effects.push({
    do: 'report',
    event: {
      kind: 'call-transferred',
      call: work.call.id,
      by: numberOf(transferor?.party ?? work.call.caller),
      to: transfer.dialled,
      how: transfer.how,
    },
  });
  work.call.transfer = undefined;
  if (transferor?.state === 'talking') {
    work.effects.push({ do: 'timer', leg: transferor.id, timer: 'linger', afterMs: LINGER_MS });
  }
}

/** For the record. `failed`: the status line that the transferor was told. */
function noteEnd(work: Work, transfer: Transfer, failed: string | undefined, joined?: CallId): void {
  const { by, how, dialled } = transfer;
  const who = numberOf(findLeg(work.call, by)?.party ?? work.call.caller);
  noteTransfer(work, {
    by: who,
    how,
    to: how === 'blind' ? dialled.slice(0, SHOWN_LENGTH) : '',
    failed,
    joined,
  });
}

/** The transferor did not hang up by itself. */
export function lingerOver(work: Work, legId: string): void {
  const leg = work.call.legs.find((candidate) => candidate.id === legId);
  if (leg !== undefined) endLeg(work, leg, 487);
}

/**
 * Nobody took the transferred call. If the transferor is still there, the two talk on; else the call is over.
 *
 * @param statusLine for the administrator.
 * @param told what the transferor hears of it.
 * @returns false if there was no transfer to fail.
 */
export function transferFailed(work: Work, statusLine: string, told = statusLine): boolean {
  const { call } = work;
  const { transfer } = call;
  if (transfer === undefined) return false;
  notify(work, told, true);
  noteEnd(work, transfer, statusLine);
  call.transfer = undefined;
  call.waiting = undefined;
  call.stage = undefined;
  call.later = [];
  const [a, b] = (call.pair ?? []).map((id) => getLeg(call, id));
  if (a !== undefined && b !== undefined) {
    // The one who waited may have heard the new phone's early media meanwhile.
    joinLegs(work, a, b);
  } else {
    endCall(work, {
      outcome: 'failed',
      endedBy: 'system',
      reason: `The transfer to ${transfer.dialled} failed (${statusLine}) and the transferor had hung up`,
      status: 480,
    });
  }
  return true;
}
