import type { TransactionTimers } from '../timers.ts';
import { lingerIn, NOTHING, send, type Step, start, startIf, stop, TERMINATED, tell } from './step.ts';

/** RFC 3261 17.2.1 figure 7, with the changes of RFC 6026 7.1 (its figure 1) and the 2xx of RFC 3261 13.3.1.4. */
export type ServerInviteState =
  | { readonly in: 'proceeding'; readonly provisional: boolean }
  /** A non-2xx final response was sent, and waits for its ACK. */
  | { readonly in: 'completed'; readonly resendMs: number }
  /** Its ACK came. */
  | { readonly in: 'confirmed' }
  /** A 2xx was sent; `acknowledged`: its ACK came. */
  | { readonly in: 'accepted'; readonly resendMs: number; readonly acknowledged: boolean }
  | { readonly in: 'terminated' };

export type ServerInviteInput =
  /** The same INVITE again. */
  | { readonly kind: 'request' }
  | { readonly kind: 'respond'; readonly status: number }
  | { readonly kind: 'ack' }
  | { readonly kind: 'flow-closed' }
  | { readonly kind: 'timer'; readonly timer: string };

type ServerInviteStep = Step<ServerInviteState>;

export function startServerInvite(): ServerInviteStep {
  return { state: { in: 'proceeding', provisional: false }, effects: NOTHING };
}

export function serverInviteStep(
  state: ServerInviteState,
  input: ServerInviteInput,
  timers: TransactionTimers,
): ServerInviteStep {
  switch (state.in) {
    case 'proceeding': // RFC 3261 17.2.1, figure 7
      if (input.kind === 'request') return { state, effects: state.provisional ? [send] : NOTHING };
      if (input.kind === 'respond') return respond(input.status, timers);
      break;
    case 'completed': // RFC 3261 17.2.1, figure 7
      if (input.kind === 'request') return { state, effects: [send] };
      if (input.kind === 'ack') return lingerIn({ in: 'confirmed' }, 'I', timers.i, [stop('G'), stop('H')]);
      // RFC 6026 7.1: a transport that fails does not end the transaction.
      if (input.kind === 'flow-closed') return { state, effects: [stop('G')] };
      if (input.kind === 'timer' && input.timer === 'G') {
        const resendMs = Math.min(state.resendMs * 2, timers.t2);
        return { state: { in: 'completed', resendMs }, effects: [send, start('G', resendMs)] };
      }
      if (input.kind === 'timer' && input.timer === 'H') {
        return { state: TERMINATED, effects: [tell('no-ack')] };
      }
      break;
    case 'confirmed': // RFC 3261 17.2.1, figure 7
      if (input.kind === 'timer' && input.timer === 'I') return { state: TERMINATED, effects: NOTHING };
      break;
    case 'accepted': // RFC 6026 7.1; the INVITE again is absorbed, for the 2xx is on its way already
      if (input.kind === 'respond' && isSuccess(input.status)) return { state, effects: [send] };
      if (input.kind === 'ack' && !state.acknowledged) {
        return { state: { ...state, acknowledged: true }, effects: [stop('success'), tell('ack')] };
      }
      if (input.kind === 'flow-closed') return { state, effects: [stop('success')] };
      if (input.kind === 'timer' && input.timer === 'success') {
        const resendMs = Math.min(state.resendMs * 2, timers.t2); // RFC 3261 13.3.1.4
        return { state: { ...state, resendMs }, effects: [send, start('success', resendMs)] };
      }
      if (input.kind === 'timer' && input.timer === 'L') {
        return { state: TERMINATED, effects: state.acknowledged ? NOTHING : [tell('no-ack')] };
      }
      break;
    case 'terminated':
      break;
  }
  return { state, effects: NOTHING };
}

function respond(status: number, timers: TransactionTimers): ServerInviteStep {
  if (status < 200) return { state: { in: 'proceeding', provisional: true }, effects: [send] };
  if (isSuccess(status)) {
    return {
      state: { in: 'accepted', resendMs: timers.success, acknowledged: false },
      effects: [send, start('success', timers.success), start('L', timers.l)],
    };
  }
  return {
    state: { in: 'completed', resendMs: timers.g ?? 0 },
    effects: [send, ...startIf('G', timers.g), start('H', timers.h)],
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
