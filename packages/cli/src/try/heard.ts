import type { Heard } from '@ringwall/phone';

/** What one of the two phones heard of the other, for people and for scripts. */
export interface HeardTone {
  /** The number of the phone that listened. */
  readonly phone: string;
  /** The tone that the other phone said. */
  readonly hz: number;
  readonly packets: number;
  /** Share of the power of what was heard that is this tone, 0 to 1. */
  readonly share: number;
}

/** Of what was heard, so much must be the tone. */
const CLEAR = 0.9;

/** @param heard undefined: the phone had no ear, for the call was not answered. */
export function listen(phone: string, heard: Heard | undefined, hz: number): HeardTone {
  const packets = heard?.packets ?? 0;
  return { phone, hz, packets, share: packets === 0 ? 0 : (heard?.strength(hz) ?? 0) };
}

/** @returns what is wrong with what the phone heard; undefined if it is the tone. */
export function faultOf({ phone, hz, packets, share }: HeardTone): string | undefined {
  if (packets === 0) return `phone ${phone} heard nothing`;
  if (share >= CLEAR) return undefined;
  return `phone ${phone} heard ${packets} packets, but only ${percent(share)} of it is the tone of ${hz} Hz`;
}

/** What a phone heard, in words. */
export function heardWords({ phone, hz, packets, share }: HeardTone): string {
  if (packets === 0) return `Phone ${phone} heard nothing.`;
  return `Phone ${phone} heard the tone of ${hz} Hz in ${packets} packets, ${percent(share)} of their sound.`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
