import type { TransactionTimers } from '../timers.ts';
import { lingerIn, NOTHING, send, type Step, start, startIf, stop, TERMINATED, tell } from './step.ts';

/** RFC 3261 17.1.2 figure 6. */
export type ClientNonInviteState =
  | { readonly in: 'trying'; readonly resendMs: number }
  | { readonly in: 'proceeding' }
  /** A final response came, its repetitions are absorbed. */
  | { readonly in: 'completed' }
  | { readonly in: 'terminated' };

export type ClientNonInviteInput =
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'flow-closed' }
  | { readonly kind: 'timer'; readonly timer: string };

type ClientNonInviteStep = Step<ClientNonInviteState>;

export function startClientNonInvite(timers: TransactionTimers): ClientNonInviteStep {
  return {
    state: { in: 'trying', resendMs: timers.e ?? 0 },
    effects: [send, ...startIf('E', timers.e), start('F', timers.f)],
  };
}

export function clientNonInviteStep(
  state: ClientNonInviteState,
  input: ClientNonInviteInput,
  timers: TransactionTimers,
): ClientNonInviteStep {
  switch (state.in) {
    case 'trying': // RFC 3261 17.1.2.2, figure 6
      if (input.kind === 'response') return answered(input.status, timers);
      if (input.kind === 'flow-closed') return { state: TERMINATED, effects: [tell('transport-failed')] };
      if (input.timer === 'E') {
        const resendMs = Math.min(state.resendMs * 2, timers.t2);
        return { state: { in: 'trying', resendMs }, effects: [send, start('E', resendMs)] };
      }
      if (input.timer === 'F') return { state: TERMINATED, effects: [tell('timeout')] };
      break;
    case 'proceeding': // RFC 3261 17.1.2.2, figure 6
      if (input.kind === 'response') return answered(input.status, timers);
      if (input.kind === 'flow-closed') return { state: TERMINATED, effects: [tell('transport-failed')] };
      if (input.timer === 'E') return { state, effects: [send, start('E', timers.t2)] };
      if (input.timer === 'F') return { state: TERMINATED, effects: [tell('timeout')] };
      break;
    case 'completed': // RFC 3261 17.1.2.2, figure 6
      if (input.kind === 'flow-closed') return { state: TERMINATED, effects: NOTHING };
      if (input.kind === 'timer' && input.timer === 'K') return { state: TERMINATED, effects: NOTHING };
      break;
    case 'terminated':
      break;
  }
  return { state, effects: NOTHING };
}

function answered(status: number, timers: TransactionTimers): ClientNonInviteStep {
  // Timer E runs on: the request may still be lost, and with it the final response.
  if (status < 200) {
    return { state: { in: 'proceeding' }, effects: status === 100 ? NOTHING : [tell('response')] };
  }
  return lingerIn({ in: 'completed' }, 'K', timers.k, [stop('E'), stop('F'), tell('response')]);
}
