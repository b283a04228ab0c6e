/** What a message may cost us before we have understood it. */
export interface WireLimits {
  /** The whole message. */
  readonly messageBytes: number;
  readonly startLineBytes: number;
  /** One header field with its continuation lines. */
  readonly lineBytes: number;
  /** Header fields. */
  readonly headers: number;
  /** Header fields after lists were taken apart. */
  readonly entries: number;
  readonly bodyBytes: number;
  /**
   * On a stream, Content-Length must be there and be what the framing went by. On a datagram it may be missing,
   * and what comes behind the body is ignored (RFC 3261 18.3).
   */
  readonly exactLength: boolean;
}

const BOTH = { startLineBytes: 2_048, lineBytes: 8_192, headers: 128, entries: 256, bodyBytes: 32_768 };

export const STREAM_LIMITS: WireLimits = { ...BOTH, messageBytes: 65_536, exactLength: true };
export const DATAGRAM_LIMITS: WireLimits = { ...BOTH, messageBytes: 16_384, exactLength: false };
