import { LIMIT_COUNTERS } from '@ringwall/policy';
import { levelsText, MOST_OWN_LEVELS, ownLevelsShape } from '../configuration/own-levels.ts';
import {
  amount,
  choice,
  flag,
  instant,
  listOf,
  nullable,
  object,
  optional,
  text,
  whole,
} from '../shape/shape.ts';
import { extensionNumber } from './shapes.ts';

const word = text({ max: 1_024 });
/** An extension, `group:sales`, `trunk:acme`, or `system`. */
const counted = text({ min: 1, max: 64 });
const ownAnswer = object({ of: counted, levels: ownLevelsShape });
const deviceId = whole(1, 1_000_000);
const level = nullable(amount);

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
  'limits.levels': {
    offline: true,
    request: object({}),
    /** `of`: also `extension`, for each that has no levels of its own. Only counters that have a level. */
    response: object({
      levels: listOf(
        object({
          of: counted,
          /** `closed`: holds besides, for what begins while the office is closed. */
          hours: choice(['all', 'closed']),
          counter: choice([...LIMIT_COUNTERS]),
          warning: level,
          most: level,
          critical: level,
        }),
        MOST_OWN_LEVELS * 2 * LIMIT_COUNTERS.length + 4 * LIMIT_COUNTERS.length,
      ),
    }),
  },
  'limits.save': {
    offline: true,
    /** Levels for an extension, a group or a trunk, such as `calls most 2`; those of other counters stay. */
    request: object({ of: counted, closed: flag, levels: levelsText }),
    response: ownAnswer,
  },
  /** As they were. */
  'limits.unset': { offline: true, request: object({ of: counted }), response: ownAnswer },
  'limits.devices': {
    offline: false,
    request: object({ extension: extensionNumber }),
    /** `known`: may it call abroad? `refused`: may devices that are not known not? */
    response: object({
      refused: flag,
      devices: listOf(
        object({ id: deviceId, says: word, firstAt: instant, lastAt: instant, known: flag }),
        64,
      ),
    }),
  },
  'limits.accept': {
    offline: false,
    /** `device` left out: every one, also those that are to come. */
    request: object({ extension: extensionNumber, device: optional(deviceId) }),
    response: object({}),
  },
  'limits.forget': {
    offline: false,
    request: object({ extension: extensionNumber, device: deviceId }),
    response: object({}),
  },
} as const;
