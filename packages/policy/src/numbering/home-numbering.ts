import { getCountries, isSupportedCountry, Metadata, type NumberingPlan } from 'libphonenumber-js/max';
import type { HomeNumbering } from './number-class.ts';

/** ISO 3166-1 alpha-2 of every country that has a numbering plan, in the order of the alphabet. */
export const COUNTRIES: readonly string[] = [...getCountries()].toSorted();

/** What an administrator may set beside the country; `''`: as the country has it. */
export interface NumberingWishes {
  readonly country: string;
  readonly areaCode: string;
  readonly internationalPrefix: string;
  readonly nationalPrefix: string;
}

/**
 * How the country dials. Where several prefixes lead abroad, one for each carrier, and the plan prefers none, `00` is
 * taken: an administrator there sets his carrier's.
 */
export function homeNumbering(wishes: NumberingWishes): HomeNumbering {
  const { country, areaCode } = wishes;
  const own = isSupportedCountry(country) ? prefixesOf(country) : { international: '', national: '' };
  return {
    country,
    areaCode,
    internationalPrefix: wishes.internationalPrefix || own.international,
    nationalPrefix: wishes.nationalPrefix || own.national,
  };
}

/** The library has this method, and leaves it out of its types. */
type WholePlan = NumberingPlan & { nationalPrefix(): unknown };

function prefixesOf(country: Parameters<Metadata['selectNumberingPlan']>[0]) {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  const plan = metadata.numberingPlan as WholePlan | undefined;
  const [preferred, possible] = [digitsOf(plan?.defaultIDDPrefix()), plan?.IDDPrefix() ?? ''];
  const international = preferred || (/^\d+$/.test(possible) ? possible : '00');
  return { international, national: digitsOf(plan?.nationalPrefix()) };
}

/** `8~10` is 8, a pause for the tone, and 10. */
function digitsOf(prefix: unknown): string {
  return typeof prefix === 'string' ? prefix.replaceAll('~', '') : '';
}
