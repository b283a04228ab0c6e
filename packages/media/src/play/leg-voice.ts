import { type Random, randomBelow } from '@ringwall/base';
import { isAudioCodec, sameCodec } from '../sdp/formats.ts';
import type { AudioFormat } from '../sdp/types.ts';
import { writeRtp } from '../rtp/packet.ts';
import { encodeALaw, encodeMuLaw } from '../tone/g711.ts';
import { FRAME_SAMPLES } from '../tone/tone.ts';
import { SequenceFrames, type ToneSequence } from '../tone/tone-sequence.ts';
import type { LegMedia } from '../relay/types.ts';

const FRAME_MS = 20;
/** A machine that stood still makes up for so much; what is older nobody would hear in its place. */
const MOST_FRAMES_LATE = 5;

/** What the house itself says on a leg: one stream of RTP in G.711, whatever is played into it. */
export class LegVoice {
  readonly #ssrc: number;
  #sequenceNumber: number;
  #frames: SequenceFrames | undefined;
  /** When the first frame of the stream was due; its timestamps count from there. */
  #beganAt: number | undefined;
  /** Frames of the stream that are over, sent or left out. */
  #over = 0;
  #isTalkspurt = true;

  constructor(random: Random) {
    this.#ssrc = randomBelow(random, 2 ** 32);
    // Low, as any stream of ours: see `PacketPath`.
    this.#sequenceNumber = 1_024 + randomBelow(random, 16_384);
  }

  get isPlaying(): boolean {
    return this.#frames !== undefined;
  }

  /** Plays this from now on, in the place of what is played. */
  play(tones: ToneSequence, isRepeated: boolean, now: number): void {
    this.#frames = new SequenceFrames(tones, isRepeated);
    this.#beganAt ??= now;
    this.#over = Math.max(this.#over, Math.floor((now - this.#beganAt) / FRAME_MS));
    this.#isTalkspurt = true;
  }

  stop(): void {
    this.#frames = undefined;
  }

  /**
   * The next frame that is due.
   *
   * @returns the packet in the clear; `'skip'` if this leg has nothing that we can speak, or may not be spoken to;
   *   undefined if none is due, or nothing is played.
   */
  frame(media: LegMedia | undefined, now: number): Uint8Array | 'skip' | undefined {
    if (this.#frames === undefined || this.#beganAt === undefined) return undefined;
    const due = Math.floor((now - this.#beganAt) / FRAME_MS) + 1;
    if (this.#over >= due) return undefined;
    this.#over = Math.max(this.#over, due - MOST_FRAMES_LATE);
    const samples = this.#frames.next();
    if (samples === undefined) {
      this.#frames = undefined;
      return undefined;
    }
    const timestamp = (this.#over++ * FRAME_SAMPLES) >>> 0;
    const format = media?.talking === true ? spoken(media) : undefined;
    if (format === undefined) return 'skip';
    const payload = format.codec.name === 'PCMU' ? encodeMuLaw(samples) : encodeALaw(samples);
    const marker = this.#isTalkspurt;
    this.#isTalkspurt = false;
    const sequenceNumber = this.#sequenceNumber++ & 0xffff;
    return writeRtp(
      { payloadType: format.payloadType, marker, sequenceNumber, timestamp, ssrc: this.#ssrc },
      payload,
    );
  }
}

/** The codec that was agreed on and that we can speak, numbered as the peer wants it. */
function spoken({ receives, sends }: LegMedia): AudioFormat | undefined {
  const ours = receives.find(({ codec }) => isAudioCodec(codec) && /^PCM[AU]$/.test(codec.name));
  return ours === undefined ? undefined : sends.find(({ codec }) => sameCodec(codec, ours.codec));
}
