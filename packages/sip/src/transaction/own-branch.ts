import { type Random, randomHex } from '@ringwall/base';
import { bytesOf, fieldValue, hexAt, holds, lineAfter, STATUS_LINE } from '../wire/glance.ts';
import { MAGIC_COOKIE } from './keys.ts';

/** 96 bits: a response that names one was made by somebody who saw the request. */
const BRANCH_BYTES = 12;

/** How far into a message it is looked for. Our Via is the first of a response, and few write anything before it. */
const MOST_BYTES = 1_024;

const COOKIE = bytesOf(MAGIC_COOKIE);
const EQUALS = 0x3d;

export function newBranch(random: Random): string {
  return MAGIC_COOKIE + randomHex(random, BRANCH_BYTES);
}

/**
 * The branch of a response's topmost Via, if it has the form of those that {@link newBranch} makes. For a look before
 * the message is parsed: nothing is checked that does not lead there, and no more is read than the first kilobyte. What
 * this overlooks, such as a Via that goes on in a second line, is treated like any other packet.
 */
export function ownBranchOf(bytes: Uint8Array): string | undefined {
  if (!holds(bytes, 0, STATUS_LINE)) return undefined;
  const head = bytes.subarray(0, MOST_BYTES);
  const value = fieldValue(head, 'via', 'v');
  if (value < 0) return undefined;
  const end = lineAfter(head, value);
  for (let at = head.indexOf(EQUALS, value); at >= 0 && at < end; at = head.indexOf(EQUALS, at + 1)) {
    if (!holds(head, at + 1, COOKIE)) continue;
    const drawn = hexAt(head, at + 1 + COOKIE.length, 2 * BRANCH_BYTES, end);
    return drawn === undefined ? undefined : MAGIC_COOKIE + drawn;
  }
  return undefined;
}
