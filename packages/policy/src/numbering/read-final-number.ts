import { err, ok, type Result } from '@ringwall/base';
import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  type NumberType,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { Destination, FinalNumber, HomeNumbering, NumberClass } from './number-class.ts';
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
const CLASS_OF_TYPE: Partial<Record<Exclude<NumberType, undefined>, NumberClass>> = {
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
  const { country } = home;
  if (!isSupportedCountry(country)) return err('unknown-home');
  const spelled = plainDigits(dialled);
  if (!spelled.ok) return spelled;
  const parsed = parseDigits(spelled.value, home, getCountryCallingCode(country));
  if (parsed === undefined) return err('unassigned');
  if (!isFinal(parsed.number)) return err('too-long');
  return ok(destination(parsed.number, parsed, home));
}

/** Where a number may be allowed by name: its country, or the calling code of what belongs to none (`+881`). */
export function destinationKey({ country, number, numberClass }: Destination): string | undefined {
  if (country !== undefined) return country;
  return numberClass === 'satellite' || numberClass === 'global-service' ? number.slice(0, 4) : undefined;
}

/**
 * A local number goes before a national one without its prefix, as in the network of the area. Every form is
 * given to the library with its calling code, since it would otherwise apply prefixes of its own.
 */
function parseDigits(digits: string, home: HomeNumbering, homeCode: string): PhoneNumber | undefined {
  const { areaCode, internationalPrefix, nationalPrefix } = home;
  if (digits.startsWith('+')) return parseInternational(digits);
  if (internationalPrefix !== '' && digits.startsWith(internationalPrefix)) {
    return parseInternational(`+${digits.slice(internationalPrefix.length)}`);
  }
  if (nationalPrefix !== '' && digits.startsWith(nationalPrefix)) {
    return parseInternational(`+${homeCode}${digits.slice(nationalPrefix.length)}`);
  }
  const local = areaCode === '' ? undefined : parseInternational(`+${homeCode}${areaCode}${digits}`);
  return local?.isValid() === true ? local : parseInternational(`+${homeCode}${digits}`);
}

function parseInternational(number: string): PhoneNumber | undefined {
  return parsePhoneNumberFromString(number, { extract: false });
}

function destination(number: FinalNumber, parsed: PhoneNumber, home: HomeNumbering): Destination {
  const beyond = BEYOND_COUNTRIES[parsed.countryCallingCode];
  if (beyond !== undefined) return { number, country: undefined, numberClass: beyond };
  // The library calls valid what has a type, so that `isValid` would only find the type again.
  const type = parsed.getType();
  if (type === undefined) {
    return { number, country: onlyCountry(parsed.countryCallingCode), numberClass: 'unknown' };
  }
  const isHome = parsed.country === home.country;
  const numberClass = CLASS_OF_TYPE[type] ?? (isHome ? 'national-fixed' : 'international');
  const isOurs = numberClass === 'toll-free' && isSharedWith(home.country, parsed.countryCallingCode);
  return { number, country: isOurs ? home.country : parsed.country, numberClass };
}

/** Countries with one calling code share its free numbers, and the library names the first of them. */
function isSharedWith(home: string, callingCode: string): boolean {
  return isSupportedCountry(home) && getCountryCallingCode(home) === callingCode;
}

const ONLY_COUNTRY = new Map<string, string | undefined>();
for (const country of getCountries()) {
  const code = getCountryCallingCode(country);
  ONLY_COUNTRY.set(code, ONLY_COUNTRY.has(code) ? undefined : country);
}

function onlyCountry(callingCode: string): string | undefined {
  return ONLY_COUNTRY.get(callingCode);
}

function isFinal(number: string): number is FinalNumber {
  return /^\+[1-9][0-9]{1,14}$/.test(number);
}
