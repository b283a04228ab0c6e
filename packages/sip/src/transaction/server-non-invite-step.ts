import type { TransactionTimers } from '../timers.ts';
import { lingerIn, NOTHING, send, type Step, start, stop, TERMINATED } from './step.ts';

/** RFC 3261 17.2.2 figure 8, with the changes of RFC 4320. */
export type ServerNonInviteState =
  | { readonly in: 'trying' }
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
  return { state: { in: 'trying' }, effects: [start('unanswered', timers.unanswered)] };
}

export function serverNonInviteStep(
  state: ServerNonInviteState,
  input: ServerNonInviteInput,
  timers: TransactionTimers,
): ServerNonInviteStep {
  switch (state.in) {
    case 'trying': // RFC 3261 17.2.2, figure 8: the request again is discarded
      if (input.kind === 'respond') return respond(state, input.status, timers);
      // RFC 4320 4.2: nobody waits for an answer now.
      if (input.kind === 'timer' && input.timer === 'unanswered') {
        return { state: TERMINATED, effects: NOTHING };
      }
      break;
    case 'proceeding': // RFC 3261 17.2.2, figure 8
      if (input.kind === 'request') return { state, effects: [send] };
      if (input.kind === 'respond') return respond(state, input.status, timers);
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

function respond(
  state: ServerNonInviteState,
  status: number,
  timers: TransactionTimers,
): ServerNonInviteStep {
  if (status < 200) {
    // RFC 4320 4.1: no provisional response but 100.
    return status === 100 ? { state: { in: 'proceeding' }, effects: [send] } : { state, effects: NOTHING };
  }
  // RFC 4320 4.2: whoever sent the request has found out about the time for himself.
  const answered = status !== 408;
  const effects = answered ? [stop('unanswered'), send] : [stop('unanswered')];
  return lingerIn({ in: 'completed', answered }, 'J', timers.j, effects);
}
