import type { Random } from '@ringwall/base';
import {
  decodeALaw,
  decodeMuLaw,
  encodeALaw,
  encodeMuLaw,
  eventOfKey,
  FRAME_SAMPLES,
  type RtpFields,
  readRtp,
  SRTP_OVERHEAD_BYTES,
  SrtpReceiver,
  SrtpSender,
  toneFrames,
  toneStrength,
  writeRtp,
  writeTelephoneEvent,
} from '@ringwall/media';
import type { PhoneMedia } from './phone-media.ts';

/** What a phone heard in a call. */
export interface Heard {
  readonly packets: number;
  /** Packets that were no RTP, or failed SRTP. */
  readonly refused: number;
  /** Share of the power of what was heard that is the tone, 0 to 1. */
  readonly strength: (hz: number) => number;
}

const FRAME_MS = 20;
/** How long a key is down, unless it is said. */
const PRESS_MS = 80;
/** The last packet of a press comes so often again, and behind it is as much sound as the press was long. */
const END_AGAIN = 2;

/** The longest that is remembered of what was heard. */
const REMEMBERED_SAMPLES = 8_000 * 10;

/**
 * The voice and the ear of a test phone in one call: says a tone in G.711, and remembers what it hears. Packets
 * in, packets out; who calls {@link PhoneSound.frame} every 20 ms is the clock.
 */
export class PhoneSound {
  readonly #media: PhoneMedia;
  readonly #frames: Generator<Int16Array, never, undefined>;
  readonly #ssrc: number;
  #sequenceNumber: number;
  #timestamp = 0;
  #sent = 0;
  #keys: { readonly key: string; readonly frames: number }[] = [];
  /** Of the press under way. */
  #press:
    | { readonly event: number; readonly timestamp: number; readonly length: number; frames: number }
    | undefined;
  #sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;
  #packets = 0;
  #refused = 0;
  #samples = new Int16Array(0);

  constructor(media: PhoneMedia, hz: number, random: Random) {
    this.#media = media;
    this.#frames = toneFrames(hz);
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = random.bytes(5);
    this.#ssrc = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    this.#sequenceNumber = e;
  }

  /** The next 20 ms, as a packet for {@link PhoneMedia.target}; undefined while the phone may not send. */
  frame(): Uint8Array | undefined {
    const format = this.#media.formats.find(({ codec }) => codec.name === 'PCMU' || codec.name === 'PCMA');
    if (this.#media.target === undefined || format === undefined) return undefined;
    const samples = this.#frames.next().value;
    const pressed = this.#keyFrame();
    const said = pressed ?? {
      payloadType: format.payloadType,
      marker: this.#sent === 0,
      timestamp: this.#timestamp,
      payload: format.codec.name === 'PCMU' ? encodeMuLaw(samples) : encodeALaw(samples),
    };
    const { payload, ...fields } = said;
    const sequenceNumber = this.#sequenceNumber & 0xffff;
    const packet = writeRtp({ ...fields, sequenceNumber, ssrc: this.#ssrc }, payload);
    this.#sent++;
    this.#sequenceNumber++;
    this.#timestamp += FRAME_SAMPLES;
    const { srtp } = this.#media;
    if (srtp === undefined) return packet;
    this.#sender ??= new SrtpSender(srtp.send);
    const protectedPacket = this.#sender.protectRtp(
      packet,
      new Uint8Array(packet.length + SRTP_OVERHEAD_BYTES),
    );
    return typeof protectedPacket === 'string' ? undefined : protectedPacket;
  }

  /** Presses keys one after the other (RFC 4733), each for so long, beginning with the next frame. */
  press(keys: string, ms: number = PRESS_MS): void {
    const frames = Math.ceil(ms / FRAME_MS);
    this.#keys.push(...keys.split('').map((key) => ({ key, frames })));
  }

  #keyFrame(): (Omit<RtpFields, 'sequenceNumber' | 'ssrc'> & { readonly payload: Uint8Array }) | undefined {
    const format = this.#media.formats.find(({ codec }) => codec.name === 'TELEPHONE-EVENT');
    if (format === undefined) return undefined;
    if (this.#press === undefined || this.#press.frames >= 2 * (this.#press.length + END_AGAIN)) {
      const next = this.#keys.shift();
      const event = eventOfKey(next?.key ?? '');
      this.#press =
        next === undefined || event === undefined
          ? undefined
          : { event, timestamp: this.#timestamp, length: next.frames, frames: 0 };
    }
    if (this.#press === undefined || ++this.#press.frames > this.#press.length + END_AGAIN) return undefined;
    const { event, timestamp, length, frames } = this.#press;
    const end = frames >= length;
    const durationTicks = Math.min(frames, length) * FRAME_SAMPLES;
    const payload = writeTelephoneEvent({ event, end, volume: 10, durationTicks });
    return { payloadType: format.payloadType, marker: frames === 1, timestamp, payload };
  }

  /** A packet that came to the phone's port. */
  receive(bytes: Uint8Array): void {
    let packet: Uint8Array | string = bytes;
    const { srtp } = this.#media;
    if (srtp !== undefined) {
      this.#receiver ??= new SrtpReceiver(srtp.receive);
      packet = this.#receiver.unprotectRtp(bytes);
    }
    const rtp = typeof packet === 'string' ? undefined : readRtp(packet);
    const format = this.#media.formats.find(({ payloadType }) => payloadType === rtp?.payloadType);
    if (rtp === undefined || format === undefined) {
      this.#refused++;
      return;
    }
    this.#packets++;
    if (format.codec.name === 'PCMU') this.#remember(decodeMuLaw(rtp.payload));
    else if (format.codec.name === 'PCMA') this.#remember(decodeALaw(rtp.payload));
  }

  get heard(): Heard {
    return {
      packets: this.#packets,
      refused: this.#refused,
      strength: (hz) => toneStrength(this.#samples, hz),
    };
  }

  get sent(): number {
    return this.#sent;
  }

  #remember(samples: Int16Array): void {
    const both = new Int16Array(this.#samples.length + samples.length);
    both.set(this.#samples);
    both.set(samples, this.#samples.length);
    this.#samples = both.subarray(Math.max(0, both.length - REMEMBERED_SAMPLES));
  }
}
