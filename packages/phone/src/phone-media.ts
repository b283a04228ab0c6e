import { assert, err, ok, type Random, type Result } from '@ringwall/base';
import {
  type AudioFormat,
  answerDirection,
  type CryptoAttribute,
  chooseSrtp,
  commonFormats,
  composeAnswer,
  composeOffer,
  type Direction,
  isAudioCodec,
  newCrypto,
  offeredCrypto,
  parseSdp,
  type RemoteAudio,
  type RtpMode,
  type SessionDescription,
} from '@ringwall/media';

/** What the phone's sound hardware would say of itself. */
export interface PhoneMediaOptions {
  readonly random: Random;
  /** Where it takes RTP. */
  readonly address: string;
  readonly port: number;
  readonly formats: readonly AudioFormat[];
  readonly rtpMode: RtpMode;
  readonly secureSignalling: boolean;
}

export const PHONE_FORMATS: readonly AudioFormat[] = [
  { payloadType: 0, codec: { name: 'PCMU', clockRate: 8000, channels: 1 }, parameters: '' },
  { payloadType: 8, codec: { name: 'PCMA', clockRate: 8000, channels: 1 }, parameters: '' },
  { payloadType: 101, codec: { name: 'TELEPHONE-EVENT', clockRate: 8000, channels: 1 }, parameters: '0-16' },
];

/** The offers and answers of one call of the phone (RFC 3264), and what came of them. */
export class PhoneMedia {
  readonly #options: PhoneMediaOptions;
  readonly #sessionId: string;
  #version = 0;
  /** How the phone wants it; `sendonly` while it holds. */
  direction: Direction = 'sendrecv';
  /** The old way to hold: an address of zeros rather than a direction (RFC 2543). */
  holdByZeroAddress = false;
  /** What the other side knows of these two. */
  #known: Pick<PhoneMedia, 'direction' | 'holdByZeroAddress'> = this.#wish();
  remote: RemoteAudio | undefined;
  /** Of the last description agreed on, from this phone's side. */
  agreed: Direction = 'inactive';
  formats: readonly AudioFormat[] = [];
  srtp: { readonly receive: CryptoAttribute; readonly send: CryptoAttribute } | undefined;
  #offered: readonly CryptoAttribute[] = [];

  constructor(options: PhoneMediaOptions) {
    this.#options = options;
    this.#sessionId = String(1 + (options.random.bytes(1)[0] ?? 0));
  }

  get secure(): boolean {
    return this.srtp !== undefined;
  }

  /** May it send sound now, and where to? */
  get target(): { readonly address: string; readonly port: number } | undefined {
    const sends = this.agreed === 'sendrecv' || this.agreed === 'sendonly';
    return sends && this.remote !== undefined
      ? { address: this.remote.address, port: this.remote.port }
      : undefined;
  }

  offer(): Uint8Array {
    const { random, rtpMode, secureSignalling, formats } = this.#options;
    if (this.srtp !== undefined) this.#offered = [this.srtp.send];
    else if (secureSignalling && rtpMode !== 'off') this.#offered = offeredCrypto(random, false);
    else this.#offered = [];
    return composeOffer({
      local: this.#local(),
      formats,
      direction: this.direction,
      crypto: this.#offered,
      secureProfile: this.#offered.length > 0 && rtpMode === 'required',
      rtcpMux: false,
    });
  }

  answer(body: Uint8Array): Result<Uint8Array, string> {
    const parsed = parseSdp(body);
    if (!parsed.ok || parsed.value.audio === undefined) return err('no audio in the offer');
    const offer = parsed.value;
    const remote = parsed.value.audio;
    const choice = chooseSrtp({
      offered: remote.crypto,
      mode: this.#options.rtpMode,
      secureProfile: remote.secure,
      secureSignalling: this.#options.secureSignalling,
      allowShortTag: false,
    });
    if (choice.kind === 'refused') return err(choice.reason);
    const formats = commonFormats(remote.formats, this.#options.formats);
    if (!formats.some((format) => isAudioCodec(format.codec))) return err('no codec in common');
    this.srtp = choice.kind === 'srtp' ? this.#keysFor(choice.attribute) : undefined;
    this.#take(remote, formats);
    const direction = answerDirection(remote.direction, this.direction);
    this.agreed = direction;
    return ok(
      composeAnswer({
        offer,
        local: this.#local(),
        formats,
        direction,
        crypto: this.srtp?.send,
        rtcpMux: remote.rtcpMux,
      }),
    );
  }

  #keysFor(attribute: CryptoAttribute): {
    readonly receive: CryptoAttribute;
    readonly send: CryptoAttribute;
  } {
    const kept = this.srtp?.send;
    const send = kept?.suite === attribute.suite ? { ...kept, tag: attribute.tag } : undefined;
    return {
      receive: attribute,
      send: send ?? newCrypto(attribute.suite, attribute.tag, this.#options.random),
    };
  }

  /** @returns false if the answer cannot be used. */
  takeAnswer(body: Uint8Array): boolean {
    const parsed = parseSdp(body);
    const remote: SessionDescription['audio'] = parsed.ok ? parsed.value.audio : undefined;
    if (remote === undefined) return false;
    const [taken] = remote.crypto;
    const send = this.#offered.find((ours) => ours.tag === taken?.tag && ours.suite === taken.suite);
    if (this.#options.rtpMode === 'required' && send === undefined) return false;
    this.srtp = taken !== undefined && send !== undefined ? { receive: taken, send } : undefined;
    this.#take(remote, commonFormats(remote.formats, this.#options.formats));
    this.agreed = answerDirection(remote.direction, this.direction);
    return true;
  }

  /** Our offer was refused: all stays as it was agreed before (RFC 3261 14.1, RFC 3311 5.1). */
  offerRefused(): void {
    this.direction = this.#known.direction;
    this.holdByZeroAddress = this.#known.holdByZeroAddress;
  }

  #wish(): Pick<PhoneMedia, 'direction' | 'holdByZeroAddress'> {
    return { direction: this.direction, holdByZeroAddress: this.holdByZeroAddress };
  }

  #take(remote: RemoteAudio, formats: readonly AudioFormat[]): void {
    this.#known = this.#wish();
    this.remote = remote;
    this.formats = formats;
  }

  #local() {
    assert(this.#options.port > 0, 'a phone without a port for its sound');
    const address =
      this.holdByZeroAddress && this.direction === 'sendonly' ? '0.0.0.0' : this.#options.address;
    return {
      address,
      port: this.#options.port,
      rtcpPort: this.#options.port + 1,
      sessionId: this.#sessionId,
      version: ++this.#version,
    };
  }
}
