import { timingSafeEqual } from 'node:crypto';
import { assert } from '@ringwall/base';

const LONGEST = 64;
/** Made once: two buffers for each comparison cost as much as the hash that is compared. */
const BYTES = Array.from({ length: LONGEST + 1 }, (_, length) => ({
  ours: Buffer.alloc(length),
  theirs: Buffer.alloc(length),
}));

/**
 * Are two texts of ASCII the same? Takes the same time wherever they differ.
 *
 * @param ours 64 characters at most.
 */
export function isSameText(ours: string, theirs: string): boolean {
  assert(ours.length <= LONGEST, 'a text that is too long to compare');
  if (ours.length !== theirs.length) return false;
  const bytes = BYTES[ours.length] as (typeof BYTES)[number];
  bytes.ours.write(ours, 'latin1');
  bytes.theirs.write(theirs, 'latin1');
  return timingSafeEqual(bytes.ours, bytes.theirs);
}
