import { assert } from '@ringwall/base';
import { FRAME_SAMPLES, SAMPLE_RATE } from './tone.ts';

/** A part of what is heard: some tones at once, or with none of them silence. */
export interface TonePiece {
  /** Four at most. */
  readonly hz: readonly number[];
  /** A multiple of 20: sound goes in frames of that. */
  readonly ms: number;
}

/** One after the other; at least one piece, and at most {@link MOST_PIECES}. */
export type ToneSequence = readonly TonePiece[];

const MOST_PIECES = 32;
const FRAME_MS = (FRAME_SAMPLES * 1_000) / SAMPLE_RATE;
/** Peak, of 32,767, shared by the tones of a piece: about -13 dBm0 together, as telephone tones are. */
const AMPLITUDE = 8_000;
/** So many samples does a tone take to come and go: cut off sharply it clicks. */
const EDGE_SAMPLES = 24;

/** Makes the sound of a sequence, 20 ms at a time. */
export class SequenceFrames {
  readonly #pieces: ToneSequence;
  readonly #isRepeated: boolean;
  #piece = 0;
  /** Samples of the piece that were made. */
  #made = 0;

  /** @param isRepeated begins again at its end, for ever. */
  constructor(pieces: ToneSequence, isRepeated: boolean) {
    assert(pieces.length > 0 && pieces.length <= MOST_PIECES, 'a sequence of no tones, or of too many');
    assert(
      pieces.every(({ ms, hz }) => ms > 0 && ms % FRAME_MS === 0 && hz.length <= 4),
      'a piece of sound that does not fit in frames',
    );
    this.#pieces = pieces;
    this.#isRepeated = isRepeated;
  }

  /** @returns undefined at the end. */
  next(): Int16Array | undefined {
    const piece = this.#pieces[this.#piece];
    if (piece === undefined) return undefined;
    const frame = makeFrame(piece, this.#made);
    this.#made += FRAME_SAMPLES;
    if (this.#made >= samplesOf(piece)) {
      this.#made = 0;
      this.#piece++;
      if (this.#isRepeated) this.#piece %= this.#pieces.length;
    }
    return frame;
  }
}

/** How long a sequence takes. */
export function sequenceMs(pieces: ToneSequence): number {
  return pieces.reduce((sum, { ms }) => sum + ms, 0);
}

function samplesOf({ ms }: TonePiece): number {
  return (ms * SAMPLE_RATE) / 1_000;
}

function makeFrame(piece: TonePiece, start: number): Int16Array {
  const frame = new Int16Array(FRAME_SAMPLES);
  const { hz } = piece;
  if (hz.length === 0) return frame;
  const end = samplesOf(piece);
  const amplitude = AMPLITUDE / hz.length;
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const at = start + i;
    let sum = 0;
    for (const each of hz) sum += Math.sin((2 * Math.PI * each * at) / SAMPLE_RATE);
    const edge = Math.min(1, (at + 1) / EDGE_SAMPLES, (end - at) / EDGE_SAMPLES);
    frame[i] = Math.round(amplitude * edge * sum);
  }
  return frame;
}
