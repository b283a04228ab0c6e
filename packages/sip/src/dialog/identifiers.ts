import { type Random, randomHex } from '@ringwall/base';

/** 80 bits. */
export const TAG_BYTES = 10;

/**
 * A tag for From or To that nobody can guess (RFC 3261 19.3 asks for 32 bits of chance; here there are 80, because
 * who knows a tag can end a call).
 */
export function newTag(random: Random): string {
  return randomHex(random, TAG_BYTES);
}

/** A Call-ID that nobody can guess and that says nothing of where it was made: 128 bits of chance. */
export function newCallId(random: Random): string {
  return randomHex(random, 16);
}

/** One string for one dialog (RFC 3261 12). The tags are told apart by whose they are. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\n${localTag}\n${remoteTag}`;
}
