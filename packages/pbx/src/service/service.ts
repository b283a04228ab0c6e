import type { ToneSequence } from '@ringwall/media';

/**
 * What the house does when it answers a call itself. Each service is a pure dialogue: what happens goes in, the next
 * state and what is wanted come out. It knows no leg, no message and no clock.
 */

export type ServiceName = 'pin-lock' | 'echo';

/** What a dialogue is told. */
export type ServiceInput =
  /** The caller hears us. */
  | { readonly kind: 'answered' }
  /** A key: `0` to `9`, `*`, `#`, `A` to `D`. */
  | { readonly kind: 'digit'; readonly digit: string }
  /** What was played is over. */
  | { readonly kind: 'played' }
  /** The time that it wanted to wait is over. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'pin-checked'; readonly verdict: PinVerdict };

/** `barred`: it was not compared, since too many were wrong. `unchecked`: it could not be compared now. */
export type PinVerdict = 'right' | 'wrong' | 'barred' | 'unchecked';

/** What a dialogue wants. */
export type ServiceEffect =
  | { readonly do: 'play'; readonly tones: ToneSequence; readonly isRepeated?: boolean }
  /** What the caller says goes back to him. */
  | { readonly do: 'echo' }
  /** `timeout` after so long, counted anew each time. */
  | { readonly do: 'wait'; readonly seconds: number }
  /** Is it the PIN of the extension that calls? Answered by `pin-checked`; if it is right, the extension is unlocked. */
  | { readonly do: 'check-pin'; readonly pin: string }
  /** Locks the extension that calls. */
  | { readonly do: 'lock' }
  /** `reason`: one sentence for the record of the call. */
  | { readonly do: 'hang-up'; readonly reason: string };

export interface ServiceStep<State> {
  readonly state: State;
  readonly effects: readonly ServiceEffect[];
}
