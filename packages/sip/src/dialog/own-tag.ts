import { bytesOf, fieldValue, hexAt, holds, lineAfter, lower, STATUS_LINE } from '../wire/glance.ts';
import { TAG_BYTES } from './identifiers.ts';

/** How far into a request it is looked for. To stands behind the Vias and routes, and they are seldom this long. */
const MOST_BYTES = 2_048;

const TAG = bytesOf('tag=');
const [LF, CR, SPACE, SEMICOLON, GREATER] = [0x0a, 0x0d, 0x20, 0x3b, 0x3e];

/**
 * The tag of a request's To, if it has the form of those that `newTag` makes: then it may be in a dialog of ours. For a
 * look before the message is parsed, as `ownBranchOf` is, and what this overlooks is treated like any other packet.
 */
export function ownTagOf(bytes: Uint8Array): string | undefined {
  if (holds(bytes, 0, STATUS_LINE)) return undefined;
  const head = bytes.subarray(0, MOST_BYTES);
  const value = fieldValue(head, 'to', 't');
  if (value < 0) return undefined;
  const end = lineAfter(head, value);
  const bracket = head.subarray(value, end).lastIndexOf(GREATER);
  // What is in brackets belongs to the URI.
  for (let at = bracket < 0 ? value : value + bracket; at >= 0 && at < end; at = nextSemicolon(head, at)) {
    const tag = tagAt(head, at + 1, end);
    if (tag !== undefined) return tag;
  }
  return undefined;
}

function nextSemicolon(head: Uint8Array, at: number): number {
  return head.indexOf(SEMICOLON, at + 1);
}

function tagAt(head: Uint8Array, start: number, end: number): string | undefined {
  for (let i = 0; i < TAG.length - 1; i++) if (lower(head[start + i]) !== TAG[i]) return undefined;
  if (head[start + TAG.length - 1] !== TAG.at(-1)) return undefined;
  const tag = hexAt(head, start + TAG.length, 2 * TAG_BYTES, end);
  const behind = head[start + TAG.length + 2 * TAG_BYTES];
  const isWhole = behind === CR || behind === LF || behind === SEMICOLON || behind === SPACE;
  return isWhole ? tag : undefined;
}
