import { type DnsAnswer, type DnsQuestion, type NaptrRecord, parseIp, type Random } from '@ringwall/base';
import type { Transport } from '../flow.ts';
import { questionKey } from './question-key.ts';
import { orderSrv } from './order-srv.ts';

/** A place where a server may be reached. */
export interface Target {
  readonly transport: Transport;
  /** IPv4 or IPv6, without brackets. */
  readonly address: string;
  readonly port: number;
  /**
   * The name that its certificate must hold: the one that was asked for, never one that the DNS led to, because anybody
   * between us and the DNS may write there (RFC 5922 4, RFC 3263 4.1).
   */
  readonly tlsName: string;
}

/** Whom we want to reach. */
export interface Wish {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly transport: Transport | undefined;
  /** Only over TLS: a `sips` URI. */
  readonly secure?: boolean;
  /** The transports that we have, the favourite first. */
  readonly transports: readonly Transport[];
  /** The address families that we have, the favourite first. */
  readonly families: readonly (4 | 6)[];
}

export type Plan =
  /** Ask these, and plan again with the answers. */
  | { readonly is: 'asking'; readonly questions: readonly DnsQuestion[] }
  /** In the order in which they are to be tried; at least one. Good for so long. */
  | { readonly is: 'found'; readonly targets: readonly Target[]; readonly ttlSeconds: number }
  /** Nobody is there. `failed`: the DNS could not be asked, and it may be otherwise soon. */
  | { readonly is: 'nowhere'; readonly why: 'none' | 'failed' | 'not-offered'; readonly ttlSeconds: number };

/** Answers by {@link questionKey}. */
export type DnsAnswers = ReadonlyMap<string, DnsAnswer>;

const MOST_NAPTR = 16;
const MOST_SRV = 16;
const MOST_TARGETS = 32;
const SHORTEST_TTL_SECONDS = 30;
const LONGEST_TTL_SECONDS = 3_600;

/** A host to look up, on the way to a target. */
interface Place {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
}

/**
 * Finds where a request goes (RFC 3263 4), without asking anybody: given the answers so far, it says what is still to
 * be asked, or the targets. There are three rounds at most (NAPTR, SRV, addresses), each of bounded size, and no answer
 * leads back to an earlier round, so records that point at each other cannot keep it going. `random` is drawn from for
 * the order of SRV records, in the last step only.
 *
 * Where SRV cannot be asked it goes on with the addresses of the name, as if there were none: many a router answers
 * nothing but addresses. Such a plan is short-lived.
 */
export function planTargets(wish: Wish, answers: DnsAnswers, random: Random): Plan {
  return new Planner(wish, answers, random).plan();
}

class Planner {
  readonly #wish: Wish;
  readonly #answers: DnsAnswers;
  readonly #random: Random;
  readonly #missing = new Map<string, DnsQuestion>();
  #ttlSeconds = LONGEST_TTL_SECONDS;
  #failed = false;

  constructor(wish: Wish, answers: DnsAnswers, random: Random) {
    this.#wish = wish;
    this.#answers = answers;
    this.#random = random;
  }

  plan(): Plan {
    const { host, port, secure = false } = this.#wish;
    const transports = this.#transports();
    const [favourite = 'udp'] = transports;
    if (transports.length === 0) return this.#nowhere('not-offered');
    const fixed = this.#wish.transport ?? (secure ? 'tls' : favourite);
    const fallback: Place = { transport: fixed, host, port: port ?? defaultPort(fixed) };
    if (parseIp(host) !== undefined || port !== undefined) return this.#addresses([fallback]);
    const services = this.#services(transports);
    if (services === undefined) return this.#asking();
    const places = this.#servers(services);
    if (places === undefined) return this.#asking();
    if (places === 'not-offered') return this.#nowhere('not-offered');
    return this.#addresses(places.length === 0 ? [fallback] : places);
  }

  #transports(): readonly Transport[] {
    const { transport, secure = false, transports } = this.#wish;
    return transports.filter(
      (one) => (transport === undefined || one === transport) && (!secure || one === 'tls'),
    );
  }

  /** The SRV names to ask, in order; undefined: NAPTR is to be asked first. */
  #services(
    transports: readonly Transport[],
  ): readonly { readonly transport: Transport; readonly name: string }[] | undefined {
    const { host, transport } = this.#wish;
    const usual = transports.map((one) => ({ transport: one, name: `${SRV_PREFIX[one]}.${host}` }));
    if (transport !== undefined) return usual;
    const answer = this.#answer({ type: 'NAPTR', name: host });
    if (answer === undefined) return undefined;
    if (answer.is !== 'naptr') return usual;
    const offered = answer.records
      .slice(0, MOST_NAPTR)
      .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
      .flatMap((record) => {
        const one = transportOf(record);
        const usable = one !== undefined && transports.includes(one) && isName(record.replacement);
        return usable ? [{ transport: one, name: record.replacement, order: record.order }] : [];
      });
    // Past the lowest order that we can use nothing counts any more (RFC 3403 4.1).
    return offered.length === 0 ? usual : offered.filter(({ order }) => order === offered[0]?.order);
  }

  /** What SRV leads to, in order; empty: there is none; undefined: it is to be asked first. */
  #servers(
    services: readonly { readonly transport: Transport; readonly name: string }[],
  ): readonly Place[] | 'not-offered' | undefined {
    const answers = services.map(({ transport, name }) => ({
      transport,
      answer: this.#answer({ type: 'SRV', name }),
    }));
    if (this.#missing.size > 0) return undefined;
    const places: Place[] = [];
    let declined = false;
    for (const { transport, answer } of answers) {
      if (answer?.is !== 'srv') continue;
      const records = answer.records.slice(0, MOST_SRV);
      if (records.every(({ target }) => target === '')) declined = true;
      const usable = records.filter(({ target, port }) => isName(target) && port > 0);
      for (const { target, port } of orderSrv(usable, this.#random)) {
        places.push({ transport, host: target, port });
      }
    }
    return places.length === 0 && declined ? 'not-offered' : places.slice(0, MOST_SRV);
  }

  #addresses(places: readonly Place[]): Plan {
    const targets = new Map<string, Target>();
    const tlsName = this.#wish.host;
    for (const { transport, host, port } of places) {
      for (const address of this.#addressesOf(host)) {
        targets.set(`${transport} ${address} ${port}`, { transport, address, port, tlsName });
      }
    }
    if (this.#missing.size > 0) return this.#asking();
    if (targets.size === 0) return this.#nowhere(this.#failed ? 'failed' : 'none');
    return {
      is: 'found',
      targets: [...targets.values()].slice(0, MOST_TARGETS),
      ttlSeconds: this.#lifetime(),
    };
  }

  #addressesOf(host: string): readonly string[] {
    const literal = parseIp(host);
    const { families } = this.#wish;
    if (literal !== undefined) return families.includes(literal.family) ? [host] : [];
    return families.flatMap((family) => {
      const answer = this.#answer({ type: family === 4 ? 'A' : 'AAAA', name: host });
      if (answer?.is !== 'addresses') return [];
      return answer.addresses.filter((address) => parseIp(address)?.family === family);
    });
  }

  /** What is known of it; otherwise it is noted among what is missing. */
  #answer(question: DnsQuestion): DnsAnswer | undefined {
    const key = questionKey(question);
    const answer = this.#answers.get(key);
    if (answer === undefined) this.#missing.set(key, question);
    else if (answer.is === 'failed') this.#failed = true;
    else this.#ttlSeconds = Math.min(this.#ttlSeconds, answer.ttlSeconds);
    return answer;
  }

  #asking(): Plan {
    return { is: 'asking', questions: [...this.#missing.values()] };
  }

  #nowhere(why: 'none' | 'failed' | 'not-offered'): Plan {
    return { is: 'nowhere', why, ttlSeconds: this.#lifetime() };
  }

  #lifetime(): number {
    return this.#failed ? SHORTEST_TTL_SECONDS : Math.max(this.#ttlSeconds, SHORTEST_TTL_SECONDS);
  }
}

const SRV_PREFIX: Record<Transport, string> = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp' };

function transportOf({ service, flags, regexp }: NaptrRecord): Transport | undefined {
  if (flags.toLowerCase() !== 's' || regexp !== '') return undefined;
  switch (service.toUpperCase()) {
    case 'SIP+D2U':
      return 'udp';
    case 'SIP+D2T':
      return 'tcp';
    case 'SIPS+D2T':
      return 'tls';
    default:
      return undefined;
  }
}

function defaultPort(transport: Transport): number {
  return transport === 'tls' ? 5_061 : 5_060;
}

function isName(text: string): boolean {
  return text !== '' && text.length <= 253;
}
