/** How the person at the phone, and the phone itself, behave; everything may be left out. */
export interface PhoneBehaviour {
  /** 180 goes out so long after the INVITE; undefined: never. */
  readonly ringAfterMs?: number | undefined;
  /** Somebody answers so long after the INVITE; undefined: nobody does. */
  readonly answerAfterMs?: number | undefined;
  /** Refuses with this status instead: 486 busy, 603 decline, 480 do not disturb … */
  readonly refuseWith?: number | undefined;
  /** Sends every call on to these URIs instead, with a 302. */
  readonly forwardsTo?: readonly string[];
  /** Sends a description with its 18x. */
  readonly earlyMedia?: boolean;
  /** Sends its 18x reliably if the caller understands that; as a caller, requires it. */
  readonly reliable?: boolean;
  /** Calls as nobody: an anonymous From and Privacy (RFC 3323). */
  readonly hidesItself?: boolean;
  /** Calls without an offer. */
  readonly delayedOffer?: boolean;
  /** Asks for this session interval, in seconds. */
  readonly sessionExpiresSeconds?: number;
  /** Never acknowledges a 2xx: a phone that lost its power. */
  readonly neverAcknowledges?: boolean;
  /** Uses UPDATE rather than re-INVITE to hold. */
  readonly holdsByUpdate?: boolean;
  /** Holds with `c=0.0.0.0` (RFC 2543). */
  readonly holdsByZeroAddress?: boolean;
  /** Hangs up as soon as its REFER is accepted. */
  readonly hangsUpOnAccepted?: boolean;
}
