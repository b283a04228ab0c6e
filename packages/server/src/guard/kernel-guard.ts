import { isDeepStrictEqual } from 'node:util';
import { type Clock, formatCidr, parseCidr, parseIp, type WallMs } from '@ringwall/base';
import {
  type ListenAddress,
  type NftCounters,
  NftEnforcer,
  type NftEnforcerOptions,
  type NftEntry,
  type NftRules,
  type ProvenBy,
  proveEnforcement,
} from '@ringwall/net';
import { type Binding, isWaiting, type RunningTrunk } from '@ringwall/pbx';
import { addEntries, type GuardState, type ListEntry, liveEntries, removeEntry } from '@ringwall/policy';
import type { Logger } from 'pino';
import type { GuardHooks } from './guard-keeper.ts';
import { kernelPlaces, mayDrop, NO_PLACES } from './kernel-places.ts';
import { kernelRules } from './kernel-rules.ts';

export interface KernelGuardParts {
  readonly guard: GuardState;
  readonly clock: Clock;
  readonly listening: readonly ListenAddress[];
  readonly trunks: () => readonly RunningTrunk[];
  /** As the settings are now. */
  readonly isWanted: () => boolean;
  /** Runs something after so many milliseconds, or never if the program stops before. */
  readonly later: (ms: number, run: () => void) => void;
  readonly log: Pick<Logger, 'info'>;
  readonly onMistake: (error: unknown) => void;
  /** Other than the kernel's, for a test. */
  readonly start?: (options: NftEnforcerOptions) => Promise<Enforcer>;
}

type Enforcer = Pick<NftEnforcer, 'enforce' | 'lift' | 'status' | 'counters' | 'stop'>;

/** What is known of the kernel's part, for `ringwall guard status`. */
export interface KernelView {
  readonly by: 'kernel' | 'sockets';
  /** Why, and what a packet of our own showed. */
  readonly text: string;
  /** Packets that the kernel dropped since it began to; undefined: it does not, or could not say. */
  readonly counters: Pick<NftCounters, 'banned' | 'metered' | 'budget'> | undefined;
}

type FlowEntry = Extract<NftEntry, { kind: 'flow' }>;

/** The kernel forgets a phone after so long; long before, its binding was renewed or taken away. */
const FLOW_SECONDS = 7 * 86_400;
const FOREVER_SECONDS = 4_000_000;
/** What was not to be had may be later: another program that held our table may be gone. */
const RETRY_MS = 60_000;

/**
 * Has the kernel drop what the guard drops, where there is nftables and the right to use it. It only follows: the guard
 * decides, its rules in front of the parser go on holding, and where the kernel is not to be had nothing is missing but
 * the saving.
 */
export class KernelGuard {
  readonly #parts: KernelGuardParts;
  readonly #flows = new Map<string, readonly FlowEntry[]>();
  /** How many extensions have a phone there: those of a base station share a flow. */
  readonly #phonesAt = new Map<string, number>();
  #places = NO_PLACES;
  #enforcer: Enforcer | undefined;
  #rules: NftRules | undefined;
  #changing: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isRetryPlanned = false;
  /** What was logged last of the kernel: to try again is no news. */
  #said = '';
  #proofs = 0;

  constructor(parts: KernelGuardParts) {
    this.#parts = parts;
  }

  /** To be connected to the guard's keeper. */
  readonly hooks: GuardHooks = {
    onBan: (entry) => {
      if (mayDrop(this.#places, entry.network)) this.#enforcer?.enforce(this.#banOf(entry));
    },
    onAllow: ({ network }) => this.#enforcer?.enforce({ kind: 'allow', network }),
    onForget: (network, action) => {
      if (action === 'block') this.#enforcer?.lift({ kind: 'ban', network, seconds: 0 });
      else if (!this.#places.entries.has(`allow ${formatCidr(network)}`)) {
        this.#enforcer?.lift({ kind: 'allow', network });
      }
    },
    onDropUdp: (source, forMs) => {
      const network = networkOf(source);
      if (network === undefined || !mayDrop(this.#places, network)) return;
      this.#enforcer?.enforce({ kind: 'udp-drop', network, seconds: forMs / 1_000 });
    },
  };

  /** Starts, stops or starts anew, as the settings are now. One change after the other. */
  configure(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#configure()).catch(this.#parts.onMistake);
    return this.#changing;
  }

  /** The LAN, or where trunks are, may be another now: the kernel is never to drop what the guard lets in. */
  placesChanged(): void {
    const { guard, clock, trunks } = this.#parts;
    const [before, after] = [this.#places, kernelPlaces(guard.policy.lanNetworks, trunks())];
    if (isDeepStrictEqual(before, after)) return;
    this.#places = after;
    for (const [key, entry] of after.entries) if (!before.entries.has(key)) this.#enforcer?.enforce(entry);
    for (const [key, entry] of before.entries) {
      const isListed = entry.kind === 'allow' && guard.lists.get(entry.network, 'allow') !== undefined;
      if (!after.entries.has(key) && !isListed) this.#enforcer?.lift(entry);
    }
    if (isDeepStrictEqual(before.trunkNetworks, after.trunkNetworks)) return;
    for (const { entry } of liveEntries(guard, clock.monotonic())) {
      const [might, may] = [mayDrop(before, entry.network), mayDrop(after, entry.network)];
      if (entry.action !== 'block' || might === may) continue;
      if (may) this.#enforcer?.enforce(this.#banOf(entry));
      else this.#enforcer?.lift(this.#banOf(entry));
    }
  }

  /** The extension is registered by exactly these from now on. */
  bindingsChanged(extension: string, bindings: readonly Pick<Binding, 'flow'>[]): void {
    const after = bindings.flatMap(({ flow }) => flowOf(flow));
    const before = this.#flows.get(extension) ?? [];
    if (after.length === 0) this.#flows.delete(extension);
    else this.#flows.set(extension, after);
    for (const entry of after) {
      this.#phonesAt.set(keyOf(entry), (this.#phonesAt.get(keyOf(entry)) ?? 0) + 1);
      this.#enforcer?.enforce(entry);
    }
    for (const entry of before) {
      const left = (this.#phonesAt.get(keyOf(entry)) ?? 0) - 1;
      if (left > 0) this.#phonesAt.set(keyOf(entry), left);
      else if (this.#phonesAt.delete(keyOf(entry))) this.#enforcer?.lift(entry);
    }
  }

  /** Who drops now, in words, shown by a packet that we send to ourselves. */
  async view(): Promise<KernelView> {
    const enforcer = this.#enforcer;
    const status = enforcer?.status();
    if (enforcer === undefined || status?.state !== 'at-work') {
      const why =
        status?.why ??
        (this.#rules === undefined ? 'The setting guard.kernel is off.' : 'The kernel is being asked.');
      const text = `What is blacklisted is dropped by the program, before it is read. ${why}`;
      return {
        by: 'sockets',
        text: `${text} ${provenText(await this.#prove(enforcer))}`,
        counters: undefined,
      };
    }
    const counters = await enforcer.counters();
    const dropped =
      counters === undefined
        ? ''
        : ` Since it began it dropped ${counters.banned} packets of the blacklist and ${counters.metered + counters.budget} that were too many.`;
    const filled = status.isFilled ? '' : ' It is still being told what is on the lists.';
    const full =
      status.full === 0 ? '' : ` ${status.full} entries found no room there; the program drops those.`;
    const proven = await this.#prove(enforcer);
    // Without a UDP port to prove it at, what the kernel was told is taken for what it does.
    const isKernel = proven === 'kernel' || proven === 'no-port';
    const text = isKernel
      ? 'It drops what is blacklisted before the program is woken.'
      : 'The kernel was told to drop what is blacklisted, and was not seen to do it.';
    return {
      by: isKernel ? 'kernel' : 'sockets',
      text: `${text}${dropped}${filled}${full} ${provenText(proven)}`,
      counters,
    };
  }

  /** Takes everything out of the kernel. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#changing;
    await this.#enforcer?.stop();
    this.#enforcer = undefined;
  }

  async #configure(): Promise<void> {
    const { guard, listening, log } = this.#parts;
    const rules = this.#parts.isWanted() ? kernelRules(listening, guard.policy) : undefined;
    const isMissing = this.#enforcer?.status().state === 'not-available';
    if ((isDeepStrictEqual(rules, this.#rules) && !isMissing) || this.#isStopped) return;
    this.#rules = rules;
    await this.#enforcer?.stop();
    this.#enforcer = undefined;
    if (rules === undefined || rules.udpPorts.length + rules.tcpPorts.length === 0) return;
    const start = this.#parts.start ?? ((options: NftEnforcerOptions) => NftEnforcer.start(options));
    this.#enforcer = await start({
      rules,
      contents: () => this.#contents(),
      onState: ({ state, why }) => {
        if (state === 'stopped' || this.#said === `${state} ${why}`) return;
        this.#said = `${state} ${why}`;
        const text = state === 'at-work' ? 'The kernel drops what is blacklisted' : why;
        log.info({ event: 'guard-kernel', state }, text);
      },
    });
    if (this.#enforcer.status().state === 'not-available') this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isRetryPlanned) return;
    this.#isRetryPlanned = true;
    this.#parts.later(RETRY_MS, () => {
      this.#isRetryPlanned = false;
      void this.configure();
    });
  }

  *#contents(): Generator<NftEntry> {
    const { guard, clock } = this.#parts;
    this.#places = kernelPlaces(guard.policy.lanNetworks, this.#parts.trunks());
    yield* this.#places.entries.values();
    for (const { entry } of liveEntries(guard, clock.monotonic())) {
      if (entry.action === 'allow') yield { kind: 'allow', network: entry.network };
      else if (mayDrop(this.#places, entry.network)) yield this.#banOf(entry);
    }
    for (const entries of this.#flows.values()) yield* entries;
  }

  #banOf({ network, expiresAt }: ListEntry): Extract<NftEntry, { kind: 'ban' }> {
    const wall: WallMs = this.#parts.clock.wall();
    const seconds = expiresAt === undefined ? FOREVER_SECONDS : (expiresAt - wall) / 1_000;
    return { kind: 'ban', network, seconds };
  }

  /** Bans an address of our own for a moment, and looks who drops a packet from it. */
  async #prove(enforcer: Enforcer | undefined): Promise<ProvenBy | 'no-port'> {
    const { guard, clock, listening } = this.#parts;
    const at = listening.find(({ transport, address }) => transport === 'udp' && !address.includes(':'));
    if (at === undefined) return 'no-port';
    const target = { address: at.address === '0.0.0.0' ? '127.0.0.1' : at.address, port: at.port };
    return proveEnforcement({
      enforcer: enforcer ?? NO_KERNEL,
      target,
      banInProgram: (address, isBanned) => {
        const network = networkOf(address);
        if (network === undefined) return;
        // Neither stored nor told: it is over before anybody could ask.
        if (!isBanned) return void removeEntry(guard, network, 'block');
        const entry = { network, action: 'block', description: 'a proof', addedBy: 'Ringwall' } as const;
        addEntries(guard, [{ ...entry, expiresAt: undefined }], clock.monotonic());
      },
      refusedInProgram: (address) => {
        const network = networkOf(address);
        return network === undefined ? 0 : (guard.lists.get(network, 'block')?.hits ?? 0);
      },
      pick: this.#proofs++ & 0xffff,
    });
  }
}

const NO_KERNEL: Pick<NftEnforcer, 'enforce' | 'lift' | 'counters'> = {
  enforce: () => {},
  lift: () => {},
  counters: () => Promise.resolve(undefined),
};

function provenText(proven: ProvenBy | 'no-port'): string {
  switch (proven) {
    case 'kernel':
      return 'A packet from a blacklisted address of our own was just dropped by the kernel.';
    case 'socket':
      return 'A packet from a blacklisted address of our own was just dropped by the program.';
    case 'nobody':
      return 'A packet from a blacklisted address of our own WAS NOT SEEN TO BE DROPPED: please report it.';
    case 'no-port':
      return 'There is no UDP port for IPv4 to send a proving packet to.';
  }
}

function networkOf(source: string): ListEntry['network'] | undefined {
  const network = parseCidr(source);
  return network.ok ? network.value : undefined;
}

function flowOf(flow: Binding['flow']): FlowEntry[] {
  const { transport, remote } = flow;
  const address = parseIp(remote.address);
  // A phone that is away comes from another port, and has to show first who it is.
  if (address === undefined || isWaiting({ flow })) return [];
  const protocol = transport === 'udp' ? 'udp' : 'tcp';
  return [{ kind: 'flow', transport: protocol, address, port: remote.port, seconds: FLOW_SECONDS }];
}

function keyOf({ transport, address, port }: FlowEntry): string {
  return `${transport} ${address.family} ${address.bits} ${port}`;
}
