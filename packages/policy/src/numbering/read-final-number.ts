import { err, ok, type Result } from '@ringwall/base';
import type { Destination, FinalNumber, HomeNumbering, NumberClass } from './number-class.ts';
import { countriesOfCode, type NumberType, planOfCountry } from './numbering-plan.ts';
import { type InternationalNumber, parseInternational } from './parse-international.ts';
import { plainDigits, type SpellingRefusal } from './plain-digits.ts';

/** Why a dialled string leads to no number. */
export type NumberRefusal =
  | SpellingRefusal
  /** The home country is not set, or is none. */
  | 'unknown-home'
  /** No country or service has this calling code, or nothing follows it. */
  | 'unassigned';

/** Calling codes that belong to no country (ITU-T E.164, list of assigned codes): each is a destination of its own. */
const BEYOND_COUNTRIES: Readonly<Record<string, NumberClass>> = {
  '800': 'global-service',
  '808': 'global-service',
  '870': 'satellite',
  '878': 'global-service',
  '881': 'satellite',
  '882': 'satellite',
  '883': 'satellite',
  '888': 'global-service',
  '979': 'global-service',
};

/** Fixed lines are told apart by where they are, so they have no row. */
const CLASS_OF_TYPE: Partial<Record<NumberType, NumberClass>> = {
  MOBILE: 'mobile',
  PREMIUM_RATE: 'premium',
  SHARED_COST: 'shared-cost',
  TOLL_FREE: 'toll-free',
  PAGER: 'pager',
  PERSONAL_NUMBER: 'personal',
  UAN: 'uan',
  VOICEMAIL: 'voicemail',
};

/**
 * The one place where a dialled string, after the rule's rewriting, becomes the number that is judged. What leaves
 * must be composed from `number` alone: then no spelling can be judged as one number and dialled as another.
 *
 * The country is the one whose numbering plan the number fits, never the one of its calling code (25 share +1). A
 * number that fits no plan is `unknown`, with a country only where the calling code leaves no choice; one that fits
 * several (mobiles of Finland and Åland) has the country that the library names, which is the largest. Where mobile
 * and fixed numbers look alike (+1), and for numbers of Internet telephony, the class is that of a fixed line.
 */
export function readFinalNumber(dialled: string, home: HomeNumbering): Result<Destination, NumberRefusal> {
  const plan = planOfCountry(home.country);
  if (plan === undefined) return err('unknown-home');
  const spelled = plainDigits(dialled);
  if (!spelled.ok) return spelled;
  const parsed = parseDigits(spelled.value, home, plan.callingCode);
  if (parsed === undefined) return err('unassigned');
  if (!isFinal(parsed.number)) return err('too-long');
  return ok(destination(parsed.number, parsed, home, plan.callingCode));
}

/** Where a number may be allowed by name: its country, or the calling code of what belongs to none (`+881`). */
export function destinationKey({ country, number, numberClass }: Destination): string | undefined {
  if (country !== undefined) return country;
  return numberClass === 'satellite' || numberClass === 'global-service' ? number.slice(0, 4) : undefined;
}

/**
 * A local number goes before a national one without its prefix, as in the network of the area. Every form is
 * read with its calling code.
 */
function parseDigits(digits: string, home: HomeNumbering, homeCode: string): InternationalNumber | undefined {
  const { areaCode, internationalPrefix, nationalPrefix } = home;
  if (digits.startsWith('+')) return parseInternational(digits);
  if (internationalPrefix !== '' && digits.startsWith(internationalPrefix)) {
    return parseInternational(`+${digits.slice(internationalPrefix.length)}`);
  }
  if (nationalPrefix !== '' && digits.startsWith(nationalPrefix)) {
    return parseInternational(`+${homeCode}${digits.slice(nationalPrefix.length)}`);
  }
  const local = areaCode === '' ? undefined : parseInternational(`+${homeCode}${areaCode}${digits}`);
  return local?.type === undefined ? parseInternational(`+${homeCode}${digits}`) : local;
}

function destination(
  number: FinalNumber,
  { callingCode, country, type }: InternationalNumber,
  home: HomeNumbering,
  homeCode: string,
): Destination {
  const beyond = BEYOND_COUNTRIES[callingCode];
  if (beyond !== undefined) return { number, country: undefined, numberClass: beyond };
  if (type === undefined) return { number, country: onlyCountry(callingCode), numberClass: 'unknown' };
  const numberClass = CLASS_OF_TYPE[type] ?? (country === home.country ? 'national-fixed' : 'international');
  // Countries with one calling code share its free numbers, and the library names the first of them.
  const isOurs = numberClass === 'toll-free' && callingCode === homeCode;
  return { number, country: isOurs ? home.country : country, numberClass };
}

function onlyCountry(callingCode: string): string | undefined {
  const countries = countriesOfCode(callingCode);
  return countries.length === 1 ? countries[0] : undefined;
}

function isFinal(number: string): number is FinalNumber {
  return /^\+[1-9][0-9]{1,14}$/.test(number);
}
