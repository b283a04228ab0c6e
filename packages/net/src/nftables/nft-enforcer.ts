import { performance } from 'node:perf_hooks';
import { type Cidr, formatIp, type IpAddress } from '@ringwall/base';
import { whyUnavailable } from './availability.ts';
import { HelperLink } from './helper-link.ts';
import { RangeTable } from './ranges.ts';
import type { NftCounters, NftRules } from './ruleset.ts';
import { timeoutSeconds } from './sets.ts';
import { allowRangeVerb, banHostVerb, banRangeVerb, hushVerb } from './verbs.ts';

/** Something that the kernel is to know, or to forget. */
export type NftEntry =
  /** An IPv4 address, an IPv6 /64, or any other network, in order of cost. What is allowed more precisely passes. */
  | { readonly kind: 'ban'; readonly network: Cidr; readonly seconds: number }
  /** An IPv4 address or an IPv6 /64 whose UDP is dropped: who sends it may be forged, so his connections are not. */
  | { readonly kind: 'udp-drop'; readonly network: Cidr; readonly seconds: number }
  /** Skips bans of its own and of wider networks, and the limits for strangers. */
  | { readonly kind: 'allow'; readonly network: Cidr }
  | { readonly kind: 'trunk'; readonly address: IpAddress }
  /** A registered phone: passes from this port, whatever its address did. */
  | {
      readonly kind: 'flow';
      readonly transport: 'udp' | 'tcp';
      readonly address: IpAddress;
      readonly port: number;
      readonly seconds: number;
    };

export interface NftEnforcerOptions {
  readonly rules: NftRules;
  /**
   * All that the kernel is to know at this moment. Asked for at the start and whenever the helper had to be started
   * anew, and read little by little while later changes overtake it: an iterator over a `Map` is right, a copy is not.
   */
  readonly contents: () => Iterable<NftEntry>;
  /** The words of a command that starts the helper with the right that this process lacks, such as `sudo -n`. */
  readonly launcher?: readonly string[];
  /** Called when `state` changes. */
  readonly onState?: (status: NftStatus) => void;
}

export interface NftStatus {
  readonly state: 'at-work' | 'not-available' | 'restarting' | 'stopped';
  /** A sentence for the administrator; empty while at work. */
  readonly why: string;
  /** Changes that wait for the helper or are with it. */
  readonly queued: number;
  /** Has the kernel been told all of `contents` since the helper started? */
  readonly isFilled: boolean;
  readonly done: number;
  /** Refused because a set was full; the program's own rules still hold. */
  readonly full: number;
  readonly failed: number;
  /** Came when the queue was full. Everything is then told anew. */
  readonly overflowed: number;
  readonly restarts: number;
  /** What nft said when it failed last; empty if it never did. */
  readonly lastFailure: string;
}

/** Verbs with the helper at once: two transactions, so that one waits when the other is done. */
const MOST_UNDER_WAY = 512;
const MOST_QUEUED = 8_192;
const COUNTERS_VERB = 'counters';
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 60_000;

/**
 * Has the kernel drop what the guard has decided to drop. Nothing here decides, nothing waits for it, and where it is
 * not available or has died the guard's own rules in the socket handler go on alone.
 */
export class NftEnforcer {
  readonly #options: NftEnforcerOptions;
  readonly #ranges: RangeTable;
  #queue: string[] = [];
  #link: HelperLink | undefined;
  #filling: Iterator<NftEntry> | undefined;
  #rangesChanged = false;
  #isPumping = false;
  #mustRefill = false;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #startedAt = 0;
  #state: NftStatus['state'] = 'restarting';
  #why = '';
  #done = 0;
  #full = 0;
  #failed = 0;
  #overflowed = 0;
  #restarts = 0;
  #lastFailure = '';
  readonly #inquiries: ((counters: NftCounters | undefined) => void)[] = [];

  /** Always gives an enforcer; its status says whether it is at work, and if not, why. */
  static async start(options: NftEnforcerOptions): Promise<NftEnforcer> {
    const enforcer = new NftEnforcer(options);
    const why = whyUnavailable(options.launcher !== undefined);
    if (why === undefined) await enforcer.#open(true);
    else enforcer.#become('not-available', why);
    return enforcer;
  }

  private constructor(options: NftEnforcerOptions) {
    this.#options = options;
    this.#ranges = new RangeTable(options.rules.rangesInSet);
  }

  /** Tells the kernel, soon. What it knows already gets its new time. */
  enforce(entry: NftEntry): void {
    if (this.#link === undefined) return; // All of it is asked for when there is one.
    const verb = this.#verb(entry, true);
    if (verb !== undefined) this.#push(verb);
    this.#pumpSoon();
  }

  /** Has the kernel forget, soon. What it does not know may be lifted too. `seconds` is not looked at. */
  lift(entry: NftEntry): void {
    if (this.#link === undefined) return;
    const verb = this.#verb(entry, false);
    if (verb !== undefined) this.#push(verb);
    this.#pumpSoon();
  }

  status(): NftStatus {
    return {
      state: this.#state,
      why: this.#why,
      queued: this.#queue.length + (this.#link?.underWay ?? 0),
      isFilled: this.#link !== undefined && this.#filling === undefined,
      done: this.#done,
      full: this.#full,
      failed: this.#failed,
      overflowed: this.#overflowed,
      restarts: this.#restarts,
      lastFailure: this.#lastFailure,
    };
  }

  /**
   * What the kernel has dropped since the helper started, asked behind everything that it was told before: whoever has
   * the answer knows that that is done. `undefined` if it is not at work, or dies meanwhile.
   */
  counters(): Promise<NftCounters | undefined> {
    if (this.#link === undefined || this.#queue.length >= MOST_QUEUED) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#inquiries.push(resolve);
      this.#pushRanges();
      this.#push(COUNTERS_VERB);
      this.#pumpSoon();
    });
  }

  /** Takes everything out of the kernel; resolves when nothing is left there. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    const link = this.#link;
    this.#link = undefined;
    this.#become('stopped', 'It was stopped.');
    await link?.end();
  }

  async #open(isFirst: boolean): Promise<void> {
    const opened = await HelperLink.open({
      rules: this.#options.rules,
      launcher: this.#options.launcher ?? [],
      onRoom: () => this.#pump(),
      onEnded: (why) => this.#helperEnded(why),
    });
    if (this.#state === 'stopped') {
      if (opened.ok) await opened.value.end();
    } else if (opened.ok) {
      this.#link = opened.value;
      this.#startedAt = performance.now();
      this.#ranges.clear();
      this.#mustRefill = false;
      this.#filling = this.#options.contents()[Symbol.iterator]();
      this.#become('at-work', '');
      this.#pump();
    } else if (isFirst) {
      this.#become('not-available', notAvailable(opened.error));
    } else {
      this.#retryLater(opened.error);
    }
  }

  #helperEnded(why: string): void {
    if (this.#link === undefined) return;
    this.#link = undefined;
    if (performance.now() - this.#startedAt > LONGEST_RETRY_MS) this.#retryMs = FIRST_RETRY_MS;
    this.#retryLater(why);
  }

  #retryLater(why: string): void {
    this.#become(
      'restarting',
      `The helper for the packet filter is started again, because it ended: ${why}.`,
    );
    this.#retry = setTimeout(() => {
      this.#restarts++;
      void this.#open(false);
    }, this.#retryMs);
    this.#retry.unref();
    this.#retryMs = Math.min(LONGEST_RETRY_MS, 2 * this.#retryMs);
  }

  #become(state: NftStatus['state'], why: string): void {
    this.#state = state;
    this.#why = why;
    if (state !== 'at-work') {
      this.#queue = [];
      this.#filling = undefined;
      for (const answer of this.#inquiries.splice(0)) answer(undefined);
    }
    this.#options.onState?.(this.status());
  }

  /** The line that does it; ranges are only noted, since what has to change depends on all of them. */
  #verb(entry: NftEntry, present: boolean): string | undefined {
    switch (entry.kind) {
      case 'flow': {
        const where = `${entry.transport} ${formatIp(entry.address)} ${entry.port}`;
        return present ? `flow ${where} ${timeoutSeconds(entry.seconds)}` : `unflow ${where}`;
      }
      case 'trunk':
        return `${present ? 'trunk' : 'untrunk'} ${formatIp(entry.address)}`;
      case 'ban':
        if (isCheapBan(entry.network)) return banHostVerb(entry.network, present ? entry.seconds : undefined);
        this.#noteRange(entry.network, 'ban', present ? entry.seconds : undefined);
        return undefined;
      case 'udp-drop':
        return isCheapBan(entry.network)
          ? hushVerb(entry.network, present ? entry.seconds : undefined)
          : undefined;
      case 'allow':
        if (isHost(entry.network)) return `${present ? 'allow' : 'unallow'} ${formatIp(entry.network)}`;
        this.#noteRange(entry.network, 'allow', present ? Number.POSITIVE_INFINITY : undefined);
        return undefined;
    }
  }

  /** @param seconds `undefined` to forget it. */
  #noteRange(network: Cidr, verdict: 'ban' | 'allow', seconds: number | undefined): void {
    const now = performance.now();
    if (seconds === undefined) this.#ranges.delete(network, verdict);
    else if (!this.#ranges.set({ network, verdict, expiresAt: now + seconds * 1_000 }, now)) this.#full++;
    this.#rangesChanged = true;
  }

  #push(verb: string): void {
    if (this.#queue.length < MOST_QUEUED) {
      this.#queue.push(verb);
      return;
    }
    this.#overflowed++;
    this.#mustRefill = true;
  }

  /** Calls that come in one turn of the event loop go out together. */
  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pushRanges();
      this.#pump();
    });
  }

  #pump(): void {
    const link = this.#link;
    if (link === undefined) return;
    const verbs: string[] = [];
    while (link.underWay + verbs.length < MOST_UNDER_WAY) {
      const verb = this.#next();
      if (verb === undefined) break;
      verbs.push(verb);
    }
    if (verbs.length > 0) {
      link.send(verbs, this.#count);
    } else if (this.#mustRefill && link.underWay === 0) {
      // Something was lost: the kernel forgets all, and is told all.
      this.#mustRefill = false;
      void link.end();
    }
  }

  /** Changes first, then what there was before, whose ranges are cut when all of them are known. */
  #next(): string | undefined {
    const change = this.#queue.shift();
    if (change !== undefined) return change;
    for (let entry = this.#filling?.next(); entry?.done === false; entry = this.#filling?.next()) {
      const verb = this.#verb(entry.value, true);
      if (verb !== undefined) return verb;
    }
    this.#filling = undefined;
    this.#pushRanges();
    return this.#queue.shift();
  }

  /** Behind what waits already, which may be ranges that these replace. Bounded by the table, not by the queue. */
  #pushRanges(): void {
    if (!this.#rangesChanged) return;
    this.#rangesChanged = false;
    const now = performance.now();
    const { gone, come } = this.#ranges.changes(now);
    for (const piece of gone)
      this.#queue.push(
        piece.verdict === 'ban' ? banRangeVerb(piece, undefined) : allowRangeVerb(piece, false),
      );
    for (const piece of come) {
      const seconds = (piece.expiresAt - now) / 1_000;
      this.#queue.push(piece.verdict === 'ban' ? banRangeVerb(piece, seconds) : allowRangeVerb(piece, true));
    }
  }

  readonly #count = (answer: string): void => {
    if (answer.startsWith(`${COUNTERS_VERB} `)) {
      const counters = JSON.parse(answer.slice(COUNTERS_VERB.length)) as NftCounters | null;
      this.#inquiries.shift()?.(counters ?? undefined);
    } else if (answer === 'ok') this.#done++;
    else if (answer === 'full') this.#full++;
    else {
      this.#failed++;
      this.#lastFailure = answer.replace(/^failed /, '');
    }
  };
}

function isHost(network: Cidr): boolean {
  return network.prefixLength === (network.family === 4 ? 32 : 128);
}

/** Is it kept in a set that costs the same to change however much is in it? */
function isCheapBan(network: Cidr): boolean {
  return network.prefixLength === (network.family === 4 ? 32 : 64);
}

/** The sentence for what the helper or nft said when it could not begin. */
function notAvailable(said: string): string {
  const because = said.includes('Operation not permitted')
    ? 'another program holds the table "ringwall", or the right to change the packet filter is missing'
    : said.includes('not supported')
      ? 'this kernel is too old: Linux 5.12 is needed'
      : said;
  return `The kernel drops nothing for Ringwall: ${because}.`;
}
