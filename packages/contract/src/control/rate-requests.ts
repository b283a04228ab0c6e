import { RATE_LIMIT } from '@ringwall/policy';
import { ratePrefix, rateShape } from '../configuration/rate.ts';
import { flag, listOf, object, optional, text, whole } from '../shape/shape.ts';
import { MAX_PIECE_CHARACTERS } from './guard-requests.ts';
import { MAX_PAGE_ROWS } from './paging.ts';

const count = whole(0, RATE_LIMIT);
const answer = object({ rate: rateShape });

/** What is asked about what calls cost; a part of `REQUESTS`. */
export const RATE_REQUESTS = {
  'rates.list': {
    offline: true,
    /** In the order of their prefixes, behind `after`. */
    request: object({ after: optional(ratePrefix), limit: whole(1, MAX_PAGE_ROWS) }),
    /** `total`: how many there are. */
    response: object({ rates: listOf(rateShape, MAX_PAGE_ROWS), total: count, currency: text({ max: 3 }) }),
  },
  /** Adds a rate, or changes the one with its prefix. */
  'rates.set': { offline: true, request: answer, response: answer },
  /** As it was. */
  'rates.remove': { offline: true, request: object({ prefix: ratePrefix }), response: answer },
  'rates.import': {
    offline: true,
    /**
     * A piece of a CSV file. With the last one its rates take the place of all that there were, or nothing changes. A
     * piece with another `upload` than the one before it begins anew.
     */
    request: object({
      upload: text({ min: 1, max: 64 }),
      piece: text({ max: MAX_PIECE_CHARACTERS }),
      last: flag,
    }),
    /** How many there are now, and were before; 0 until the last piece. */
    response: object({ imported: count, replaced: count }),
  },
} as const;
