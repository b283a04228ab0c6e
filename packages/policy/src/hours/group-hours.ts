import type { OfficeHours } from './office-hours.ts';

/** The hours of the house, and those of groups that keep their own. */
export interface HouseHours {
  /** Undefined: it is never closed. */
  readonly hours: OfficeHours | undefined;
  /** By the name of the group. */
  readonly groupHours: ReadonlyMap<string, OfficeHours | undefined>;
}

/**
 * @param groups of whoever is asked for, in their order: the first that keeps hours of its own decides.
 * @returns the house's for who is in no such group. Undefined: never closed.
 */
export function hoursFor(
  groups: readonly string[],
  { hours, groupHours }: HouseHours,
): OfficeHours | undefined {
  const own = groupKeeping(groups, { groupHours });
  return own === undefined ? hours : groupHours.get(own);
}

/** The group whose hours hold for who is in these; undefined: the house's do. */
export function groupKeeping(
  groups: readonly string[],
  { groupHours }: Pick<HouseHours, 'groupHours'>,
): string | undefined {
  return groups.find((group) => groupHours.has(group));
}
