// What is asked of the DNS and answered: by whoever has sockets, for whoever knows the protocol that it is asked for.

/** One question to the DNS. Names without the final dot. */
export interface DnsQuestion {
  readonly type: 'A' | 'AAAA' | 'SRV' | 'NAPTR';
  readonly name: string;
}

export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** `''`: the service is decidedly not offered (RFC 2782). */
  readonly target: string;
}

export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly regexp: string;
  readonly replacement: string;
}

/** Why nobody knows. */
export type DnsFailure =
  | 'timeout'
  /** The servers could not do it, or would not. */
  | 'server'
  /** No server could be reached. */
  | 'unreachable'
  /** It is no name that can be asked for, or the answer was none. */
  | 'malformed'
  /** Too many questions wait. */
  | 'busy';

/** What the DNS said. `none`: there is no such record; `failed`: nobody knows, and the next time it may be otherwise. */
export type DnsAnswer =
  | { readonly is: 'addresses'; readonly addresses: readonly string[]; readonly ttlSeconds: number }
  | { readonly is: 'srv'; readonly records: readonly SrvRecord[]; readonly ttlSeconds: number }
  | { readonly is: 'naptr'; readonly records: readonly NaptrRecord[]; readonly ttlSeconds: number }
  | { readonly is: 'none'; readonly ttlSeconds: number }
  | { readonly is: 'failed'; readonly why: DnsFailure };
