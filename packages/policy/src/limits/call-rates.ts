/** What calls to numbers that begin like this cost; in whatever currency, but all in one. */
export interface CallRate {
  /** `+44`; the longest that fits counts. `+` fits every number. */
  readonly prefix: string;
  readonly perMinute: number;
  /** Once, when the call is answered. */
  readonly perCall: number;
  /** What the price list calls it; may be empty. */
  readonly name: string;
}

/** The rates by prefix: a look-up asks once for each length that prefixes have, however many there are. */
export interface RateIndex {
  readonly byPrefix: ReadonlyMap<string, CallRate>;
  /** Longest first. */
  readonly lengths: readonly number[];
}

/** So many rates may there be: a price list of a provider has some thousands. */
export const RATE_LIMIT = 20_000;

/** The dearest minute, and the dearest call: a slip of the decimal point is found. */
export const DEAREST_RATE = 10_000;

/** `+`, or the beginning of a number with its plus. */
export function isRatePrefix(text: string): boolean {
  return /^\+([1-9]\d{0,14})?$/.test(text);
}

/** Of two with the same prefix the later counts. */
export function indexRates(rates: readonly CallRate[]): RateIndex {
  const byPrefix = new Map(rates.map((rate) => [rate.prefix, rate]));
  const lengths = [...new Set([...byPrefix.keys()].map(({ length }) => length))];
  return { byPrefix, lengths: lengths.toSorted((a, b) => b - a) };
}

/** Nothing is known of costs. */
export const NO_RATES: RateIndex = indexRates([]);

/** The rate with the longest prefix that fits; `undefined`: nobody knows what the call costs, and it counts as free. */
export function rateFor({ byPrefix, lengths }: RateIndex, number: string): CallRate | undefined {
  for (const length of lengths) {
    const rate = byPrefix.get(number.slice(0, length));
    if (rate !== undefined) return rate;
  }
  return undefined;
}
