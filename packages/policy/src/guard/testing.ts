import { type MonotonicMs, networkText, type WallMs } from '@ringwall/base';
import { admitPacket } from './admit.ts';
import type { GuardEffect } from './effects.ts';
import type { Evidence, GuardFlow } from './evidence.ts';
import { DEFAULT_GUARD_POLICY, type GuardPolicy } from './guard-policy.ts';
import { createGuard, type GuardSizes, type GuardState } from './guard-state.ts';
import { liveEntries } from './manage-lists.ts';
import { observe } from './observe.ts';
import { tickGuard } from './tick.ts';

export const STARTED_AT = 1_000 as MonotonicMs;
export const STARTED_ON = 1_700_000_000_000 as WallMs;

/** Small enough to be filled by a test. */
export const SMALL_SIZES: GuardSizes = {
  udpSources: 64,
  streamSources: 64,
  offenders: 64,
  replyNetworks: 64,
  trunks: 8,
  listEntries: 64,
};

type Transport = GuardFlow['transport'];

export function flowOf(address: string, transport: Transport = 'udp', port = 5_060): GuardFlow {
  return { transport, remote: { address, port }, connection: transport === 'udp' ? 0 : port };
}

/** What somebody saw, without the flow. */
export type Seen = Evidence extends infer Each ? (Each extends Evidence ? Omit<Each, 'flow'> : never) : never;

/** A guard with a clock of its own, for tests. */
export class GuardRig {
  readonly guard: GuardState;
  /** `address:port` */
  readonly registered = new Set<string>();
  readonly trunks = new Set<string>();
  /** What answers begin with that a request of ours waits for. */
  readonly awaited = new Set<number>();
  now = STARTED_AT;
  effects: GuardEffect[] = [];

  constructor(policy: Partial<GuardPolicy> = {}, sizes: Partial<GuardSizes> = {}, seed = 1) {
    this.guard = createGuard({
      policy: { ...DEFAULT_GUARD_POLICY, ...policy },
      seed,
      now: this.now,
      wall: STARTED_ON,
      sizes,
      known: {
        isRegisteredFlow: ({ remote }) => this.registered.has(`${remote.address}:${remote.port}`),
        hasRegistrations: (address) => [...this.registered].some((flow) => flow.startsWith(`${address}:`)),
        isTrunk: (address) => this.trunks.has(address),
        isAwaited: ([first]) => first !== undefined && this.awaited.has(first),
      },
    });
  }

  get wall(): WallMs {
    return (STARTED_ON + this.now - STARTED_AT) as WallMs;
  }

  wait(ms: number): void {
    this.now = (this.now + ms) as MonotonicMs;
  }

  tick(): readonly GuardEffect[] {
    const effects = tickGuard(this.guard, this.now, this.wall);
    this.effects.push(...effects);
    return effects;
  }

  /** @returns `verdict rule`. */
  packet(address: string, transport: Transport = 'udp', port = 5_060, message?: Uint8Array): string {
    const { verdict, rule } = admitPacket(this.guard, flowOf(address, transport, port), this.now, message);
    return `${verdict} ${rule}`;
  }

  see(address: string, seen: Seen, transport: Transport = 'udp', port = 5_060): readonly GuardEffect[] {
    const evidence = { ...seen, flow: flowOf(address, transport, port) } as Evidence;
    const effects = observe(this.guard, evidence, this.now);
    this.effects.push(...effects);
    return effects;
  }

  guess(address: string, account = '105', transport: Transport = 'udp'): readonly GuardEffect[] {
    return this.see(address, { kind: 'wrong-digest', account }, transport);
  }

  /** The networks that are blacklisted at the moment. */
  banned(): readonly string[] {
    return liveEntries(this.guard, this.now)
      .filter(({ entry }) => entry.action === 'block')
      .map(({ entry }) => networkText(entry.network))
      .sort();
  }
}

export function doings(effects: readonly GuardEffect[]): readonly string[] {
  return effects.map((effect) => effect.do);
}
