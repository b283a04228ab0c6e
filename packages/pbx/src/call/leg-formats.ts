import { type AudioFormat, isAudioCodec, sameCodec } from '@ringwall/media';

/** Lists of codecs, and the numbers that they have on one leg. */

/** When nobody has said yet what he can do: what every desk phone has, and the wide-band ones above it. */
export const USUAL_FORMATS: readonly AudioFormat[] = [
  { payloadType: 9, codec: { name: 'G722', clockRate: 8000, channels: 1 }, parameters: '' },
  { payloadType: 8, codec: { name: 'PCMA', clockRate: 8000, channels: 1 }, parameters: '' },
  { payloadType: 0, codec: { name: 'PCMU', clockRate: 8000, channels: 1 }, parameters: '' },
  { payloadType: 101, codec: { name: 'TELEPHONE-EVENT', clockRate: 8000, channels: 1 }, parameters: '0-16' },
];

/**
 * The payload types of an offer to this leg: a codec keeps the number that it has here already (RFC 3264 8.3.2),
 * others keep the number of the other leg where that is free, or get a dynamic one.
 */
export function renumber(formats: readonly AudioFormat[], known: readonly AudioFormat[]): AudioFormat[] {
  const taken = new Set(known.map((format) => format.payloadType));
  const free = (wanted: number): number => {
    if (!taken.has(wanted)) return wanted;
    for (let number = 96; number <= 127; number++) if (!taken.has(number)) return number;
    return -1;
  };
  const numbered: AudioFormat[] = [];
  for (const format of formats) {
    const here = known.find((candidate) => sameCodec(candidate.codec, format.codec));
    const payloadType = here?.payloadType ?? free(format.payloadType);
    if (payloadType < 0) continue;
    taken.add(payloadType);
    numbered.push({ ...format, payloadType });
  }
  return numbered;
}

/** Has the list a codec that carries speech, and not events or comfort noise alone? */
export function hasAudio(formats: readonly AudioFormat[]): boolean {
  return formats.some((format) => isAudioCodec(format.codec));
}

/** `first`, and what `more` has beside it. */
export function mergeFormats(first: readonly AudioFormat[], more: readonly AudioFormat[]): AudioFormat[] {
  const merged = [...first];
  for (const format of more) {
    if (!merged.some((known) => sameCodec(known.codec, format.codec))) merged.push(format);
  }
  return merged;
}

/** The same codecs with the same numbers, in the same order? */
export function sameFormats(a: readonly AudioFormat[], b: readonly AudioFormat[]): boolean {
  return (
    a.length === b.length &&
    a.every((format, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        format.payloadType === other.payloadType &&
        sameCodec(format.codec, other.codec)
      );
    })
  );
}
