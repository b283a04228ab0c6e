/** Numbers that begin with `prefix` are denied, though their country and class are allowed. */
export interface HighRiskRange {
  /** E.164 with its plus: `+232`. */
  readonly prefix: string;
  /** Ends the sentence "is in a high-risk range: …". */
  readonly why: string;
}

/** FCC, consumer alerts on "one ring" calls, 2019: numbers that are had called back for a share of the revenue. */
const ONE_RING = 'regulators name it as one that is called for a share of the revenue';
/** FCC, consumer guide to "one ring" calls: the codes that it lists of +1 outside the United States and Canada. */
const LIKE_NATIONAL = 'it is dialled like a national call in North America and priced like one abroad';

/**
 * Ranges that numbering plans call ordinary fixed or mobile numbers, and that fraud is known to use. A beginning, not
 * a list to rely on: what protects is that countries are allowed by name.
 */
export const HIGH_RISK_RANGES: readonly HighRiskRange[] = [
  { prefix: '+222', why: ONE_RING },
  { prefix: '+232', why: ONE_RING },
  ...['268', '284', '473', '649', '664', '767', '809', '829', '849', '876'].map((code) => ({
    prefix: `+1${code}`,
    why: LIKE_NATIONAL,
  })),
];
