import { err } from '@ringwall/base';
import { LIMIT_COUNTERS, readLevel } from '@ringwall/policy';
import { listOf, object, type Shape, type ShapeOf, text } from '../shape/shape.ts';

/** `calls-a-minute told 5 frozen 10`. */
const levelText: Shape<string> = {
  read: (value, at) => {
    if (typeof value !== 'string' || value.length > 100) return err(`${at} must be the levels of a counter`);
    const read = readLevel(value);
    return read.ok ? { ok: true, value } : err(`${at} "${value}" ${read.error}`);
  },
};

/** One text for each counter. */
export const levelsText = listOf(levelText, LIMIT_COUNTERS.length);

/** Whose levels they are: `101`, `group:sales` or `trunk:acme`. */
export const limitedName = text({
  min: 1,
  max: 64,
  pattern: /^(\d{2,8}|group:[^\p{Cc},]+|trunk:[a-z0-9-]+)$/u,
  allowed: 'an extension, group:NAME or trunk:NAME',
});

/** The levels that an extension, a group or a trunk has of its own. */
export const ownLevelsShape = object({
  levels: levelsText,
  /** They hold besides, for what begins while the office is closed. */
  closed: levelsText,
});
export type OwnLevelsDocument = ShapeOf<typeof ownLevelsShape>;

/** So many extensions, groups and trunks may have levels of their own. */
export const MOST_OWN_LEVELS = 500;
