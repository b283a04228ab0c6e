import { DEAREST_RATE, isRatePrefix, RATE_LIMIT } from '@ringwall/policy';
import { err } from '@ringwall/base';
import { amount, listOf, object, type Shape, type ShapeOf, text } from '../shape/shape.ts';

export const ratePrefix: Shape<string> = {
  read: (value, at) =>
    typeof value === 'string' && isRatePrefix(value)
      ? { ok: true, value }
      : err(`${at} must be the beginning of a number with its plus, such as +44`),
};

const price: Shape<number> = {
  read: (value, at) => {
    const read = amount.read(value, at);
    return read.ok && read.value > DEAREST_RATE ? err(`${at} must be at most ${DEAREST_RATE}`) : read;
  },
};

const RATE_FIELDS = {
  perMinute: price,
  /** Once, when the call is answered. */
  perCall: price,
  /** What the price list calls it; may be empty. */
  name: text({ max: 60 }),
};

/** What calls to numbers that begin like this cost. */
export const rateShape = object({ prefix: ratePrefix, ...RATE_FIELDS });
export const rateTextShape = object(RATE_FIELDS);
export type RateView = ShapeOf<typeof rateShape>;

/** All rates, as they are stored: a price list comes and goes as one. */
export const ratesShape = listOf(rateShape, RATE_LIMIT);
