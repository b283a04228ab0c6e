import type { CalendarDay } from '../office-hours.ts';
import { type CountryHolidays, HOLIDAY_COUNTRIES } from './countries.ts';
import { daysLater, SAT, SUN, weekdayOf } from './moving-days.ts';

export interface PublicHoliday {
  readonly day: CalendarDay;
  /** In English. */
  readonly name: string;
}

interface Dated {
  readonly at: number;
  readonly name: string;
}

/** Countries whose holidays are known, by ISO 3166-1 alpha-2. */
export function holidayCountries(): readonly string[] {
  return Object.keys(HOLIDAY_COUNTRIES).toSorted();
}

/** Parts of a country that have holidays of their own, as ISO 3166-2 has them behind the hyphen. */
export function holidayRegions(country: string): readonly string[] {
  const rules = HOLIDAY_COUNTRIES[country]?.rules ?? [];
  return [...new Set(rules.flatMap((rule) => rule.in ?? []))].toSorted();
}

/**
 * The public holidays of one year, in order: a first list for an office, which knows best when it is closed. What a
 * government proclaims for one year alone is not among them.
 *
 * @param region undefined: those that hold in the whole country.
 * @returns undefined: the country is not known.
 */
export function publicHolidays(
  country: string,
  region: string | undefined,
  year: number,
): readonly PublicHoliday[] | undefined {
  const known = Object.hasOwn(HOLIDAY_COUNTRIES, country) ? HOLIDAY_COUNTRIES[country] : undefined;
  if (known === undefined) return undefined;
  // A New Year's Day that is a Saturday may be made up for in the old year.
  const dated = [year, year + 1].flatMap((each) => ofYear(known, region, each));
  const days = dated.map(({ at, name }) => ({ day: new Date(at).toISOString().slice(0, 10), name }));
  return days.filter(({ day }) => day.startsWith(`${year}-`)).toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

function ofYear({ rules, madeUp }: CountryHolidays, region: string | undefined, year: number): Dated[] {
  const holding = rules.filter(
    ({ in: parts, since = 0 }) =>
      year >= since && (parts === undefined || (region !== undefined && parts.includes(region))),
  );
  const dated = holding.map(({ name, day }): Dated => ({ at: day(year), name }));
  if (madeUp === undefined) return dated;
  const taken = new Set(dated.map(({ at }) => at));
  const substitutes = dated
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at, name }): Dated[] => {
      const substitute = madeUpOn(at, madeUp, taken);
      if (substitute === undefined) return [];
      taken.add(substitute);
      return [{ at: substitute, name: `${name} (substitute day)` }];
    });
  return [...dated, ...substitutes];
}

/** @param taken days that are holidays anyway. */
function madeUpOn(
  at: number,
  how: NonNullable<CountryHolidays['madeUp']>,
  taken: ReadonlySet<number>,
): number | undefined {
  const weekday = weekdayOf(at);
  if (weekday !== SAT && weekday !== SUN) return undefined;
  switch (how) {
    case 'nearest-weekday':
      return daysLater(at, weekday === SAT ? -1 : 1);
    case 'monday-after-sunday':
      return weekday === SUN && !taken.has(daysLater(at, 1)) ? daysLater(at, 1) : undefined;
    case 'next-working-day': {
      let next = daysLater(at, 1);
      while (taken.has(next) || weekdayOf(next) === SUN || weekdayOf(next) === SAT) next = daysLater(next, 1);
      return next;
    }
  }
}
