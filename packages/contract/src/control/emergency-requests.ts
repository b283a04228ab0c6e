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
import { inviteShape } from './explain-requests.ts';
import { extensionNumber } from './shapes.ts';

const word = text({ max: 1_024 });

const rehearsalShape = object({
  /** Recognised beside 112 and 911. */
  numbers: listOf(word, 64),
  /** Who would call. */
  from: extensionNumber,
  /** Would a call for help leave the house? */
  leaves: flag,
  /** Why not, one sentence. */
  reason: word,
  /** In the order in which they would be tried. */
  trunks: listOf(
    object({
      name: word,
      /** `unusable`: it would not be tried. */
      stand: choice(['ready', 'full', 'down', 'unusable']),
      /** Did its provider answer now? */
      answered: flag,
      text: word,
    }),
    1_000,
  ),
  invites: listOf(inviteShape, 1_000),
  location: word,
  /** Phones in the house that would ring. */
  called: listOf(object({ extension: word, phones: whole(0, 1_000) }), 8),
  /** What came of the notices, which say that it is a test. */
  channels: listOf(object({ channel: word, ok: flag, text: word }), 32),
  /** May be dialled until then by the way of emergency calls, once. */
  armed: nullable(object({ number: word, until: instant })),
});
export type RehearsalView = ShapeOf<typeof rehearsalShape>;

/** What is asked about emergency calls; a part of `REQUESTS`. */
export const EMERGENCY_REQUESTS = {
  /** Calls nobody: `call` is a number that `from` may dial afterwards, to try the way itself. */
  'emergency.test': {
    offline: false,
    request: object({
      from: optional(extensionNumber),
      call: optional(
        text({ min: 2, max: 20, pattern: /^\+?[0-9]+$/, allowed: 'digits, with or without a leading +' }),
      ),
    }),
    response: object({ rehearsal: rehearsalShape }),
  },
} as const;
