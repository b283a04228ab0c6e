import { itemName } from '../configuration/trunk.ts';
import { flag, instant, listOf, nullable, object, optional, text, whole } from '../shape/shape.ts';
import { callOutcome, callRecordShape } from './call-record-shapes.ts';
import { extensionNumber } from './shapes.ts';

/** A page of records is to fit a message, and to be read in a moment. */
export const RECORD_PAGE_ROWS = 200;

/** Where a page ended; means nothing to anybody else. */
export const recordPosition = text({
  max: 32,
  pattern: /^\d{1,13}\.\d{1,15}$/,
  allowed: 'what the page before it gave as next',
});

/** What is asked about past calls; a part of `REQUESTS`. */
export const RECORD_REQUESTS = {
  'calls.records': {
    offline: true,
    /** Newest first. All that is given must hold; `after` is the `next` of the page before. */
    request: object({
      limit: whole(1, RECORD_PAGE_ROWS),
      /** Began then or later. */
      since: optional(instant),
      /** Began before. */
      before: optional(instant),
      after: optional(recordPosition),
      /** Took part, or answered for a number outside. */
      extension: optional(extensionNumber),
      trunk: optional(itemName),
      /** Was dialled, or was on a leg; only digits count. */
      number: optional(text({ min: 1, max: 64 })),
      outcome: optional(callOutcome),
      /** Only calls in which something was refused. */
      refused: optional(flag),
    }),
    /** There may be fewer than were asked for, or none, where `next` is not null: ask on. */
    response: object({ records: listOf(callRecordShape, RECORD_PAGE_ROWS), next: nullable(recordPosition) }),
  },
  'calls.record': {
    offline: true,
    request: object({ id: text({ min: 1, max: 64 }) }),
    response: object({ record: callRecordShape }),
  },
} as const;
