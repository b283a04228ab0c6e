import { type Clock, err, type MonotonicMs, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { Store } from '@ringwall/pbx';
import {
  createGuard,
  DEFAULT_GUARD_POLICY,
  entryKey,
  type GuardEffect,
  type GuardState,
  type KnownSources,
  type ListEntry,
  liveEntries,
  removeEntry,
  restoreEntries,
} from '@ringwall/policy';
import { GuardFigureCounts } from '../guard/guard-figures.ts';
import type { ShadowRun } from '../guard/shadow-run.ts';
import type { SharedListFeed } from '../guard/shared-list-feed.ts';
import type { Probation, Tentative } from './probation.ts';
import { GuardKeeper } from '../guard/guard-keeper.ts';

/** The guard that an administrator asks: that of the running program, or one made of what a stopped one left. */
export interface GuardSide {
  readonly guard: GuardState;
  readonly keeper: Pick<GuardKeeper, 'performSaved' | 'alarms'>;
  readonly now: () => MonotonicMs;
}

/** What only the running program can say. */
export interface RunningGuard extends GuardSide {
  readonly probation: Probation;
  readonly shadow: Pick<ShadowRun, 'start' | 'stop' | 'view'>;
  readonly feed: Pick<SharedListFeed, 'view' | 'pull'>;
  /** Who drops what is blacklisted, and in a sentence what that means. */
  readonly kernel: () => Promise<{ readonly by: 'sockets' | 'kernel'; readonly text: string }>;
}

const NOBODY: KnownSources = {
  isRegisteredFlow: () => false,
  hasRegistrations: () => false,
  isTrunk: () => false,
};

/** Tables that no packet will ever need. */
const SMALLEST = { udpSources: 16, streamSources: 16, offenders: 16, replyNetworks: 16, trunks: 16 };

/** A guard with the stored lists, for a program that does not run. Rejects with a StoreError. */
export async function storedGuard(
  store: Pick<Store, 'guardEntries' | 'changeGuardEntries' | 'addSecurityEvents'>,
  clock: Clock,
): Promise<GuardSide> {
  const now = clock.monotonic();
  const guard = createGuard({
    policy: DEFAULT_GUARD_POLICY,
    known: NOBODY,
    seed: 0, // No stranger is near it.
    now,
    wall: clock.wall(),
    sizes: SMALLEST,
  });
  restoreEntries(guard, await store.guardEntries(), now);
  const keeper = new GuardKeeper({
    store,
    clock,
    figures: new GuardFigureCounts(),
    log: undefined,
    later: () => {}, // What an administrator asks for is saved at once.
    onMistake: (error) => {
      throw error;
    },
  });
  return { guard, keeper, now: () => clock.monotonic() };
}

/**
 * Has the guard changed, and the change saved; what cannot be saved is undone, so that a refusal means that nothing
 * was changed.
 *
 * @param change acts on the guard, and gives its effects or a refusal that changed nothing.
 */
export async function changeGuard(
  { guard, keeper, now }: GuardSide,
  change: () => Result<readonly GuardEffect[], AdminError>,
): Promise<Result<undefined, AdminError>> {
  const before = liveEntries(guard, now()).map(({ entry }) => entry);
  const changed = change();
  if (!changed.ok) return changed;
  const saved = await keeper.performSaved(changed.value);
  if (saved.ok) return ok(undefined);
  undo(guard, before, changed.value, now());
  const { code, message } = saved.error;
  return err({ code, text: message });
}

/**
 * The same on trial: it is in force at once, but neither on disk nor told before it is kept.
 *
 * @returns how to keep it and how to take it back.
 */
export function tryGuard(
  { guard, keeper, now }: GuardSide,
  change: () => Result<readonly GuardEffect[], AdminError>,
): Result<Pick<Tentative, 'keep' | 'revert'>, AdminError> {
  const before = liveEntries(guard, now()).map(({ entry }) => entry);
  const changed = change();
  if (!changed.ok) return changed;
  return ok({
    revert: () => undo(guard, before, changed.value, now()),
    keep: async () => {
      const saved = await keeper.performSaved(changed.value);
      return saved.ok ? saved : err({ code: saved.error.code, text: saved.error.message });
    },
  });
}

function undo(
  guard: GuardState,
  before: readonly ListEntry[],
  effects: readonly GuardEffect[],
  now: MonotonicMs,
): void {
  const touched = new Map<string, Pick<ListEntry, 'network' | 'action'>>();
  for (const effect of effects) {
    if (effect.do === 'save-entry') touched.set(entryKey(effect.entry), effect.entry);
    if (effect.do === 'forget-entry') touched.set(entryKey(effect), effect);
  }
  for (const { network, action } of touched.values()) removeEntry(guard, network, action);
  restoreEntries(
    guard,
    before.filter((entry) => touched.has(entryKey(entry))),
    now,
  );
}

export function entryUnknown(network: string, list: 'blacklist' | 'whitelist'): AdminError {
  return adminError('GUARD_ENTRY_UNKNOWN', { network, list });
}
