import { authoritiesPem, itemName, trunkShape } from '../configuration/trunk.ts';
import {
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

const word = text({ max: 1_024 });

export const trunkViewShape = object({
  name: itemName,
  trunk: trunkShape,
  /** Is there one? It is never shown. */
  hasPassword: flag,
  /** CAs of its own, which alone count for it; none: those that Node knows. */
  authorities: listOf(object({ subject: word, notAfter: instant }), 100),
  /** null while the program is stopped. */
  link: nullable(
    object({
      phase: choice(['off', 'reaching', 'asking', 'up', 'waiting', 'refused']),
      /** Where the provider is reached, `transport:address:port`; `''`: nowhere. */
      at: word,
      problem: word,
      /** OPTIONS in a row that were not answered between two registrations, which are. */
      optionsMissed: whole(0, 1_000_000_000),
    }),
  ),
});
export type TrunkView = ShapeOf<typeof trunkViewShape>;

const named = object({ name: itemName });
const answer = object({ trunk: trunkViewShape });
const password = text({ min: 1, max: 256 });

/** What is asked about trunks; a part of `REQUESTS`. */
export const TRUNK_REQUESTS = {
  'trunk.list': {
    offline: true,
    request: object({}),
    response: object({ trunks: listOf(trunkViewShape, 1_000) }),
  },
  'trunk.show': { offline: true, request: named, response: answer },
  /**
   * `mustBeNew`: an error if there is one of this name. Without `password` the one from before stays; so do the CAs
   * without `ca`, and with null there are none any more.
   */
  'trunk.save': {
    offline: true,
    request: object({
      name: itemName,
      trunk: trunkShape,
      password: optional(password),
      ca: optional(nullable(authoritiesPem)),
      mustBeNew: flag,
    }),
    response: answer,
  },
  /** As it was. */
  'trunk.remove': { offline: true, request: named, response: answer },
  /** Tries at once what waits or was refused. */
  'trunk.retry': { offline: false, request: named, response: answer },
} as const;
