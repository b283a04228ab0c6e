/**
 * The numbering plans of the world, as libphonenumber publishes them and libphonenumber-js carries them in its table.
 *
 * The library makes a RegExp anew for each match. Here a plan is compiled once, when the first number of it is read;
 * there are never more than the table has: 245 countries and nine services.
 */
import metadata from 'libphonenumber-js/metadata.max.json';

export type NumberType = 'FIXED_LINE_OR_MOBILE' | 'FIXED_LINE' | (typeof TYPES_BESIDE_FIXED)[number]['type'];

/** One kind of number: what it looks like, and how many digits it may have. */
export interface TypePattern<Type> {
  readonly type: Type;
  readonly pattern: RegExp;
  readonly lengths: readonly number[];
}

export interface NumberingPlan {
  readonly callingCode: string;
  /** Any valid national number, whole. */
  readonly pattern: RegExp;
  /** Of whole national numbers, ascending. */
  readonly lengths: readonly number[];
  /** What may stand before a national number by mistake (`+44 (0)20…`), and what is to be put in its place. */
  readonly prefix: RegExp | undefined;
  readonly prefixBecomes: string | undefined;
  /** Numbers that begin like this are of the country; undefined: their type has to tell. */
  readonly leadingDigits: RegExp | undefined;
  readonly fixed: TypePattern<'FIXED_LINE'> | undefined;
  /** Its mobile numbers are not told apart from its fixed ones. */
  readonly isFixedMobile: boolean;
  readonly mobile: TypePattern<'MOBILE'> | undefined;
  /** In the order in which they are asked; mobile numbers are the first. */
  readonly others: readonly TypePattern<NumberType>[];
  /** As they are dialled: `00`, `8~10` with a pause; several are one pattern (`00[1-9]`), with at most one preferred. */
  readonly internationalPrefix: string;
  readonly preferredInternationalPrefix: string;
  readonly nationalPrefix: string;
}

/** What is not there is 0, or left out at the end. */
type Cell<Kind> = Kind | 0 | undefined;
type TypeRow = Cell<readonly [pattern?: string, lengths?: readonly number[]]>;
/** A row of the table: METADATA.md of libphonenumber-js, "plain" metadata, version 4. */
type PlanRow = readonly [
  callingCode: string,
  internationalPrefix: Cell<string>,
  pattern: string,
  lengths: readonly number[],
  formats?: unknown,
  nationalPrefix?: Cell<string>,
  formattingRule?: unknown,
  prefixForParsing?: Cell<string>,
  prefixBecomes?: Cell<string>,
  isPrefixOptional?: unknown,
  leadingDigits?: Cell<string>,
  types?: Cell<readonly TypeRow[]>,
  preferredInternationalPrefix?: Cell<string>,
];

const FIXED_COLUMN = 0;
const MOBILE_COLUMN = 1;
/** In the order in which the library asks; a number that fits two is of the first. */
const TYPES_BESIDE_FIXED = [
  { type: 'MOBILE', column: MOBILE_COLUMN },
  { type: 'PREMIUM_RATE', column: 3 },
  { type: 'TOLL_FREE', column: 2 },
  { type: 'SHARED_COST', column: 9 },
  { type: 'VOIP', column: 8 },
  { type: 'PERSONAL_NUMBER', column: 4 },
  { type: 'PAGER', column: 7 },
  { type: 'UAN', column: 6 },
  { type: 'VOICEMAIL', column: 5 },
] as const;

const ROWS = new Map<string, PlanRow>();
for (const [country, row] of Object.entries(metadata.countries)) ROWS.set(country, row as unknown as PlanRow);
for (const [code, row] of Object.entries(metadata.nonGeographic)) ROWS.set(code, row as unknown as PlanRow);
const COUNTRIES_OF_CODE = new Map<string, readonly string[]>(Object.entries(metadata.country_calling_codes));
const compiled = new Map<string, NumberingPlan>();

/** ISO 3166-1 alpha-2 of every country that has a plan, in the order of the alphabet. */
export const COUNTRIES: readonly string[] = Object.keys(metadata.countries).toSorted();

/** @returns undefined for what is no country. */
export function planOfCountry(country: string): NumberingPlan | undefined {
  return /^[A-Z]/.test(country) ? plan(country) : undefined;
}

/** The plan of its largest country, or of the service that it belongs to; undefined for what is no calling code. */
export function planOfCode(callingCode: string): NumberingPlan | undefined {
  const [largest] = countriesOfCode(callingCode);
  return plan(largest ?? callingCode);
}

/** The countries that share the code, the largest first; none for a service of no country. */
export function countriesOfCode(callingCode: string): readonly string[] {
  return COUNTRIES_OF_CODE.get(callingCode) ?? [];
}

/** What kind of number it is, or undefined if it fits no plan of the country. */
export function typeOfNumber(of: NumberingPlan, national: string): NumberType | undefined {
  if (!of.pattern.test(national)) return undefined;
  if (fits(of.fixed, national)) {
    return of.isFixedMobile || fits(of.mobile, national) ? 'FIXED_LINE_OR_MOBILE' : 'FIXED_LINE';
  }
  return of.others.find((type) => fits(type, national))?.type;
}

function fits(type: TypePattern<NumberType> | undefined, national: string): boolean {
  return type !== undefined && type.lengths.includes(national.length) && type.pattern.test(national);
}

function plan(key: string): NumberingPlan | undefined {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const row = ROWS.get(key);
  if (row === undefined) return undefined;
  const made = compile(row);
  compiled.set(key, made);
  return made;
}

function compile(row: PlanRow): NumberingPlan {
  const [callingCode, internationalPrefix, pattern, lengths, , nationalPrefix] = row;
  const [, , , , , , , prefixForParsing, prefixBecomes, , leadingDigits, types, preferred] = row;
  const rows = types || [];
  const typePattern = <Type>(type: Type, column: number): TypePattern<Type> | undefined => {
    const [typed, typedLengths] = rows[column] || [];
    return typed ? { type, pattern: whole(typed), lengths: typedLengths || lengths } : undefined;
  };
  const mobile = typePattern('MOBILE' as const, MOBILE_COLUMN);
  const [mobileText] = rows[MOBILE_COLUMN] || [''];
  const prefix = prefixForParsing || nationalPrefix;
  return {
    callingCode,
    pattern: whole(pattern),
    lengths,
    prefix: prefix ? beginning(prefix) : undefined,
    prefixBecomes: prefixBecomes || undefined,
    leadingDigits: leadingDigits ? beginning(leadingDigits) : undefined,
    fixed: typePattern('FIXED_LINE' as const, FIXED_COLUMN),
    isFixedMobile: mobileText === '',
    mobile,
    others: TYPES_BESIDE_FIXED.flatMap(({ type, column }) => typePattern(type, column) ?? []),
    internationalPrefix: internationalPrefix || '',
    preferredInternationalPrefix: preferred || '',
    nationalPrefix: nationalPrefix || '',
  };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function beginning(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})`);
}
