import type { AudioFormat, Codec } from './types.ts';

/** Name, clock rate and channels of the payload types that need no `a=rtpmap` (RFC 3551 section 6, table 4). */
const STATIC_PAYLOAD_TYPES: ReadonlyMap<number, Codec> = new Map(
  (
    [
      [0, 'PCMU', 8_000, 1],
      [3, 'GSM', 8_000, 1],
      [4, 'G723', 8_000, 1],
      [5, 'DVI4', 8_000, 1],
      [6, 'DVI4', 16_000, 1],
      [7, 'LPC', 8_000, 1],
      [8, 'PCMA', 8_000, 1],
      [9, 'G722', 8_000, 1],
      [10, 'L16', 44_100, 2],
      [11, 'L16', 44_100, 1],
      [12, 'QCELP', 8_000, 1],
      [13, 'CN', 8_000, 1],
      [14, 'MPA', 90_000, 1],
      [15, 'G728', 8_000, 1],
      [16, 'DVI4', 11_025, 1],
      [17, 'DVI4', 22_050, 1],
      [18, 'G729', 8_000, 1],
    ] as const
  ).map(([payloadType, name, clockRate, channels]) => [payloadType, { name, clockRate, channels }]),
);

/**
 * Formats whose payload speaks of other payload types or other packets (RFC 2198, 4588, 5109, 8627). They cannot
 * pass from one leg to another, since each leg has its own numbers.
 */
const BOUND_TO_ONE_LEG: ReadonlySet<string> = new Set(['RED', 'RTX', 'ULPFEC', 'PARITYFEC', 'FLEXFEC']);

/** What a payload type means without `a=rtpmap`; undefined for the dynamic ones. */
export function staticCodec(payloadType: number): Codec | undefined {
  return STATIC_PAYLOAD_TYPES.get(payloadType);
}

export function sameCodec(a: Codec, b: Codec): boolean {
  return a.name === b.name && a.clockRate === b.clockRate && a.channels === b.channels;
}

/** Does it carry speech, rather than key presses or comfort noise? */
export function isAudioCodec(codec: Codec): boolean {
  return codec.name !== 'TELEPHONE-EVENT' && codec.name !== 'CN' && !BOUND_TO_ONE_LEG.has(codec.name);
}

/**
 * The formats that may pass through from one leg to another: codecs that we have never heard of among them, but
 * nothing that is bound to the numbers of one leg. Of a codec or a payload type that stands twice, the first is
 * kept, for it is preferred.
 */
export function usableFormats(formats: readonly AudioFormat[]): AudioFormat[] {
  const usable: AudioFormat[] = [];
  for (const format of formats) {
    if (BOUND_TO_ONE_LEG.has(format.codec.name)) continue;
    const known = usable.some(
      (other) => other.payloadType === format.payloadType || sameCodec(other.codec, format.codec),
    );
    if (!known) usable.push(format);
  }
  return usable;
}

/**
 * The formats of `offered` that `answered` has too, with the payload types and in the order of `offered`.
 *
 * The parameters are those of `answered`: `a=fmtp` says what its writer can take, and who offered shall learn
 * what the other party can take. Key presses without parameters mean the events 0 to 15 (RFC 4733 2.4.1).
 */
export function commonFormats(
  offered: readonly AudioFormat[],
  answered: readonly AudioFormat[],
): AudioFormat[] {
  const common: AudioFormat[] = [];
  for (const format of offered) {
    const other = answered.find((candidate) => sameCodec(candidate.codec, format.codec));
    if (other === undefined) continue;
    const events = format.codec.name === 'TELEPHONE-EVENT' && other.parameters === '';
    common.push({ ...format, parameters: events ? '0-15' : other.parameters });
  }
  return common;
}
