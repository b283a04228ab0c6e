import { readU16, writeU16 } from './bytes.ts';

/** One packet of a key press (RFC 4733 2.3). */
export interface TelephoneEvent {
  /** 0 to 9 for digits, 10 `*`, 11 `#`, 12 to 15 A to D; others are tones and line events. */
  readonly event: number;
  readonly end: boolean;
  /** dBm0 without the sign: 0 is loud, 63 is quiet. */
  readonly volume: number;
  /** Ticks of the format's clock since the RTP timestamp, which stays the same through the event. */
  readonly durationTicks: number;
}

const KEYS = '0123456789*#ABCD';

/** Reads a payload; undefined if it is cut off. Of payloads with several events the first counts. */
export function readTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  if (payload.length < 4) return undefined;
  const flags = payload[1] as number;
  return {
    event: payload[0] as number,
    end: (flags & 0x80) !== 0,
    volume: flags & 0x3f,
    durationTicks: readU16(payload, 2),
  };
}

export function writeTelephoneEvent(event: TelephoneEvent): Uint8Array {
  const payload = new Uint8Array(4);
  payload[0] = event.event;
  payload[1] = (event.end ? 0x80 : 0) | (event.volume & 0x3f);
  writeU16(payload, 2, event.durationTicks);
  return payload;
}

/** The key of an event; undefined: it is a tone or a line event. */
export function keyOfEvent(event: number): string | undefined {
  return KEYS[event];
}

/** The number of a key, `'5'` or `'#'`; undefined if no phone has that key. */
export function eventOfKey(key: string): number | undefined {
  const event = key.length === 1 ? KEYS.indexOf(key.toUpperCase()) : -1;
  return event < 0 ? undefined : event;
}
