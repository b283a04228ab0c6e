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
import { destination } from '../configuration/inbound.ts';
import { itemName } from '../configuration/trunk.ts';
import { extensionNumber } from './shapes.ts';

const word = text({ max: 1_024 });

const reasonShape = object({ rule: word, verdict: choice(['allow', 'deny']), text: word });

export const inviteShape = object({
  trunk: word,
  /** Why its trunk is tried behind those that answer; `''`: it answers. */
  doubt: optional(word),
  requestUri: word,
  from: word,
  identity: listOf(word, 8),
});

/** A person reads no more of them. */
export const MOST_RULES_TOLD = 100;

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
      frozen: listOf(object({ of: word, text: word }), 64),
      counters: listOf(
        object({
          /** An extension, `group:sales`, `trunk:acme`, or `system`. */
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
        1_024,
      ),
    }),
  ),
  verdict: choice(['allow', 'deny']),
  because: listOf(reasonShape, 256),
  /** SIP status that the caller would get before anybody rings; null: somebody would be called. */
  status: nullable(whole(100, 699)),
  reason: word,
  /** What would leave through trunks, in the order in which it would be tried. */
  invites: listOf(inviteShape, 1_000),
  /** Trunks that would not be asked, and why. */
  passedOver: optional(listOf(word, 16)),
});
export type ForecastView = ShapeOf<typeof forecastShape>;

/** What would become of a call from outside. */
export const inboundForecastShape = object({
  /** Why the trunk would bring no call at all; null: it would. */
  trunkProblem: nullable(word),
  officeState: choice(['open', 'forced-open', 'break', 'closed', 'forced-closed', 'holiday']),
  /** In their order up to the one that has the call; of a long list the last. */
  rules: listOf(
    object({
      name: word,
      /** What it asks for and the call is not; null: it fits. */
      misfit: nullable(choice(['trunk', 'called', 'caller'])),
    }),
    MOST_RULES_TOLD,
  ),
  /** Rules before these, which do not fit either. */
  rulesBefore: whole(0, 1_000_000),
  /** Of the rule that fits; null: none does, and the extension of the called number has the call. */
  destination: nullable(destination),
  /** Who would ring, one after the other. */
  stages: listOf(
    object({
      /** A number outside has no phones. */
      rings: listOf(object({ who: word, phones: whole(0, 10_000) }), 64),
      /** null: as the settings have it. */
      seconds: nullable(whole(0, 86_400)),
    }),
    64,
  ),
  /** What the call policy said of a call that leads outside again. */
  because: listOf(reasonShape, 256),
  invites: listOf(inviteShape, 16),
  /** SIP status that the provider would get before anybody rings; null: somebody would ring. */
  status: nullable(whole(100, 699)),
  reason: word,
});
export type InboundForecastView = ShapeOf<typeof inboundForecastShape>;

/** What is asked about calls that are not made; a part of `REQUESTS`. */
export const EXPLAIN_REQUESTS = {
  'explain.call': {
    offline: false,
    /** `at` left out: now. */
    request: object({ from: extensionNumber, dial: text({ min: 1, max: 256 }), at: optional(instant) }),
    response: object({ forecast: forecastShape }),
  },
  'explain.inbound': {
    offline: false,
    /** `from` `''`: the caller hides his number. `at` left out: now. */
    request: object({
      trunk: itemName,
      to: text({ min: 1, max: 64 }),
      from: text({ max: 64 }),
      at: optional(instant),
    }),
    response: object({ forecast: inboundForecastShape }),
  },
} as const;
