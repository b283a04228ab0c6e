import { type Random, randomHex } from '@ringwall/base';
import { MAGIC_COOKIE } from './keys.ts';

/** 96 bits: a response that names one was made by somebody who saw the request. */
const BRANCH_BYTES = 12;
const BRANCH_LENGTH = MAGIC_COOKIE.length + 2 * BRANCH_BYTES;

/** How far into a message it is looked for. Our Via is the first of a response, and few write anything before it. */
const MOST_BYTES = 1_024;

const STATUS_LINE = bytesOf('SIP/2.0 ');
const COOKIE = bytesOf(MAGIC_COOKIE);
const [LF, COLON, EQUALS, SPACE, TAB] = [0x0a, 0x3a, 0x3d, 0x20, 0x09];
const [UPPER_V, LOWER_V] = [0x56, 0x76];

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
  for (let line = lineAfter(head, 0); line < head.length; line = lineAfter(head, line)) {
    const value = viaValue(head, line);
    if (value >= 0) return branchIn(head, value, lineAfter(head, value));
  }
  return undefined;
}

/** The first index behind the end of the line that `at` is in. */
function lineAfter(bytes: Uint8Array, at: number): number {
  const feed = bytes.indexOf(LF, at);
  return feed < 0 ? bytes.length : feed + 1;
}

/** Where the value of the field begins, if it is a Via (or `v`, its short form); else -1. */
function viaValue(bytes: Uint8Array, line: number): number {
  if (bytes[line] !== UPPER_V && bytes[line] !== LOWER_V) return -1;
  const isLong = isLetter(bytes[line + 1], 'i') && isLetter(bytes[line + 2], 'a');
  let at = isLong ? line + 3 : line + 1;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  return bytes[at] === COLON ? at + 1 : -1;
}

function isLetter(byte: number | undefined, letter: string): boolean {
  return byte !== undefined && (byte | 0x20) === letter.charCodeAt(0);
}

function branchIn(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (let at = bytes.indexOf(EQUALS, start); at >= 0 && at < end; at = bytes.indexOf(EQUALS, at + 1)) {
    if (at + 1 + BRANCH_LENGTH > end || !holds(bytes, at + 1, COOKIE)) continue;
    let text = MAGIC_COOKIE;
    for (let i = at + 1 + COOKIE.length; i <= at + BRANCH_LENGTH; i++) {
      if (!isHex(bytes[i] as number)) return undefined;
      text += String.fromCharCode(bytes[i] as number);
    }
    return text;
  }
  return undefined;
}

/** As we write them: digits, and letters in lower case. */
function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

function holds(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
