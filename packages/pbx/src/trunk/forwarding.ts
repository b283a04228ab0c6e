import { formatSipUri, Headers, type SipRequest } from '@ringwall/sip';
import type { Trunk } from '../snapshot/trunk.ts';

/** What tells of a call that is forwarded: who did it, and how often it was done before. */

export interface Forwarded {
  /** A number of ours, as the trunk wants it written. */
  readonly by: string;
  /** Over an inbound rule, or by the phone that was called. */
  readonly why: 'rule' | 'redirect';
  /** This time with those before it. */
  readonly times: number;
}

/** The longest list of forwardings that is counted. */
const MOST_COUNTED = 100;

/**
 * How often a call that came was forwarded, by Diversion (RFC 5806) or History-Info (RFC 7044), whichever says more.
 *
 * @returns 0 to 100: what a provider writes costs no more than that.
 */
export function timesForwarded({ headers }: SipRequest): number {
  let diverted = 0;
  for (const value of headers.all('diversion').slice(0, MOST_COUNTED)) {
    const counter = Number(/;\s*counter\s*=\s*(\d{1,3})/i.exec(value)?.[1] ?? '1');
    diverted += Math.max(1, counter);
  }
  // The first entry is who was called at first.
  const history = headers.all('history-info').length - 1;
  return Math.min(MOST_COUNTED, Math.max(diverted, history, 0));
}

/**
 * The lines that tell the provider of the trunk who forwarded, as the trunk is set.
 *
 * @param dial the called number. @param domain of our callers.
 */
export function forwardingHeaders(
  { forwardedBy, host }: Trunk,
  domain: string,
  forwarded: Forwarded | undefined,
  dial: string,
): Headers {
  const headers = new Headers();
  if (forwarded === undefined || forwardedBy === 'none') return headers;
  const { by, why, times } = forwarded;
  const from = formatSipUri({ user: by, host: domain });
  if (forwardedBy === 'diversion') {
    const reason = why === 'rule' ? 'unconditional' : 'deflection';
    return headers.append('diversion', `<${from}>;reason=${reason};counter=${times}`);
  }
  // RFC 4458: 302 stands for a call that goes elsewhere at once, 480 for one that the phone sent on.
  const params = new Map([['cause', why === 'rule' ? '302' : '480']]);
  const to = formatSipUri({ user: dial, host, params });
  return headers.append('history-info', `<${from}>;index=1`).append('history-info', `<${to}>;index=1.1;mp=1`);
}
