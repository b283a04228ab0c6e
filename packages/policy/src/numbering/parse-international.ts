import {
  countriesOfCode,
  type NumberingPlan,
  type NumberType,
  planOfCode,
  planOfCountry,
  typeOfNumber,
} from './numbering-plan.ts';

/** A number whose calling code is known. */
export interface InternationalNumber {
  /** `+`, the calling code and the national number. */
  readonly number: string;
  readonly callingCode: string;
  /** The only country with the code, or the one whose plan the number fits. */
  readonly country: string | undefined;
  /** undefined: it fits no plan, and is not valid. */
  readonly type: NumberType | undefined;
}

const LONGEST_CODE = 3;
const LEAST_NATIONAL = 2;
/** Two more than E.164 has: there are longer numbers in Germany. */
const MOST_NATIONAL = 17;

/**
 * What libphonenumber-js makes of `+` and digits: the same answer for every string, which a test holds it to. A
 * national prefix behind the calling code is taken for a mistake and left out, where the number is none with it.
 *
 * @returns undefined if no country or service has the calling code, or what follows is too short or too long.
 */
export function parseInternational(text: string): InternationalNumber | undefined {
  if (!/^\+[1-9][0-9]{2,}$/.test(text)) return undefined;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    // No code begins with another.
    const callingCode = text.slice(1, 1 + length);
    const plan = planOfCode(callingCode);
    if (plan !== undefined) return inPlan(callingCode, plan, text.slice(1 + length));
  }
  return undefined;
}

function inPlan(callingCode: string, plan: NumberingPlan, digits: string): InternationalNumber | undefined {
  const national = nationalNumber(callingCode, plan, digits);
  if (national.length < LEAST_NATIONAL || national.length > MOST_NATIONAL) return undefined;
  const country = countryOf(callingCode, national);
  const itsPlan = country === undefined ? plan : (planOfCountry(country) ?? plan);
  const number = `+${callingCode}${national}`;
  return { number, callingCode, country, type: typeOfNumber(itsPlan, national) };
}

/** Without the prefix of the plan, unless that makes a number of what was one, or one of a length that there is not. */
function nationalNumber(callingCode: string, plan: NumberingPlan, digits: string): string {
  const shorter = withoutPrefix(plan, digits);
  if (shorter === digits) return digits;
  if (plan.pattern.test(digits) && !plan.pattern.test(shorter)) return digits;
  const country = countryOf(callingCode, shorter);
  const { lengths } = (country === undefined ? undefined : planOfCountry(country)) ?? plan;
  const isTooLong = shorter.length > (lengths.at(-1) ?? 0);
  return isTooLong || lengths.includes(shorter.length) ? shorter : digits;
}

function withoutPrefix({ prefix, prefixBecomes }: NumberingPlan, digits: string): string {
  const found = prefix?.exec(digits);
  if (prefix === undefined || found === null || found === undefined) return digits;
  const isCaptured = found.length > 1 && Boolean(found.at(-1));
  if (prefixBecomes !== undefined && isCaptured) return digits.replace(prefix, prefixBecomes);
  return digits.slice(found[0].length);
}

/** Where countries share a code, the first whose beginnings or whose types fit: the library's order and rule. */
function countryOf(callingCode: string, national: string): string | undefined {
  const countries = countriesOfCode(callingCode);
  if (countries.length <= 1) return countries[0];
  return countries.find((country) => {
    const plan = planOfCountry(country);
    if (plan === undefined) return false;
    return plan.leadingDigits === undefined
      ? typeOfNumber(plan, national) !== undefined
      : plan.leadingDigits.test(national);
  });
}
