import { BoundedMap, type Cidr, type MonotonicMs, PrefixMap, type WallMs } from '@ringwall/base';
import { AddressLists } from './address-lists.ts';
import { ADMISSION_RULES, type AdmissionRule } from './admission.ts';
import type { GuardEffect } from './effects.ts';
import type { GuardFlow } from './evidence.ts';
import type { GuardPolicy } from './guard-policy.ts';
import type { EvidenceRecord } from './list-entry.ts';
import { Meters } from './meters.ts';
import { RollingCount } from './rolling-count.ts';
import { newSourceKey, type SourceKey } from './source-key.ts';
import { SourceRates } from './source-rates.ts';
import { Strikes } from './strikes.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the rest of the program knows of sources. Asked for every packet: it should cost a look into a table. */
export interface KnownSources {
  /** Is a phone registered over exactly this flow? */
  isRegisteredFlow(flow: GuardFlow): boolean;
  /** Is any phone registered from this address, or its /64 for IPv6? Asked when it is blacklisted, to tell its owner. */
  hasRegistrations(address: string): boolean;
  isTrunk(address: string): boolean;
  /**
   * Is it, as far as its first bytes tell, an answer to a request of ours that waits for one, or a request in a call that
   * somebody outside is in? Asked for what comes from a trunk's address, before anything else is known of it: it may cost
   * no more than a look into a table either.
   */
  isAwaited(message: Uint8Array): boolean;
}

/** How many of each the guard remembers; the memory is taken at the start and never grows. Powers of two. */
export interface GuardSizes {
  readonly udpSources: number;
  readonly streamSources: number;
  readonly offenders: number;
  readonly replyNetworks: number;
  readonly trunks: number;
  /** Any number. */
  readonly listEntries: number;
}

export const GUARD_SIZES: GuardSizes = {
  udpSources: 16_384,
  streamSources: 4_096,
  offenders: 8_192,
  replyNetworks: 4_096,
  trunks: 64,
  listEntries: 65_536,
};

/** Whom the stricter policy would have stopped, while the one in force let him in. */
export interface ShadowRecord {
  readonly source: string;
  /** The first rule that would have stopped it. */
  readonly rule: string;
  readonly firstAt: WallMs;
  readonly lastAt: WallMs;
  readonly times: number;
}

/** A stricter policy that is tried out: a guard of its own, which sees what the real one lets in. */
export interface Shadow {
  readonly guard: GuardState;
  readonly stopped: BoundedMap<string, ShadowRecord>;
}

/** All that the guard remembers. Only the functions beside it look inside. */
export interface GuardState {
  policy: GuardPolicy;
  lan: PrefixMap<true>;
  readonly known: KnownSources;
  readonly seed: number;
  readonly sizes: GuardSizes;
  /** What to add to the monotonic clock for the time of day. */
  wallOffsetMs: number;
  /** When the lists were last cleared of what is over. */
  sweptAt: MonotonicMs;
  readonly lists: AddressLists;
  readonly udp: Meters;
  readonly stream: Meters;
  readonly strikes: Strikes;
  readonly strangers: TokenBucket;
  readonly replies: TokenBucket;
  readonly repliesByNetwork: SourceRates;
  readonly trunks: SourceRates;
  /** What trunks answer us, and send in calls, which what is sent in their name leaves alone. */
  readonly trunkAnswers: SourceRates;
  readonly wrongDigests: RollingCount;
  isGuessingAlarmOn: boolean;
  /** What was seen of offenders lately, to go with a ban. */
  readonly seen: BoundedMap<string, readonly EvidenceRecord[]>;
  /** What packets brought about: given out with the next evidence or tick. */
  readonly pending: GuardEffect[];
  effectsLost: number;
  /** Packets by the rule that decided them. */
  readonly admitted: Record<AdmissionRule, number>;
  repliesRefused: number;
  /** Networks that a list of somebody else's names. */
  shared: PrefixMap<true> | undefined;
  shadow: Shadow | undefined;
  /** The source in hand: one for all, since nothing waits. */
  readonly source: SourceKey;
  readonly replyNetwork: SourceKey;
}

export interface GuardOptions {
  readonly policy: GuardPolicy;
  readonly known: KnownSources;
  /** Drawn by chance, 32 bits: with it nobody can choose whose place in a table he takes. */
  readonly seed: number;
  readonly now: MonotonicMs;
  readonly wall: WallMs;
  readonly sizes?: Partial<GuardSizes>;
}

const TEN_MINUTES_MS = 600_000;

export function createGuard(options: GuardOptions): GuardState {
  const { policy, known, seed, now, wall } = options;
  const sizes = { ...GUARD_SIZES, ...options.sizes };
  return {
    policy,
    lan: lanOf(policy.lanNetworks, seed),
    known,
    seed,
    sizes,
    wallOffsetMs: wall - now,
    sweptAt: now,
    lists: new AddressLists(sizes.listEntries, seed),
    udp: new Meters(sizes.udpSources, seed ^ 1),
    stream: new Meters(sizes.streamSources, seed ^ 2),
    strikes: new Strikes(sizes.offenders, seed ^ 3),
    strangers: new TokenBucket(policy.strangersPerSecond, now),
    replies: new TokenBucket(policy.repliesPerSecond, now),
    repliesByNetwork: new SourceRates(sizes.replyNetworks, seed ^ 4),
    trunks: new SourceRates(sizes.trunks, seed ^ 5),
    trunkAnswers: new SourceRates(sizes.trunks, seed ^ 6),
    wrongDigests: new RollingCount(TEN_MINUTES_MS, now),
    isGuessingAlarmOn: false,
    seen: new BoundedMap(sizes.offenders),
    pending: [],
    effectsLost: 0,
    admitted: Object.fromEntries(ADMISSION_RULES.map((rule) => [rule, 0])) as Record<AdmissionRule, number>,
    repliesRefused: 0,
    shared: undefined,
    shadow: undefined,
    source: newSourceKey(),
    replyNetwork: newSourceKey(),
  };
}

/** Another policy from now on. What was counted and listed stays. */
export function setGuardPolicy(guard: GuardState, policy: GuardPolicy): void {
  guard.policy = policy;
  guard.lan = lanOf(policy.lanNetworks, guard.seed);
}

function lanOf(networks: readonly Cidr[], seed: number): PrefixMap<true> {
  const lan = new PrefixMap<true>(seed);
  for (const network of networks) lan.set(network, true);
  return lan;
}

/** Is it in one of the networks of the administrator's own? */
export function isOnLan(guard: GuardState, { family, words }: SourceKey): boolean {
  return family !== 0 && (guard.lan.search(family, words, isIn, 0) ?? false);
}

function isIn(value: true): true {
  return value;
}

/** The time of day that belongs to an instant, in whole milliseconds: the monotonic clock counts parts of them. */
export function wallAt(guard: GuardState, now: MonotonicMs): WallMs {
  return Math.floor(now + guard.wallOffsetMs) as WallMs;
}

/** So many wait at most for the next evidence or tick; what is beyond is acted on all the same, and counted. */
const MOST_PENDING = 1_024;

export function leaveEffect(guard: GuardState, effect: GuardEffect): void {
  if (guard.pending.length < MOST_PENDING) guard.pending.push(effect);
  else guard.effectsLost++;
}
