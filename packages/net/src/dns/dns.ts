import { Resolver } from 'node:dns/promises';
import {
  BoundedMap,
  type Clock,
  type DnsAnswer,
  type DnsFailure,
  type DnsQuestion,
  later,
  type MonotonicMs,
} from '@ringwall/base';
import { errorCode } from '../error-counts.ts';

export interface DnsOptions {
  readonly clock: Clock;
  /** `192.0.2.1`, `192.0.2.1:5353` or `[2001:db8::1]:53`; those of the system unless told. */
  readonly servers?: readonly string[];
  /** For one try, of which there are two at each server. */
  readonly timeoutMs?: number;
  /** For an answer, however many servers are tried. */
  readonly answerMs?: number;
  /** Questions on their way at once; as many times eight wait behind them. */
  readonly atOnce?: number;
  /**
   * Asked for addresses when the DNS has none: what the machine itself knows, as in its hosts file. It may reject.
   * Nobody unless told.
   */
  readonly hosts?: (name: string, family: 4 | 6) => Promise<readonly string[]>;
}

export interface DnsCounters {
  /** Put to the servers. */
  asked: number;
  /** Answered out of what was kept. */
  kept: number;
  readonly failed: Record<DnsFailure, number>;
}

const MOST_KEPT = 1_000;
const MOST_RECORDS = 64;
const LONGEST_TTL_SECONDS = 3_600;
/** For what has no time to live of its own: Node tells none for SRV and NAPTR, nor for what is not there. */
const USUAL_TTL_SECONDS = 300;
const NONE_TTL_SECONDS = 60;
/** A server in trouble is left alone for so long, and our callers do not wait for it again and again. */
const FAILED_TTL_SECONDS = 5;

/** Asks the DNS, without ever blocking the program or rejecting. Answers are kept for as long as they hold. */
export class Dns {
  readonly #resolver: Resolver;
  readonly #options: DnsOptions;
  readonly #kept = new BoundedMap<string, { readonly answer: DnsAnswer; readonly until: MonotonicMs }>(
    MOST_KEPT,
  );
  readonly #asking = new Map<string, Promise<DnsAnswer>>();
  readonly #waiting: (() => void)[] = [];
  readonly #atOnce: number;
  #underWay = 0;
  readonly counters: DnsCounters = {
    asked: 0,
    kept: 0,
    failed: { timeout: 0, server: 0, unreachable: 0, malformed: 0, busy: 0 },
  };

  constructor(options: DnsOptions) {
    this.#options = options;
    this.#atOnce = options.atOnce ?? 16;
    this.#resolver = new Resolver({ timeout: options.timeoutMs ?? 2_000, tries: 2 });
    if (options.servers !== undefined) this.#resolver.setServers(options.servers);
  }

  /** The same question asked twice at once goes out once. */
  async ask(question: DnsQuestion): Promise<DnsAnswer> {
    const key = `${question.type} ${question.name.toLowerCase()}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#options.clock.monotonic() < kept.until) {
      this.counters.kept++;
      return kept.answer;
    }
    const under = this.#asking.get(key);
    if (under !== undefined) return under;
    if (this.#waiting.length >= 8 * this.#atOnce) return this.#failed('busy');
    const asking = this.#inTurn(question);
    this.#asking.set(key, asking);
    const answer = await asking;
    this.#asking.delete(key);
    const seconds = answer.is === 'failed' ? FAILED_TTL_SECONDS : answer.ttlSeconds;
    this.#kept.set(key, { answer, until: later(this.#options.clock.monotonic(), seconds * 1_000) });
    return answer;
  }

  async #inTurn(question: DnsQuestion): Promise<DnsAnswer> {
    if (this.#underWay >= this.#atOnce) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else {
      this.#underWay++;
    }
    try {
      return await this.#inTime(question);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay--;
      else next(); // It takes over the place.
    }
  }

  async #inTime(question: DnsQuestion): Promise<DnsAnswer> {
    this.counters.asked++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DnsAnswer>((resolve) => {
      timer = setTimeout(() => resolve(this.#failed('timeout')), this.#options.answerMs ?? 10_000);
    });
    const answer = await Promise.race([this.#answer(question), late]);
    clearTimeout(timer);
    return answer;
  }

  async #answer(question: DnsQuestion): Promise<DnsAnswer> {
    const answer = await this.#fromServers(question);
    const { type, name } = question;
    if (answer.is === 'addresses' || (type !== 'A' && type !== 'AAAA')) return answer;
    const addresses = await this.#fromHosts(name, type === 'A' ? 4 : 6);
    if (addresses.length === 0) return answer;
    return { is: 'addresses', addresses, ttlSeconds: NONE_TTL_SECONDS };
  }

  async #fromHosts(name: string, family: 4 | 6): Promise<readonly string[]> {
    try {
      return (await this.#options.hosts?.(name, family))?.slice(0, MOST_RECORDS) ?? [];
    } catch {
      return []; // It knows no more than the DNS.
    }
  }

  async #fromServers({ type, name }: DnsQuestion): Promise<DnsAnswer> {
    try {
      switch (type) {
        case 'A':
          return fromAddresses(await this.#resolver.resolve4(name, { ttl: true }));
        case 'AAAA':
          return fromAddresses(await this.#resolver.resolve6(name, { ttl: true }));
        case 'SRV': {
          const records = (await this.#resolver.resolveSrv(name)).slice(0, MOST_RECORDS);
          return {
            is: 'srv',
            records: records.map((record) => ({
              priority: record.priority,
              weight: record.weight,
              port: record.port,
              target: bare(record.name),
            })),
            ttlSeconds: USUAL_TTL_SECONDS,
          };
        }
        case 'NAPTR': {
          const records = (await this.#resolver.resolveNaptr(name)).slice(0, MOST_RECORDS);
          return {
            is: 'naptr',
            records: records.map((record) => ({
              order: record.order,
              preference: record.preference,
              flags: record.flags,
              service: record.service,
              regexp: record.regexp,
              replacement: bare(record.replacement),
            })),
            ttlSeconds: USUAL_TTL_SECONDS,
          };
        }
      }
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOTFOUND' || code === 'ENODATA') return { is: 'none', ttlSeconds: NONE_TTL_SECONDS };
      return this.#failed(FAILURES.get(code) ?? 'malformed');
    }
  }

  #failed(why: DnsFailure): DnsAnswer {
    this.counters.failed[why]++;
    return { is: 'failed', why };
  }
}

const FAILURES: ReadonlyMap<string, DnsFailure> = new Map([
  ['ETIMEOUT', 'timeout'],
  ['ESERVFAIL', 'server'],
  ['EREFUSED', 'server'],
  ['ENOTIMP', 'server'],
  ['EFORMERR', 'server'],
  ['ECONNREFUSED', 'unreachable'],
  ['ENOSERVER', 'unreachable'],
]);

function fromAddresses(records: readonly { readonly address: string; readonly ttl: number }[]): DnsAnswer {
  const few = records.slice(0, MOST_RECORDS);
  if (few.length === 0) return { is: 'none', ttlSeconds: NONE_TTL_SECONDS };
  const ttlSeconds = Math.min(LONGEST_TTL_SECONDS, ...few.map(({ ttl }) => ttl));
  return { is: 'addresses', addresses: few.map(({ address }) => address), ttlSeconds };
}

/** Without the final dot; the root is `''`. */
function bare(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
