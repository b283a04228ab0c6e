import { instant, listOf, nullable, object, optional, type ShapeOf, text } from '../shape/shape.ts';
import { displayName, extensionNumber } from './shapes.ts';
import { MAX_PAGE_ROWS, matching, page, search } from './paging.ts';

const pattern = text({ min: 1, max: 64 });

/** An entry of the caller blacklist. */
export const blockedCallerShape = object({
  pattern,
  /** null: nobody in the house takes the call. */
  extension: nullable(extensionNumber),
  description: displayName,
  addedAt: instant,
});
export type BlockedCallerView = ShapeOf<typeof blockedCallerShape>;

const one = object({ pattern, extension: optional(nullable(extensionNumber)) });

/** What is asked about blacklisted callers; a part of `REQUESTS`. */
export const CALLER_REQUESTS = {
  'caller-blacklist.list': {
    offline: true,
    request: object({ search, ...page }),
    response: object({ callers: listOf(blockedCallerShape, MAX_PAGE_ROWS), matching }),
  },
  'caller-blacklist.add': {
    offline: true,
    request: object({
      pattern,
      extension: optional(nullable(extensionNumber)),
      description: optional(displayName),
    }),
    response: object({ caller: blockedCallerShape }),
  },
  'caller-blacklist.remove': {
    offline: true,
    request: one,
    /** As it was. */
    response: object({ caller: blockedCallerShape }),
  },
} as const;
