import type { MonotonicMs, WallMs } from '@ringwall/base';
import {
  admitAttempt,
  admitConnection,
  admitPacket,
  admitReply,
  createGuard,
  type Evidence,
  type GuardEffect,
  type GuardFlow,
  type GuardSizes,
  type GuardState,
  type KnownSources,
  type ListEntry,
  observe,
  restoreEntries,
  setGuardPolicy,
  tickGuard,
} from '@ringwall/policy';
import type { Flow, SipRequest } from '@ringwall/sip';
import type { Bindings } from '../registrar/bindings.ts';
import type { Trunks } from '../trunk/trunks.ts';
import type { PbxSettings } from '../snapshot/snapshot.ts';
import { userOf } from './identify.ts';

export interface GatekeeperHost {
  /** See `createGuard`. */
  readonly seed: number;
  readonly sizes: Partial<GuardSizes>;
  readonly bindings: Pick<Bindings, 'isKnown' | 'all'>;
  readonly trunks: Pick<Trunks, 'isTrunkAddress'>;
  readonly isAwaited: KnownSources['isAwaited'];
  settings(): PbxSettings;
  now(): MonotonicMs;
  wall(): WallMs;
  perform(effects: readonly GuardEffect[]): void;
}

const TICK_MS = 1_000;

/**
 * The guard at our gate: it is asked before a packet is read, told of what came of it, and asked again before a
 * stranger is answered. All that it holds against anybody hangs on the address of the socket, never on what a
 * message says.
 */
export class Gatekeeper {
  readonly guard: GuardState;
  readonly #host: GatekeeperHost;
  #tickAt: MonotonicMs;

  constructor(host: GatekeeperHost) {
    const { bindings } = host;
    this.#host = host;
    this.#tickAt = host.now();
    this.guard = createGuard({
      policy: host.settings().guard,
      known: {
        // The guard asks about the flow that it was asked about itself.
        isRegisteredFlow: (flow) => bindings.isKnown(flow as Flow),
        hasRegistrations: (address) => {
          for (const { flow } of bindings.all()) if (flow.remote.address === address) return true;
          return false;
        },
        isTrunk: (address) => host.trunks.isTrunkAddress(address),
        isAwaited: (message) => host.isAwaited(message),
      },
      seed: host.seed,
      sizes: host.sizes,
      now: host.now(),
      wall: host.wall(),
    });
  }

  /** May what came over this flow be read? */
  admits(flow: GuardFlow, message: Uint8Array): boolean {
    return admitPacket(this.guard, flow, this.#host.now(), message).verdict === 'pass';
  }

  /** May somebody connect from there? */
  admitsConnection(address: string): boolean {
    const flow: GuardFlow = { transport: 'tcp', remote: { address, port: 0 }, connection: 0 };
    return admitConnection(this.guard, flow, this.#host.now()).verdict === 'pass';
  }

  /** May a password be tried for this account, which may be nobody's? */
  admitsAttempt(flow: GuardFlow, account: string): boolean {
    return admitAttempt(this.guard, flow.remote.address, account, this.#host.now());
  }

  /** May a stranger's request of so many bytes be answered with so many? The answer that goes out is a challenge. */
  admitsChallenge(flow: Flow, requestBytes: number, replyBytes: number): boolean {
    if (this.#host.bindings.isKnown(flow)) return true;
    if (!admitReply(this.guard, flow, requestBytes, replyBytes, this.#host.now())) return false;
    return !this.observe({ kind: 'challenge-sent', flow });
  }

  /** A request whose sender is not known: does it name a number that nobody honest would name? */
  canaryIn(request: SipRequest, flow: Flow, account: string | undefined): string | undefined {
    const { canaries } = this.#host.settings();
    if (canaries.length === 0 || this.#host.bindings.isKnown(flow)) return undefined;
    const named = [userOf(request.uri), userOf(request.from.uri), userOf(request.to.uri), account];
    return canaries.find((canary) => named.includes(canary));
  }

  /** @returns whether its source was blacklisted for it: then it hears nothing more. */
  observe(evidence: Evidence): boolean {
    const effects = observe(this.guard, evidence, this.#host.now());
    if (effects.length > 0) this.#host.perform(effects);
    return effects.some((effect) => effect.do === 'report-ban');
  }

  /** What a registered phone sends is not held against it: it shows who it is, and is no scanner. */
  observeStray(evidence: Evidence & { readonly kind: 'malformed' | 'unknown-domain' }, flow: Flow): void {
    if (!this.#host.bindings.isKnown(flow)) this.observe(evidence);
  }

  advance(now: MonotonicMs): void {
    if (now < this.#tickAt) return;
    this.#tickAt = (now + TICK_MS) as MonotonicMs;
    this.#host.perform(tickGuard(this.guard, now, this.#host.wall()));
  }

  /** Entries that were stored before. */
  restore(entries: readonly ListEntry[]): void {
    this.#host.perform(restoreEntries(this.guard, entries, this.#host.now()));
  }

  settingsChanged(): void {
    setGuardPolicy(this.guard, this.#host.settings().guard);
  }
}
