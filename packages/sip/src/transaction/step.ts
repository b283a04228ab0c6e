/** A timer of a transaction: the letters of RFC 3261 and RFC 6026, and four that have none (see `timers.ts`). */
export type TimerName =
  | 'A'
  | 'B'
  | 'D'
  | 'E'
  | 'F'
  | 'G'
  | 'H'
  | 'I'
  | 'J'
  | 'K'
  | 'L'
  | 'M'
  | 'success'
  | 'cancelled'
  | 'trying'
  | 'unanswered';

/** What a state machine wants done. Which message is meant, the table knows that holds the transaction. */
export type StepEffect =
  /** Client: the request. Server: the response that was handed in now, or else the last one again. */
  | { readonly do: 'send' }
  /** A 100 to a request that its user has not answered yet (RFC 4320 4.1). */
  | { readonly do: 'send-trying' }
  /** The ACK for the non-2xx response that came now (RFC 3261 17.1.1.3). */
  | { readonly do: 'send-ack' }
  /** The CANCEL for our INVITE (RFC 3261 9.1). */
  | { readonly do: 'send-cancel' }
  | { readonly do: 'tell'; readonly what: 'response' | 'ack' | 'timeout' | 'transport-failed' | 'no-ack' }
  | { readonly do: 'start'; readonly timer: TimerName; readonly ms: number }
  | { readonly do: 'stop'; readonly timer: TimerName };

/** The next state and what goes with it. A transaction that is terminated loses its timers without being told. */
export interface Step<State> {
  readonly state: State;
  readonly effects: readonly StepEffect[];
}

export const NOTHING: readonly StepEffect[] = [];
export const TERMINATED = { in: 'terminated' } as const;

export const send: StepEffect = { do: 'send' };
export const sendTrying: StepEffect = { do: 'send-trying' };
export const sendAck: StepEffect = { do: 'send-ack' };
export const sendCancel: StepEffect = { do: 'send-cancel' };

const TELL = {
  response: { do: 'tell', what: 'response' },
  ack: { do: 'tell', what: 'ack' },
  timeout: { do: 'tell', what: 'timeout' },
  'transport-failed': { do: 'tell', what: 'transport-failed' },
  'no-ack': { do: 'tell', what: 'no-ack' },
} as const;

export function tell(what: keyof typeof TELL): StepEffect {
  return TELL[what];
}

export function start(timer: TimerName, ms: number): StepEffect {
  return { do: 'start', timer, ms };
}

/** For a timer that this transport may do without. */
export function startIf(timer: TimerName, ms: number | undefined): readonly StepEffect[] {
  return ms === undefined ? NOTHING : [start(timer, ms)];
}

export function stop(timer: TimerName): StepEffect {
  return { do: 'stop', timer };
}

/** A state that is only there to absorb what comes again: without time to do so, it ends at once. */
export function lingerIn<State>(
  state: State,
  timer: TimerName,
  ms: number,
  effects: readonly StepEffect[],
): Step<State | typeof TERMINATED> {
  return ms > 0 ? { state, effects: [...effects, start(timer, ms)] } : { state: TERMINATED, effects };
}
