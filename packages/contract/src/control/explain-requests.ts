import {
  amount,
  choice,
  flag,
  instant,
  listOf,
  nullable,
  object,
  optional,
  type ShapeOf,
  text,
  whole,
} from '../shape/shape.ts';
import { rateShape } from '../configuration/rate.ts';
import { extensionNumber } from './shapes.ts';

const word = text({ max: 1_024 });

const reasonShape = object({ rule: word, verdict: choice(['allow', 'deny']), text: word });

/** What would become of a call. */
export const forecastShape = object({
  /** Is it a number of the house? Then the call policy is not asked. */
  inside: flag,
  officeOpen: flag,
  /** The group whose office hours hold for the caller; left out: those of the house do. */
  hoursOf: optional(word),
  /** The emergency number that it is; null: none. */
  emergency: nullable(word),
  /** The outbound rule that fits; null: none, or not asked. */
  rule: nullable(word),
  routes: listOf(
    object({
      /** From 1. */
      place: whole(1, 100),
      /** null: the route blocks. */
      trunk: nullable(word),
      /** What the rule made of the dialled digits; null: nothing is left. */
      rewritten: nullable(word),
      /** As it was read; null: it is no number. */
      number: nullable(object({ number: word, country: nullable(word), numberClass: word })),
      /** What the call would cost; null: no rate fits. */
      rate: nullable(rateShape),
      because: listOf(reasonShape, 64),
    }),
    16,
  ),
  /** Are there any rates, and what are they in? */
  rates: object({ known: flag, currency: text({ max: 3 }) }),
  /** How the extension and the whole house stand with their limits; null: they are turned off, or not asked. */
  limits: nullable(
    object({
      frozen: listOf(object({ of: word, text: word }), 2),
      counters: listOf(
        object({
          /** An extension, or `system`. */
          of: word,
          counter: word,
          /** `closed`: of what began while the office was closed. */
          hours: choice(['all', 'closed']),
          value: amount,
          warning: nullable(amount),
          /** More are refused. */
          most: nullable(amount),
          /** Here calls are frozen. */
          critical: nullable(amount),
        }),
        64,
      ),
    }),
  ),
  verdict: choice(['allow', 'deny']),
  because: listOf(reasonShape, 256),
  /** SIP status that the caller would get before anybody rings; null: somebody would be called. */
  status: nullable(whole(100, 699)),
  reason: word,
  /** What would leave through trunks, in the order in which it would be tried. */
  invites: listOf(
    object({
      trunk: word,
      /** Why its trunk is tried behind those that answer; `''`: it answers. */
      doubt: optional(word),
      requestUri: word,
      from: word,
      identity: listOf(word, 8),
    }),
    16,
  ),
  /** Trunks that would not be asked, and why. */
  passedOver: optional(listOf(word, 16)),
});
export type ForecastView = ShapeOf<typeof forecastShape>;

/** What is asked about calls that are not made; a part of `REQUESTS`. */
export const EXPLAIN_REQUESTS = {
  'explain.call': {
    offline: false,
    /** `at` left out: now. */
    request: object({ from: extensionNumber, dial: text({ min: 1, max: 256 }), at: optional(instant) }),
    response: object({ forecast: forecastShape }),
  },
} as const;
