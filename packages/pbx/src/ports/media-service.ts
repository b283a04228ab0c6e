import type { KeyMoment, LegId, LegMedia, LegStatistics, ToneSequence } from '@ringwall/media';

/**
 * What the call engine asks of the relay. Commands are effects: none is answered at once, what must be known
 * comes back as a {@link MediaEvent}. Commands for one leg take effect in the order they were given.
 */
export type MediaCommand =
  /**
   * Reserve a pair of ports, RTP even and RTCP one above. Answered by `leg-opened` or `leg-failed`.
   *
   * `near`: a leg that this one will most likely be joined to. Only a hint: it saves work where several threads
   * carry media.
   */
  | {
      readonly do: 'open-leg';
      readonly leg: LegId;
      readonly family: 4 | 6;
      readonly near?: LegId | undefined;
    }
  | { readonly do: 'configure-leg'; readonly leg: LegId; readonly media: LegMedia }
  /** Let packets through between two legs, both ways. A leg is joined to one other at most: the newest wins. */
  | { readonly do: 'join-legs'; readonly legs: readonly [LegId, LegId] }
  | { readonly do: 'part-legs'; readonly legs: readonly [LegId, LegId] }
  /**
   * The house itself says this on the leg, in G.711, in the place of what the other leg says; the newest wins. Answered
   * by `leg-played` at its end, unless it is repeated or stopped. For legs that are open.
   */
  | {
      readonly do: 'play';
      readonly leg: LegId;
      readonly tones: ToneSequence;
      /** For ever, until it is stopped. */
      readonly isRepeated: boolean;
    }
  | { readonly do: 'stop-playing'; readonly leg: LegId }
  /** From now on each key that is pressed on the leg (RFC 4733) is told as `leg-digit`: as it is pressed, or let go. */
  | { readonly do: 'read-digits'; readonly leg: LegId; readonly moment: KeyMoment }
  /**
   * Presses a key on the leg, as an event among the sound of the leg that it is joined to (RFC 4733). It waits behind those
   * before it; more than 32 do not wait. Left out where the leg did not agree on events, or is joined to nobody.
   */
  | { readonly do: 'send-digit'; readonly leg: LegId; readonly digit: string; readonly ms: number }
  /** What comes in on the leg goes back to it. */
  | { readonly do: 'echo-leg'; readonly leg: LegId }
  /** Give the ports back (no reuse for 30 s). Answered by `leg-closed` with what was counted, always. */
  | { readonly do: 'close-leg'; readonly leg: LegId };

export type MediaEvent =
  | { readonly kind: 'leg-opened'; readonly leg: LegId; readonly rtpPort: number; readonly rtcpPort: number }
  /** It could not be opened, or broke later. Nothing more comes of this leg but an answer to `close-leg`. */
  | { readonly kind: 'leg-failed'; readonly leg: LegId; readonly text: string }
  /** Nothing valid came from this leg for the time in the settings although we listen; once per silence. */
  | { readonly kind: 'leg-silent'; readonly leg: LegId }
  /** Something valid came after a `leg-silent`. */
  | { readonly kind: 'leg-heard'; readonly leg: LegId }
  /**
   * A key was pressed: `0` to `9`, `*`, `#`, `A` to `D`. Once for each press. `ms`: how long it was down, where it is told
   * as it is let go and the phone said so.
   */
  | {
      readonly kind: 'leg-digit';
      readonly leg: LegId;
      readonly digit: string;
      readonly ms: number | undefined;
    }
  /** What was played is over. */
  | { readonly kind: 'leg-played'; readonly leg: LegId }
  | { readonly kind: 'leg-closed'; readonly leg: LegId; readonly statistics: LegStatistics };
