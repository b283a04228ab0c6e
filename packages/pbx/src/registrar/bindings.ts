import {
  BoundedMap,
  later,
  type MonotonicMs,
  type TimerHandle,
  type TimerWheel,
  type WallMs,
} from '@ringwall/base';
import { type Flow, flowKey, isSameFlow } from '@ringwall/sip';
import type { Effect } from '../effects.ts';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';
import { dropFlow, expireBindings } from './expire.ts';

export interface BindingTimer {
  readonly kind: 'binding-expiry' | 'keep-alive';
  readonly extension: ExtensionNumber;
}

export interface BindingsHost {
  readonly timers: TimerWheel<BindingTimer>;
  now(): MonotonicMs;
  wall(): WallMs;
  effect(effect: Effect): void;
  keepAliveSeconds(): number;
  /** Sends an OPTIONS to the phone, only to keep its NAT open. */
  keepAlive(binding: Binding): void;
}

interface Former {
  readonly extension: ExtensionNumber;
  readonly until: WallMs;
}

/** A phone that stands where it stood, and waits for somebody to give it the new password. */
const FORMER_MS = 24 * 3_600_000;

/** Where every extension can be reached now. */
export class Bindings {
  readonly #host: BindingsHost;
  readonly #byExtension = new Map<ExtensionNumber, readonly Binding[]>();
  readonly #extensionsOfFlow = new Map<string, Set<ExtensionNumber>>();
  readonly #timers: Readonly<Record<BindingTimer['kind'], Map<ExtensionNumber, TimerHandle<BindingTimer>>>> =
    {
      'binding-expiry': new Map(),
      'keep-alive': new Map(),
    };
  /** What was handed to the store last. */
  readonly #saved = new Map<ExtensionNumber, readonly Binding[]>();
  /** Flows of phones that were put out because their extension was changed, and whose they were. */
  readonly #former = new BoundedMap<string, Former>(1_000);
  #count = 0;

  constructor(host: BindingsHost) {
    this.#host = host;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  of(extension: ExtensionNumber): readonly Binding[] {
    return this.#byExtension.get(extension) ?? [];
  }

  *all(): Generator<Binding> {
    for (const bindings of this.#byExtension.values()) yield* bindings;
  }

  /** Is a phone registered over exactly this flow? */
  isKnown(flow: Flow): boolean {
    return this.#extensionsOfFlow.has(flowKey(flow));
  }

  /**
   * Whose phone was registered over exactly this flow, until its extension was disabled or given a new password: it was
   * let in once, and may call for help.
   */
  formerly(flow: Flow): ExtensionNumber | undefined {
    const former = this.#former.get(flowKey(flow));
    return former !== undefined && former.until > this.#host.wall() ? former.extension : undefined;
  }

  /** Replaces the bindings of an extension; `save: false` for those that came from the store. */
  replace(extension: ExtensionNumber, bindings: readonly Binding[], save = true): void {
    const before = this.of(extension);
    this.#count += bindings.length - before.length;
    if (bindings.length === 0) this.#byExtension.delete(extension);
    else this.#byExtension.set(extension, bindings);
    // A phone that refreshes stands where it stood.
    if (!areSameFlows(before, bindings)) {
      for (const old of before) this.#unindex(old);
      for (const binding of bindings) this.#index(binding);
    }
    this.#schedule(extension, bindings);
    if (save) {
      if (this.#isAsGoodAsSaved(extension, bindings)) return;
      this.#host.effect({ do: 'save-bindings', extension, bindings });
    }
    if (bindings.length === 0) this.#saved.delete(extension);
    else this.#saved.set(extension, bindings);
  }

  /**
   * Phones refresh far more often than they have to, to keep their router awake. While what is on disk says the same
   * but for the time, and half of that time is left, a restart would lose nothing: the phone refreshes again before.
   */
  #isAsGoodAsSaved(extension: ExtensionNumber, bindings: readonly Binding[]): boolean {
    const saved = this.#saved.get(extension) ?? [];
    const now = this.#host.wall();
    return (
      saved.length === bindings.length &&
      bindings.every((binding, i) => {
        const before = saved[i];
        return (
          before !== undefined &&
          before.key === binding.key &&
          before.contact === binding.contact &&
          isSameFlow(before.flow, binding.flow) &&
          before.path.join() === binding.path.join() &&
          before.expiresAt - now > (binding.expiresAt - now) / 2
        );
      })
    );
  }

  timer({ kind, extension }: BindingTimer): void {
    this.#timers[kind].delete(extension);
    const bindings = this.of(extension);
    if (kind === 'keep-alive') {
      for (const binding of bindings) if (needsKeepAlive(binding)) this.#host.keepAlive(binding);
      this.#scheduleKeepAlive(extension, bindings);
      return;
    }
    const left = expireBindings(bindings, this.#host.wall());
    if (left === bindings) return this.#schedule(extension, bindings);
    this.#reportGone(bindings, left, 'expired');
    this.replace(extension, left);
  }

  /** A connection closed: what was registered over it cannot be reached any more. */
  flowClosed(flow: Flow): void {
    for (const extension of [...(this.#extensionsOfFlow.get(flowKey(flow)) ?? [])]) {
      const bindings = this.of(extension);
      const left = dropFlow(bindings, flow);
      this.#reportGone(bindings, left, 'connection-closed');
      this.replace(extension, left);
    }
  }

  /** The extension was changed: only what `mayStay` is kept. */
  changed(extension: ExtensionNumber, mayStay: (binding: Binding) => boolean): void {
    const bindings = this.of(extension);
    const left = bindings.filter(mayStay);
    if (left.length === bindings.length) return;
    this.#reportGone(bindings, left, 'extension-changed');
    const until = (this.#host.wall() + FORMER_MS) as WallMs;
    for (const { flow } of bindings.filter((each) => !left.includes(each)))
      this.#former.set(flowKey(flow), { extension, until });
    this.replace(extension, left);
  }

  #reportGone(
    before: readonly Binding[],
    after: readonly Binding[],
    because: 'expired' | 'connection-closed' | 'extension-changed',
  ): void {
    for (const binding of before) {
      if (after.includes(binding)) continue;
      const { extension, contact } = binding;
      this.#host.effect({ do: 'report', event: { kind: 'unregistered', extension, contact, because } });
    }
  }

  #index(binding: Binding): void {
    const key = flowKey(binding.flow);
    const extensions = this.#extensionsOfFlow.get(key) ?? new Set();
    extensions.add(binding.extension);
    this.#extensionsOfFlow.set(key, extensions);
  }

  #unindex(binding: Binding): void {
    const key = flowKey(binding.flow);
    const extensions = this.#extensionsOfFlow.get(key);
    extensions?.delete(binding.extension);
    if (extensions?.size === 0) this.#extensionsOfFlow.delete(key);
  }

  #schedule(extension: ExtensionNumber, bindings: readonly Binding[]): void {
    let first = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of bindings) first = Math.min(first, expiresAt);
    const afterMs = Number.isFinite(first) ? Math.max(0, first - this.#host.wall()) : undefined;
    const running = this.#timers['binding-expiry'].get(extension);
    // One that comes too early looks again: most phones refresh long before, and it need not be moved each time.
    const isSoonEnough =
      running !== undefined && afterMs !== undefined && running.dueAt <= this.#host.now() + afterMs;
    if (!isSoonEnough) this.#set({ kind: 'binding-expiry', extension }, afterMs);
    if (bindings.length === 0 || !this.#timers['keep-alive'].has(extension)) {
      this.#scheduleKeepAlive(extension, bindings);
    }
  }

  #scheduleKeepAlive(extension: ExtensionNumber, bindings: readonly Binding[]): void {
    const seconds = this.#host.keepAliveSeconds();
    const wanted = seconds > 0 && bindings.some(needsKeepAlive);
    this.#set({ kind: 'keep-alive', extension }, wanted ? seconds * 1_000 : undefined);
  }

  #set(payload: BindingTimer, afterMs: number | undefined): void {
    const timers = this.#timers[payload.kind];
    const before = timers.get(payload.extension);
    if (before !== undefined) this.#host.timers.cancel(before);
    if (afterMs !== undefined)
      timers.set(payload.extension, this.#host.timers.set(later(this.#host.now(), afterMs), payload));
    else if (before !== undefined) timers.delete(payload.extension);
  }
}

function areSameFlows(before: readonly Binding[], after: readonly Binding[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ flow }, i) => isSameFlow(flow, (after[i] as Binding).flow))
  );
}

/** Over UDP through a NAT nothing else keeps the way to the phone open; streams have their own keep-alive. */
function needsKeepAlive(binding: Binding): boolean {
  return binding.flow.transport === 'udp' && binding.behindNat;
}
