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
import { MOST_CA_CHARACTERS } from '../configuration/trunk.ts';
import { MAX_PIECE_CHARACTERS } from './guard-requests.ts';
import { phoneAddress, extensionNumber, rtpMode } from './shapes.ts';

/** A longer configuration is nobody's, and would not fit into one answer. */
export const MAX_CONFIGURATION_CHARACTERS = 8_000_000;
/** So many fields of changes are listed; how many changes there are is counted whole. */
export const MAX_PLAN_FIELDS = 5_000;
/** As many as an installation is made for. */
export const MAX_ISSUED = 10_000;

const word = text({ max: 1_024 });
const count = whole(0, Number.MAX_SAFE_INTEGER);
const version = count;
const MOST_SECRETS = 1_000;

/** Where a secret is read from by the command, since the program may not be let to it. */
const secretPlace = { from: choice(['env', 'file']), name: text({ min: 1, max: 1_024 }) };

const policyTestViewShape = object({
  name: word,
  from: word,
  dials: word,
  at: nullable(word),
  because: word,
  passed: flag,
  /** `allow`, `deny`, `allow through acme`. */
  expected: word,
  got: word,
  /** What decided, in a sentence. */
  decided: word,
});
export type PolicyTestView = ShapeOf<typeof policyTestViewShape>;

const policyTests = listOf(policyTestViewShape, 1_000);

/** What a change of the configuration would do. */
const planShape = object({
  /** Of the configuration that it would change. */
  version,
  changes: listOf(
    object({
      /** `trunks`. */
      section: word,
      /** `acme`; empty: the section as a whole. */
      name: word,
      what: choice(['added', 'changed', 'removed', 'reordered']),
      /** Values as a person would write them, cut where they are long, and no secret among them; null: nothing. */
      fields: listOf(object({ field: word, before: nullable(word), after: nullable(word) }), 1_000),
    }),
    MAX_PLAN_FIELDS,
  ),
  added: count,
  changed: count,
  removed: count,
  /** Extensions that go, with their secrets, and which cannot come back as they were. */
  removedExtensions: count,
  /** Sections that are not in the file, and are left alone. */
  untouched: listOf(word, 64),
  /** What cannot be as it is asked for and is done without, a sentence each. */
  remarks: listOf(word, 2_000),
  /** Policy tests that would fail, and did not: applied only with `force`. */
  broken: policyTests,
  /** This machine, phones and trunks that the guard would keep out: applied only with `force`; null: none. */
  shutsOut: nullable(word),
});
export type PlanView = ShapeOf<typeof planShape>;

const file = {
  /** A piece with another `upload` than the one before it begins anew. */
  upload: text({ min: 8, max: 64 }),
  piece: text({ max: MAX_PIECE_CHARACTERS }),
  last: flag,
  /** With the last piece: what was read from the places that the answer before this named. */
  secrets: optional(
    listOf(object({ ...secretPlace, secret: text({ min: 1, max: MOST_CA_CHARACTERS }) }), MOST_SECRETS),
  ),
};

/** A CA is no secret, and read in the same way. */
const what = choice(['password', 'CA']);
const wanted = listOf(object({ owner: word, what, ...secretPlace }), MOST_SECRETS);

const applied = object({
  plan: planShape,
  /** The one that is in force now. */
  version,
  /** New secrets, of extensions that are new: shown this once. */
  issued: listOf(
    object({
      number: extensionNumber,
      name: word,
      authId: text({ min: 1, max: 64 }),
      password: text({ min: 1, max: 64 }),
      srtp: rtpMode,
    }),
    MAX_ISSUED,
  ),
  /** Where their phones reach the program; best first. */
  addresses: listOf(phoneAddress, 16),
  certificateSelfSigned: flag,
  /** Seconds after which the guard's lists are as before again, unless that is confirmed; null: all of it is kept. */
  confirmWithin: nullable(count),
});
export type AppliedView = ShapeOf<typeof applied>;

/** What is asked about the configuration as a whole; a part of `REQUESTS`. */
export const CONFIGURATION_REQUESTS = {
  'configuration.export': {
    offline: true,
    request: object({}),
    response: object({ text: text({ max: MAX_CONFIGURATION_CHARACTERS }), version }),
  },
  'configuration.plan': {
    offline: true,
    request: object(file),
    /** `plan` is null until the last piece, and while secrets are wanted: ask again with them. */
    response: object({ plan: nullable(planShape), wanted }),
  },
  'configuration.apply': {
    offline: true,
    /** `expected`: the version that was planned for. */
    request: object({ ...file, expected: version, force: optional(flag) }),
    response: object({ applied: nullable(applied), wanted }),
  },
  /** Runs all of them on the configuration of now. */
  'policy.test': { offline: true, request: object({}), response: object({ tests: policyTests }) },
  'configuration.versions': {
    offline: true,
    request: object({}),
    response: object({
      current: version,
      /** So many are kept: behind them the oldest give way. */
      most: whole(1, 1_000),
      /** Newest first. */
      versions: listOf(object({ version, replacedAt: instant, replacedBy: word }), 1_000),
    }),
  },
  'configuration.plan-roll-back': {
    offline: true,
    request: object({ to: version }),
    response: object({ plan: planShape }),
  },
  'configuration.roll-back': {
    offline: true,
    request: object({ to: version, expected: version, force: optional(flag) }),
    response: object({ applied }),
  },
} as const;
