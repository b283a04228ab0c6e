import { instant, listOf, nullable, object, optional, type ShapeOf, text, whole } from '../shape/shape.ts';
import { displayName, extensionNumber } from './shapes.ts';
import { MAX_PAGE_ROWS, matching, page, search } from './paging.ts';

const pattern = text({ min: 1, max: 64 });

const entry = {
  pattern,
  /** null: nobody in the house takes the call. */
  extension: nullable(extensionNumber),
  description: displayName,
  addedAt: instant,
};

/** An entry of the caller blacklist. */
export const blockedCallerShape = object(entry);
export type BlockedCallerView = ShapeOf<typeof blockedCallerShape>;

const listedCallerShape = object({
  ...entry,
  /** Calls that it kept from somebody; of a stopped program, as they were saved. */
  hits: whole(0, Number.MAX_SAFE_INTEGER),
  /** null: never. */
  lastHitAt: nullable(instant),
});
export type ListedCallerView = ShapeOf<typeof listedCallerShape>;

const one = object({ pattern, extension: optional(nullable(extensionNumber)) });

/** What is asked about blacklisted callers; a part of `REQUESTS`. */
export const CALLER_REQUESTS = {
  'caller-blacklist.list': {
    offline: true,
    request: object({ search, ...page }),
    response: object({ callers: listOf(listedCallerShape, MAX_PAGE_ROWS), matching }),
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
