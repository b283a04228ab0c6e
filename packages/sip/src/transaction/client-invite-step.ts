import type { TransactionTimers } from '../timers.ts';
import {
  lingerIn,
  NOTHING,
  send,
  sendAck,
  sendCancel,
  type Step,
  type StepEffect,
  start,
  startIf,
  stop,
  TERMINATED,
  tell,
} from './step.ts';

/** RFC 3261 17.1.1 figure 5, with the changes of RFC 6026 7.2 (its figure 3). */
export type ClientInviteState =
  /** Sent, no response yet. `cancelled`: a CANCEL is wanted, but must wait for a provisional response. */
  | { readonly in: 'calling'; readonly resendMs: number; readonly cancelled: boolean }
  | { readonly in: 'proceeding'; readonly cancelled: boolean }
  /** A non-2xx final response came, and its repetitions are acknowledged. */
  | { readonly in: 'completed' }
  /** A 2xx came; repetitions, and 2xx from other forks, may follow. */
  | { readonly in: 'accepted' }
  | { readonly in: 'terminated' };

export type ClientInviteInput =
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'flow-closed' }
  | { readonly kind: 'timer'; readonly timer: string };

type ClientInviteStep = Step<ClientInviteState>;

export function startClientInvite(timers: TransactionTimers): ClientInviteStep {
  return {
    state: { in: 'calling', resendMs: timers.a ?? 0, cancelled: false },
    effects: [send, ...startIf('A', timers.a), start('B', timers.b)],
  };
}

export function clientInviteStep(
  state: ClientInviteState,
  input: ClientInviteInput,
  timers: TransactionTimers,
): ClientInviteStep {
  switch (state.in) {
    case 'calling': // RFC 3261 17.1.1.2, figure 5
      if (input.kind === 'response') return answered([stop('A'), stop('B')], state.cancelled, input, timers);
      // 9.1: whoever has not answered at all may not know the INVITE yet, and would not know what to cancel.
      if (input.kind === 'cancel') return { state: { ...state, cancelled: true }, effects: NOTHING };
      if (input.kind === 'flow-closed') return { state: TERMINATED, effects: [tell('transport-failed')] };
      if (input.timer === 'A') {
        const resendMs = state.resendMs * 2;
        return { state: { ...state, resendMs }, effects: [send, start('A', resendMs)] };
      }
      if (input.timer === 'B') return { state: TERMINATED, effects: [tell('timeout')] };
      break;
    case 'proceeding': // RFC 3261 17.1.1.2, figure 5
      if (input.kind === 'response') {
        if (input.status < 200) return { state, effects: toldProvisional(input.status) };
        return answered(state.cancelled ? [stop('cancelled')] : [], false, input, timers);
      }
      if (input.kind === 'cancel' && !state.cancelled) {
        return { state: { in: 'proceeding', cancelled: true }, effects: cancelling(timers) };
      }
      if (input.kind === 'flow-closed') return { state: TERMINATED, effects: [tell('transport-failed')] };
      // 9.1: a CANCEL that led to nothing.
      if (input.kind === 'timer' && input.timer === 'cancelled') {
        return { state: TERMINATED, effects: [tell('timeout')] };
      }
      break;
    case 'completed': // RFC 3261 17.1.1.2, figure 5
      if (input.kind === 'response' && input.status >= 300) return { state, effects: [sendAck] };
      if (input.kind === 'flow-closed') return { state: TERMINATED, effects: NOTHING };
      if (input.kind === 'timer' && input.timer === 'D') return { state: TERMINATED, effects: NOTHING };
      break;
    case 'accepted': // RFC 6026 7.2
      if (input.kind === 'response' && isSuccess(input.status)) return { state, effects: [tell('response')] };
      if (input.kind === 'timer' && input.timer === 'M') return { state: TERMINATED, effects: NOTHING };
      break;
    case 'terminated':
      break;
  }
  return { state, effects: NOTHING };
}

/** The first response, or the first final one. */
function answered(
  stopped: readonly StepEffect[],
  cancelWanted: boolean,
  { status }: { readonly status: number },
  timers: TransactionTimers,
): ClientInviteStep {
  if (status < 200) {
    const cancel = cancelWanted ? cancelling(timers) : NOTHING;
    return {
      state: { in: 'proceeding', cancelled: cancelWanted },
      effects: [...stopped, ...toldProvisional(status), ...cancel],
    };
  }
  if (isSuccess(status)) {
    // RFC 6026 7.2
    return { state: { in: 'accepted' }, effects: [...stopped, tell('response'), start('M', timers.m)] };
  }
  return lingerIn({ in: 'completed' }, 'D', timers.d, [...stopped, sendAck, tell('response')]);
}

/** A 100 says nothing to anybody but the transaction (RFC 3261 17.1.1.1). */
function toldProvisional(status: number): readonly StepEffect[] {
  return status === 100 ? NOTHING : [tell('response')];
}

function cancelling(timers: TransactionTimers): readonly StepEffect[] {
  return [sendCancel, start('cancelled', timers.cancelled)];
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
