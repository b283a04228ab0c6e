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
  type Listed,
  liveEntries,
  removeEntry,
  restoreEntries,
} from '@ringwall/policy';
import { GuardFigureCounts } from '../guard/guard-figures.ts';
import { GuardKeeper } from '../guard/guard-keeper.ts';
import type { KernelView } from '../guard/kernel-guard.ts';
import type { ShadowRun } from '../guard/shadow-run.ts';
import type { SharedListFeed } from '../guard/shared-list-feed.ts';
import type { Probation, Tentative } from './probation.ts';

/** The guard that an administrator asks: that of the running program, or one made of what a stopped one left. */
export interface GuardSide {
  readonly guard: GuardState;
  readonly keeper: Pick<GuardKeeper, 'performSaved' | 'withdraw' | 'alarms'>;
  readonly now: () => MonotonicMs;
}

/** What only the running program can say. */
export interface RunningGuard extends GuardSide {
  readonly probation: Probation;
  readonly shadow: Pick<ShadowRun, 'start' | 'stop' | 'view'>;
  readonly feed: Pick<SharedListFeed, 'view' | 'pull'>;
  /** Who drops what is blacklisted, and in a sentence what that means. */
  readonly kernel: () => Promise<KernelView>;
}

const NOBODY: KnownSources = {
  isRegisteredFlow: () => false,
  hasRegistrations: () => false,
  isTrunk: () => false,
  isAwaited: () => false,
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
  const before = liveEntries(guard, now());
  const changed = change();
  if (!changed.ok) return changed;
  const saved = await keeper.performSaved(changed.value);
  if (saved.ok) return ok(undefined);
  undo(guard, before, changed.value, now());
  const { code, message } = saved.error;
  return err({ code, text: message });
}

/** Entries on trial, each with what was kept in its place before. */
const triedOver = new WeakMap<ListEntry, Listed | undefined>();

/** The lists as they were if nothing on trial stayed, but for what is off them on trial. */
function keptEntries({ guard, now }: GuardSide): Listed[] {
  return liveEntries(guard, now()).flatMap((listed) =>
    triedOver.has(listed.entry) ? (triedOver.get(listed.entry) ?? []) : listed,
  );
}

/** Is it on the list, and not on trial alone? */
export function isKept(guard: GuardState, place: Place): boolean {
  const entry = listed(guard, place);
  return entry !== undefined && (!triedOver.has(entry) || triedOver.get(entry) !== undefined);
}

/**
 * The same on trial: it is in force at once, but neither on disk nor told before it is kept. What somebody changed
 * meanwhile is his, and neither kept nor taken back.
 *
 * @returns how to keep it and how to take it back.
 */
export function tryGuard(
  side: GuardSide,
  change: () => Result<readonly GuardEffect[], AdminError>,
): Result<Pick<Tentative, 'stands' | 'keep' | 'revert'>, AdminError> {
  const { guard, keeper, now } = side;
  const before = keptEntries(side);
  const changed = change();
  if (!changed.ok) return changed;
  const after = new Map([...touched(changed.value)].map(([key, at]) => [key, listed(guard, at)]));
  const byKey = new Map(before.map((each) => [entryKey(each.entry), each]));
  for (const [key, entry] of after) if (entry !== undefined) triedOver.set(entry, byKey.get(key));
  const stillOurs = () =>
    changed.value.filter((effect) => {
      const at = touchedBy(effect);
      return at === undefined || after.get(entryKey(at)) === listed(guard, at);
    });
  return ok({
    stands: () => stillOurs().some((effect) => touchedBy(effect) !== undefined),
    revert: () => {
      const ours = stillOurs();
      undo(guard, before, ours, now());
      // Whoever was told meanwhile of all that is on the lists was told of these too.
      const isBack = new Set(before.map(({ entry }) => entryKey(entry)));
      keeper.withdraw([...touched(ours).values()].filter((at) => !isBack.has(entryKey(at))));
    },
    keep: async () => {
      const ours = stillOurs();
      const saved = await keeper.performSaved(ours);
      if (!saved.ok) return err({ code: saved.error.code, text: saved.error.message });
      for (const key of touched(ours).keys()) {
        const entry = after.get(key);
        if (entry !== undefined) triedOver.delete(entry);
      }
      return ok(undefined);
    },
  });
}

type Place = Pick<ListEntry, 'network' | 'action'>;

function touchedBy(effect: GuardEffect): Place | undefined {
  if (effect.do === 'save-entry') return effect.entry;
  return effect.do === 'forget-entry' ? effect : undefined;
}

function touched(effects: readonly GuardEffect[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const effect of effects) {
    const at = touchedBy(effect);
    if (at !== undefined) places.set(entryKey(at), at);
  }
  return places;
}

function listed(guard: GuardState, { network, action }: Place): ListEntry | undefined {
  return guard.lists.get(network, action)?.entry;
}

/** Entries that were there are put back with the hits that they had; the others go. */
function undo(
  guard: GuardState,
  before: readonly Listed[],
  effects: readonly GuardEffect[],
  now: MonotonicMs,
): void {
  const places = touched(effects);
  const back = before.filter(({ entry }) => places.has(entryKey(entry)));
  for (const { entry } of back) places.delete(entryKey(entry));
  for (const { network, action } of places.values()) removeEntry(guard, network, action);
  restoreEntries(
    guard,
    back.map(({ entry }) => entry),
    now,
  );
  for (const { entry, hits, lastHitAt } of back) {
    const again = guard.lists.get(entry.network, entry.action);
    if (again === undefined || again.hits >= hits) continue;
    again.hits = hits;
    again.lastHitAt = lastHitAt;
  }
}

export function entryUnknown(network: string, list: 'blacklist' | 'whitelist'): AdminError {
  return adminError('GUARD_ENTRY_UNKNOWN', { network, list });
}
