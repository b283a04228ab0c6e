import { type Counted, type LimitEffect, WHOLE_SYSTEM } from './limit-effects.ts';
import { type Counts, LIMIT_SIZES, type LimitsState } from './limits-state.ts';
import { attemptsOf, emptyList, itemsOf, listOfRecent, noAttempts, type Recent } from './recent.ts';

/**
 * An administrator has looked, and lets calls out again. What was counted is forgotten, or the next call would freeze
 * them again; the countries that are known stay known, and calls under way are still counted as such.
 *
 * Releasing the system releases no extension, and the other way round: each was frozen for a reason of its own.
 *
 * @returns nothing to do if these were not frozen.
 */
export function releaseFrozen(state: LimitsState, of: Counted): readonly LimitEffect[] {
  const counts = of === WHOLE_SYSTEM ? state.system : state.extensions.get(of);
  if (counts?.frozen === undefined) return [];
  counts.frozen = undefined;
  // The system's are those of the extensions, so that both forget the same ones.
  const forgetting = of === WHOLE_SYSTEM ? [...state.extensions.values(), state.system] : [counts];
  for (const each of forgetting) forgetRecent(each);
  if (of !== WHOLE_SYSTEM) {
    const { system } = state;
    const isOfOthers = ({ extension }: Recent): boolean => extension !== of;
    const tried = itemsOf(system.attempts.tenMinutes).filter(isOfOthers);
    system.attempts = attemptsOf(tried, LIMIT_SIZES.recentOfSystem);
    system.probes = listOfRecent(itemsOf(system.probes).filter(isOfOthers));
  }
  // Whoever looks next finds that a new day has begun, with all that is forgotten then.
  counts.day = '';
  return forgetting.map((each) => ({ do: 'save', of: each.of }));
}

/** An extension was deleted: whoever has its number next begins anew. */
export function forgetExtension(state: LimitsState, extension: string): void {
  state.extensions.delete(extension);
}

function forgetRecent(counts: Counts): void {
  counts.attempts = noAttempts();
  counts.probes = emptyList();
}
