/** What connections may cost us. A stranger is a connection that was not promoted. */
export interface StreamLimits {
  /** Strangers from one address (one /64 for IPv6). */
  readonly strangersPerAddress: number;
  /** Strangers from an address that a promoted connection comes from too: an office behind one NAT. */
  readonly strangersPerKnownAddress: number;
  /** Strangers from one /24 (one /48 for IPv6). */
  readonly strangersPerNetwork: number;
  /** Strangers from everywhere; when it is reached, the one that has been one for longest gives way. */
  readonly strangers: number;
  /** All connections, promoted ones included; past it a newcomer is refused. */
  readonly connections: number;
  /** For the TLS handshake to end. */
  readonly handshakeMs: number;
  /** From the connection (or the end of the handshake) to the end of the first whole message. */
  readonly firstMessageMs: number;
  /** Without a byte from a stranger. */
  readonly strangerIdleMs: number;
  /** Without a byte from a promoted connection. */
  readonly promotedIdleMs: number;
  /** Written by us and not yet taken by the peer. */
  readonly backlogBytes: number;
  /** How often the times above are looked at. */
  readonly sweepMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  strangersPerAddress: 10,
  strangersPerKnownAddress: 100,
  strangersPerNetwork: 50,
  strangers: 2_000,
  connections: 12_000,
  handshakeMs: 15_000,
  firstMessageMs: 10_000,
  strangerIdleMs: 60_000,
  promotedIdleMs: 3_900_000, // Longer than a phone may stay registered (3,600 s) without a byte.
  backlogBytes: 256 * 1024,
  sweepMs: 1_000,
};
