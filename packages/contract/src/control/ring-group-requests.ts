import { ringGroupShape } from '../configuration/ring-group.ts';
import { flag, listOf, object, optional, type ShapeOf, whole } from '../shape/shape.ts';
import { matching, search } from './paging.ts';
import { extensionNumber } from './shapes.ts';

export const RING_GROUP_PAGE_ROWS = 100;

export const ringGroupViewShape = object({
  /** As an extension's: 2 to 8 digits. */
  number: extensionNumber,
  group: ringGroupShape,
  /** Numbers that it names and nobody has: it does without them. */
  missing: listOf(extensionNumber, 40),
});
export type RingGroupView = ShapeOf<typeof ringGroupViewShape>;

const numbered = object({ number: extensionNumber });
const answer = object({ ringGroup: ringGroupViewShape });

/** What is asked about ring groups; a part of `REQUESTS`. */
export const RING_GROUP_REQUESTS = {
  'ring-group.list': {
    offline: true,
    /** In the order of their numbers. `search` is looked for in numbers, names and members. */
    request: object({
      search,
      limit: whole(1, RING_GROUP_PAGE_ROWS),
      skip: optional(whole(0, 1_000_000)),
    }),
    response: object({ ringGroups: listOf(ringGroupViewShape, RING_GROUP_PAGE_ROWS), matching }),
  },
  'ring-group.show': { offline: true, request: numbered, response: answer },
  /** `mustBeNew`: an error if there is one of this number. */
  'ring-group.save': {
    offline: true,
    request: object({ number: extensionNumber, group: ringGroupShape, mustBeNew: flag }),
    response: answer,
  },
  'ring-group.remove': { offline: true, request: numbered, response: numbered },
} as const;
