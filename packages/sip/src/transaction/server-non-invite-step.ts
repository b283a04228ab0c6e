import type { TransactionTimers } from '../timers.ts';
import {
  lingerIn,
  NOTHING,
  send,
  sendTrying,
  type Step,
  start,
  stop,
  TERMINATED,
  type TimerName,
} from './step.ts';

/** RFC 3261 17.2.2 figure 8, with the changes of RFC 4320. */
export type ServerNonInviteState =
  | { readonly in: 'trying' }
  /** A 100 was sent. */
  | { readonly in: 'proceeding' }
  /** `answered: false` after a 408, which is never sent: the request again is absorbed in silence. */
  | { readonly in: 'completed'; readonly answered: boolean }
  | { readonly in: 'terminated' };

export type ServerNonInviteInput =
  /** The same request again. */
  | { readonly kind: 'request' }
  | { readonly kind: 'respond'; readonly status: number }
  | { readonly kind: 'timer'; readonly timer: string };

type ServerNonInviteStep = Step<ServerNonInviteState>;

export function startServerNonInvite(timers: TransactionTimers): ServerNonInviteStep {
  return { state: { in: 'trying' }, effects: [start('trying', timers.trying)] };
}

export function serverNonInviteStep(
  state: ServerNonInviteState,
  input: ServerNonInviteInput,
  timers: TransactionTimers,
): ServerNonInviteStep {
  switch (state.in) {
    case 'trying': // RFC 3261 17.2.2, figure 8: the request again is discarded
      if (input.kind === 'respond') return respond(state, input.status, timers, 'trying');
      if (input.kind === 'timer' && input.timer === 'trying') {
        const leftMs = timers.unanswered - timers.trying;
        return { state: { in: 'proceeding' }, effects: [sendTrying, start('unanswered', leftMs)] };
      }
      break;
    case 'proceeding': // RFC 3261 17.2.2, figure 8
      if (input.kind === 'request') return { state, effects: [send] };
      if (input.kind === 'respond') return respond(state, input.status, timers, 'unanswered');
      // RFC 4320 4.2: nobody waits for an answer now.
      if (input.kind === 'timer' && input.timer === 'unanswered') {
        return { state: TERMINATED, effects: NOTHING };
      }
      break;
    case 'completed': // RFC 3261 17.2.2, figure 8: other final responses are discarded
      if (input.kind === 'request') return { state, effects: state.answered ? [send] : NOTHING };
      if (input.kind === 'timer' && input.timer === 'J') return { state: TERMINATED, effects: NOTHING };
      break;
    case 'terminated':
      break;
  }
  return { state, effects: NOTHING };
}

/** @param running the timer that a final response stops. */
function respond(
  state: ServerNonInviteState,
  status: number,
  timers: TransactionTimers,
  running: TimerName,
): ServerNonInviteStep {
  // RFC 4320 4.1: no provisional response but 100, and that one when its time has come.
  if (status < 200) return { state, effects: NOTHING };
  // RFC 4320 4.2: whoever sent the request has found out about the time for himself.
  const answered = status !== 408;
  const effects = answered ? [stop(running), send] : [stop(running)];
  return lingerIn({ in: 'completed', answered }, 'J', timers.j, effects);
}
