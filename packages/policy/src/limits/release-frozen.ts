import { type Counted, isShared, type LimitEffect, WHOLE_SYSTEM } from './limit-effects.ts';
import { type Counts, countedIn, LIMIT_SIZES, type LimitsState } from './limits-state.ts';
import { attemptsOf, noAttempts } from './attempts.ts';
import { emptyList, itemsOf, listOfRecent, type Recent } from './recent.ts';

/**
 * An administrator has looked, and lets calls out again. What was counted is forgotten, or the next call would freeze
 * them again; the countries that are known stay known, and calls under way are still counted as such.
 *
 * Releasing the system releases no extension, group or trunk, and the other way round: each was frozen for a reason of
 * its own.
 *
 * @returns nothing to do if these were not frozen.
 */
export function releaseFrozen(state: LimitsState, of: Counted): readonly LimitEffect[] {
  const counts = countedIn(state, of);
  if (counts?.frozen === undefined) return [];
  counts.frozen = undefined;
  const { extensions, shared, system } = state;
  // The system's are those of the extensions, so that both forget the same ones.
  const forgetting = of === WHOLE_SYSTEM ? [...extensions.values(), ...shared.values(), system] : [counts];
  for (const each of forgetting) forgetRecent(each, state.at);
  if (of !== WHOLE_SYSTEM && !isShared(of)) {
    for (const each of [...shared.values(), system]) forgetOf(each, of);
  }
  // Whoever looks next finds that a new day has begun, with all that is forgotten then.
  counts.day = '';
  return forgetting.map((each) => ({ do: 'save', of: each.of }));
}

function forgetOf(counts: Counts, of: Counted): void {
  const isOfOthers = ({ extension }: Recent): boolean => extension !== of;
  const tried = itemsOf(counts.attempts.tenMinutes).filter(isOfOthers);
  counts.attempts = attemptsOf(tried, LIMIT_SIZES.recentOfSystem);
  counts.probes = listOfRecent(itemsOf(counts.probes).filter(isOfOthers));
}

/** An extension was deleted: whoever has its number next begins anew. */
export function forgetExtension(state: LimitsState, extension: string): void {
  state.extensions.delete(extension);
  state.devices.delete(extension);
}

function forgetRecent(counts: Counts, at: number): void {
  counts.attempts = noAttempts();
  counts.probes = emptyList();
  if (isShared(counts.of)) counts.forgottenAt = at;
}
