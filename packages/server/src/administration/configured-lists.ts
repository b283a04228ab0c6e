import { type Clock, err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { Binding, GuardEntryChange, RunningTrunk, Store } from '@ringwall/pbx';
import { addEntries, type GuardEffect, removeEntry, restoreEntries } from '@ringwall/policy';
import type { GuardLists, ListChange } from '../configuration/text/guard-lists.ts';
import { deniedWithout, inWords, protectedPlaces, shutOut } from './guard-places.ts';
import {
  changeGuard,
  type GuardSide,
  isKept,
  type RunningGuard,
  storedGuard,
  tryGuard,
} from './guard-side.ts';

export interface ConfiguredListsParts extends Pick<GuardLists, 'settingsShutOut'> {
  readonly store: Pick<Store, 'bindings' | 'guardEntries' | 'changeGuardEntries' | 'addSecurityEvents'>;
  readonly clock: Clock;
  readonly ownAddresses: () => readonly string[];
  /** Undefined: the program is stopped. */
  readonly running:
    | {
        readonly guard: RunningGuard;
        bindings(): Iterable<Binding>;
        trunks(): readonly RunningTrunk[];
      }
    | undefined;
}

/**
 * The guard's lists as a part of the whole configuration. What the single commands ask to be confirmed is asked here, and
 * what they have on trial is on trial.
 */
export function configuredLists(parts: ConfiguredListsParts): GuardLists {
  const { store, clock, ownAddresses, running, settingsShutOut } = parts;
  const side = async (): Promise<GuardSide> => running?.guard ?? storedGuard(store, clock);
  const phones = () =>
    running === undefined ? [] : running.guard.probation.withPhonesOnTrial(running.bindings());
  const places = async () =>
    protectedPlaces(
      ownAddresses(),
      running === undefined ? await store.bindings(clock.wall()) : phones(),
      running?.trunks() ?? [],
    );
  return {
    settingsShutOut,
    shutsOut: async (change) => {
      if (isNothing(change)) return ok(undefined);
      const [at, known] = [await side(), await places()];
      const blocked = change.add
        .filter((entry) => entry.action === 'block' && !isKept(at.guard, entry))
        .map(({ network }) => network);
      const out = shutOut(blocked, known);
      const allowed = change.remove.filter(({ action }) => action === 'allow');
      const networks = allowed.map(({ network }) => network);
      const newlyDenied = deniedWithout(networks, known, at, running?.guard.probation);
      const tried = tryGuard(at, () => changeLists(at, { remove: allowed, add: [] }));
      if (!tried.ok) return tried;
      const more = inWords(newlyDenied());
      tried.value.revert();
      const all = [out, more].filter((words) => words !== undefined);
      return ok(all.length === 0 ? undefined : all.join(' and '));
    },
    change: async (change, shutsOut, save) => {
      if (isNothing(change)) return ok({ saved: await save([]), confirmWithin: null });
      const at = await side();
      const act = () => changeLists(at, change);
      if (shutsOut === null || running === undefined) return changeTogether(at, act, save);
      const before = phones();
      const tried = tryGuard(at, act);
      if (!tried.ok) return tried;
      let trial = tried.value;
      const what = `a change of the configuration that shuts out ${shutsOut}`;
      const begun = running.guard.probation.begin({
        what,
        phones: before,
        stands: () => trial.stands(),
        keep: () => trial.keep(),
        revert: () => trial.revert(),
      });
      if (!begun.ok) return begun;
      try {
        return ok({ saved: await save([]), confirmWithin: begun.value });
      } catch (error) {
        trial.revert();
        trial = { stands: () => false, keep: async () => ok(undefined), revert: () => {} };
        throw error;
      }
    },
  };
}

/** Has the guard changed while the rest is saved with what that means on disk; what cannot be saved is undone. */
async function changeTogether<Value>(
  side: GuardSide,
  act: () => Result<readonly GuardEffect[], AdminError>,
  save: (entries: readonly GuardEntryChange[]) => Promise<Value>,
): Promise<Result<{ readonly saved: Value; readonly confirmWithin: null }, AdminError>> {
  const { keeper } = side;
  const saved: Value[] = [];
  const together: GuardSide['keeper'] = {
    performSaved: (effects) =>
      keeper.performSaved(effects, async (entries) => void saved.push(await save(entries))),
    withdraw: (entries) => keeper.withdraw(entries),
    alarms: () => keeper.alarms(),
  };
  const changed = await changeGuard({ ...side, keeper: together }, act);
  if (!changed.ok) return changed;
  return ok({ saved: saved[0] as Value, confirmWithin: null });
}

function changeLists(
  { guard, now }: GuardSide,
  { remove, add }: ListChange,
): Result<readonly GuardEffect[], AdminError> {
  const removed = remove.flatMap(({ network, action }) => guard.lists.get(network, action)?.entry ?? []);
  // What the guard does not have may still be on disk.
  const gone = remove.flatMap(
    ({ network, action }): readonly GuardEffect[] =>
      removeEntry(guard, network, action) ?? [{ do: 'forget-entry', network, action }],
  );
  const added = addEntries(guard, add, now());
  if (added.ok) return ok([...gone, ...added.value]);
  restoreEntries(guard, removed, now());
  return err(adminError('GUARD_LISTS_FULL', { problem: added.error.text }));
}

function isNothing({ remove, add }: ListChange): boolean {
  return remove.length === 0 && add.length === 0;
}
