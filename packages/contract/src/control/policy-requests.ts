import {
  choice,
  instant,
  listOf,
  nullable,
  object,
  optional,
  type ShapeOf,
  text,
  whole,
} from '../shape/shape.ts';
import { recordPosition } from './record-requests.ts';

/** So many differences are told in one answer. */
export const MOST_DIFFERENCES = 2_000;
/** As a settings file may be. */
export const MOST_SETTINGS_CHARACTERS = 65_536;

const word = text({ max: 4_096 });
const count = whole(0, Number.MAX_SAFE_INTEGER);
const verdict = choice(['allow', 'deny']);

const differenceShape = object({
  /** The record. */
  id: word,
  at: instant,
  /** The extension that answers for it; null: nobody in the house. */
  by: nullable(word),
  cause: word,
  dialled: word,
  number: nullable(word),
  /** What was said when the call was made. */
  was: object({ verdict, rule: word }),
  now: object({ verdict, rule: word, text: word }),
});
export type PolicyDifference = ShapeOf<typeof differenceShape>;

/** What is asked about a policy that is not in force; a part of `REQUESTS`. */
export const POLICY_REQUESTS = {
  /** Asks the call policy again about some of the numbers in call records, newest first; nothing is saved. */
  'policy.replay': {
    offline: true,
    request: object({
      since: instant,
      before: optional(instant),
      /** Settings that are to be other than they are, as `setting.set` takes them. */
      changes: listOf(object({ name: text({ min: 1, max: 100 }), value: text({ max: 16_384 }) }), 100),
      /** Likewise, as a settings file has them: YAML. Goes before `changes`. */
      file: optional(text({ max: MOST_SETTINGS_CHARACTERS })),
      /** The `next` of the answer before. */
      after: optional(recordPosition),
    }),
    response: object({
      /** Records that were read. */
      records: count,
      /** Numbers that were judged again, those that differ too. */
      judged: count,
      differences: listOf(differenceShape, MOST_DIFFERENCES),
      /** Records of calls that the policy was not asked about: within the house, or refused before. */
      notAsked: count,
      notJudged: object({
        /** Written by a version that did not keep what was asked. */
        olderVersion: count,
        /** Shortened, or longer than what is kept. */
        cut: count,
        extensionGone: count,
      }),
      /** null: that was all. */
      next: nullable(recordPosition),
    }),
  },
} as const;
