/** Where something came from: as `net` and `sip` have it, without what the guard does not need. */
export interface GuardFlow {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly remote: { readonly address: string; readonly port: number };
  /** Number of the TCP or TLS connection; 0 on UDP. */
  readonly connection: number;
}

/** What the program saw, and tells the guard. Names and texts are as the peer sent them. */
export type Evidence =
  /** An answer to a challenge of ours, to a nonce that binds to this source, with a wrong digest. */
  | { readonly kind: 'wrong-digest'; readonly flow: GuardFlow; readonly account: string }
  /** A right one. */
  | { readonly kind: 'authenticated'; readonly flow: GuardFlow; readonly account: string }
  /** Nothing or nothing usable was said about who it is, and a challenge goes out. */
  | { readonly kind: 'challenge-sent'; readonly flow: GuardFlow }
  | { readonly kind: 'malformed'; readonly flow: GuardFlow; readonly code: string }
  /** A request that names no domain of ours. */
  | { readonly kind: 'unknown-domain'; readonly flow: GuardFlow }
  /** A connection that did what no phone does, such as to bring no message in time. */
  | { readonly kind: 'connection-abuse'; readonly flow: GuardFlow; readonly what: string }
  /**
   * Somebody named an extension that exists to be named by nobody else.
   *
   * @see nonceIsOurs the request carried a nonce of ours that binds to this source.
   */
  | {
      readonly kind: 'canary-used';
      readonly flow: GuardFlow;
      readonly number: string;
      readonly nonceIsOurs: boolean;
    };

/**
 * Could nobody else have sent this in the owner's name? A connection is proof, for its handshake came back to the
 * address; so is an answer to a nonce that went there. Anything else over UDP may be forged, and bans nobody.
 */
export function isProven(evidence: Evidence): boolean {
  if (evidence.flow.transport !== 'udp') return true;
  if (evidence.kind === 'canary-used') return evidence.nonceIsOurs;
  return evidence.kind === 'wrong-digest' || evidence.kind === 'authenticated';
}
