/** Numbers that begin with `prefix` are denied, though their country and class are allowed. */
export interface HighRiskRange {
  /** E.164 with its plus: `+252`. */
  readonly prefix: string;
  /** Ends the sentence "is in a high-risk range: …". */
  readonly why: string;
}

const REVENUE_SHARE =
  'its calls are often sold for a share of the revenue, and no plan marks them as premium';
const ISLAND = 'it is dialled like a national call in North America and priced like one abroad';

/**
 * Ranges that numbering plans call ordinary mobile or fixed numbers, and that fraud is known to use. A beginning, not
 * a list to rely on: what protects is that countries are allowed by name.
 */
export const HIGH_RISK_RANGES: readonly HighRiskRange[] = [
  { prefix: '+232', why: REVENUE_SHARE },
  { prefix: '+252', why: REVENUE_SHARE },
  { prefix: '+3712', why: REVENUE_SHARE },
  { prefix: '+53', why: REVENUE_SHARE },
  { prefix: '+1268', why: ISLAND },
  { prefix: '+1809', why: ISLAND },
  { prefix: '+1876', why: ISLAND },
];
