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

/**
 * What the DNS said. The same shape as the answer of the net package, written again because sockets know nothing of
 * SIP. `none`: there is no such record; `failed`: nobody knows, and the next time it may be otherwise.
 */
export type DnsAnswer =
  | { readonly is: 'addresses'; readonly addresses: readonly string[]; readonly ttlSeconds: number }
  | { readonly is: 'srv'; readonly records: readonly SrvRecord[]; readonly ttlSeconds: number }
  | { readonly is: 'naptr'; readonly records: readonly NaptrRecord[]; readonly ttlSeconds: number }
  | { readonly is: 'none'; readonly ttlSeconds: number }
  | { readonly is: 'failed'; readonly why: string };

/** One string for one question, however its name is written. */
export function questionKey({ type, name }: DnsQuestion): string {
  return `${type} ${name.toLowerCase()}`;
}
