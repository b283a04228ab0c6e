import { countriesOfCode, planOfCountry } from '../numbering/numbering-plan.ts';

/** How a number is written says how much of it is there. */
export interface CallerNumber {
  /**
   * `international`: with `+` or `00`; `national`: with the one `0` that most countries dial before their own; `bare`:
   * neither, such as an extension, a short number, or an international number whose `+` was left out.
   */
  readonly form: 'international' | 'national' | 'bare';
  /** Without what `form` says was before them. */
  readonly digits: string;
}

const LONGEST_CODE = 3;
/** Fewer digits are no whole national number, and would be found at the end of numbers of others. */
const LEAST_NATIONAL = 7;
/** A shorter one without its `+` is an extension or a service as well as it is a number abroad. */
const LEAST_BARE = 10;

/** @returns undefined for what is no number: a name, a pattern. Spaces, points, hyphens and brackets are passed over. */
export function readCallerNumber(text: string): CallerNumber | undefined {
  // `+44 (0)20…`: the 0 is for those at home.
  const plain = text.replace(/^(\+[\d ]+)\(0\)/, '$1').replace(/[\s().-]/g, '');
  const [, prefix = '', digits = ''] = /^(\+|00|0(?=[1-9])|)(\d+)$/.exec(plain) ?? [];
  if (digits === '') return undefined;
  if (prefix === '0') return { form: 'national', digits };
  return { form: prefix === '' ? 'bare' : 'international', digits };
}

/**
 * What a blacklisted number is filed under; a caller is looked for under {@link shownKeys}. `+` and all digits; `0` and
 * the digits of a national number; `<` and what would be those of an international one; `=` and the digits of a bare one.
 *
 * A national number is one with an international one that ends with it, if what is before it is the whole of a calling
 * code: never just any digits. Two international numbers are one by all of their digits alone.
 *
 * @param homeCode the calling code of the home country, which then is the one that national numbers are of; undefined:
 *   not known, and they may be of any.
 */
export function filedKeys({ form, digits }: CallerNumber, homeCode: string | undefined): readonly string[] {
  if (form === 'national') return [`0${digits}`];
  if (form === 'bare') return bareKeys(digits);
  const national = nationalDigits(digits, homeCode);
  return national === undefined ? [`+${digits}`] : [`+${digits}`, `<${national}`];
}

/** What a number that is shown may be filed under. */
export function shownKeys({ form, digits }: CallerNumber, homeCode: string | undefined): readonly string[] {
  if (form === 'national') return [`0${digits}`, `<${digits}`];
  if (form === 'bare') return bareKeys(digits);
  const national = nationalDigits(digits, homeCode);
  return [`+${digits}`, `=${digits}`, ...(national === undefined ? [] : [`0${national}`])];
}

/** It may be an international number whose `+` was left out, if it is long enough. */
function bareKeys(digits: string): readonly string[] {
  return digits.length < LEAST_BARE ? [`=${digits}`] : [`=${digits}`, `+${digits}`];
}

/** Of an international number; undefined where there are none that could be compared. */
export function nationalDigits(digits: string, homeCode: string | undefined): string | undefined {
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const code = digits.slice(0, length);
    if (countriesOfCode(code).length === 0) continue;
    // Some countries keep the 0 behind their code, and some people write it where theirs does not.
    const national = digits.slice(length).replace(/^0/, '');
    const isOurs = homeCode === undefined || code === homeCode;
    return isOurs && national.length >= LEAST_NATIONAL ? national : undefined;
  }
  return undefined;
}

/** Of `GB`; undefined for what is no country. */
export function callingCodeOf(country: string): string | undefined {
  return planOfCountry(country)?.callingCode;
}
