import { flag, instant, listOf, object, text } from '../shape/shape.ts';

const word = text({ max: 1_024 });
/** An extension, or `system`. */
const counted = text({ min: 1, max: 40 });

/** What is asked about the limits of calls to the outside; a part of `REQUESTS`. */
export const LIMIT_REQUESTS = {
  'limits.list': {
    offline: false,
    request: object({}),
    /** Who calls nobody outside until an administrator says so. `on`: are there limits at all? */
    response: object({
      on: flag,
      frozen: listOf(object({ of: counted, text: word, at: instant }), 20_000),
    }),
  },
  'limits.release': {
    offline: false,
    request: object({ of: counted }),
    /** Were they frozen? */
    response: object({ released: flag }),
  },
} as const;
