import {
  type LegId,
  type LegMedia,
  type LegStatistics,
  sequenceMs,
  type ToneSequence,
} from '@ringwall/media';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';

interface FakeLeg {
  readonly rtpPort: number;
  media: LegMedia | undefined;
  joined: LegId | undefined;
  /** What the house plays; undefined: nothing. */
  playing: ToneSequence | undefined;
  /** Are its keys told? */
  readsDigits: boolean;
}

const NOTHING: LegStatistics = {
  packetsReceived: 0,
  packetsSent: 0,
  bytesReceived: 0,
  bytesSent: 0,
  packetsLost: 0,
  jitterMs: 0,
  dropped: {
    source: 0,
    malformed: 0,
    'payload-type': 0,
    authentication: 0,
    replay: 0,
    hold: 0,
    unjoined: 0,
    'no-target': 0,
  },
};

/**
 * A relay without packets: it keeps the books of ports and joins, so that a test can ask who would hear whom, and
 * that every port was given back.
 */
export class FakeMedia {
  readonly legs = new Map<LegId, FakeLeg>();
  /** What was played, to whom. */
  readonly played: { readonly leg: LegId; readonly tones: ToneSequence }[] = [];
  /** The keys that we pressed, on whom. */
  readonly pressed: { readonly leg: LegId; readonly digit: string; readonly ms: number }[] = [];
  readonly #tell: (event: MediaEvent) => void;
  readonly #later: (ms: number, run: () => void) => void;
  readonly #pairs: number;
  #nextPort = 20_000;

  constructor(
    pairs: number,
    tell: (event: MediaEvent) => void,
    later: (ms: number, run: () => void) => void,
  ) {
    this.#later = later;
    this.#pairs = pairs;
    this.#tell = tell;
  }

  perform(command: MediaCommand): void {
    switch (command.do) {
      case 'open-leg': {
        if (this.legs.size >= this.#pairs) {
          this.#tell({ kind: 'leg-failed', leg: command.leg, text: 'no ports left' });
          return;
        }
        const rtpPort = this.#nextPort;
        this.#nextPort += 2;
        this.legs.set(command.leg, {
          rtpPort,
          media: undefined,
          joined: undefined,
          playing: undefined,
          readsDigits: false,
        });
        this.#tell({ kind: 'leg-opened', leg: command.leg, rtpPort, rtcpPort: rtpPort + 1 });
        return;
      }
      case 'configure-leg': {
        const leg = this.legs.get(command.leg);
        if (leg !== undefined) leg.media = command.media;
        return;
      }
      case 'join-legs':
        return this.#join(...command.legs);
      case 'part-legs':
        for (const id of command.legs) this.#part(id);
        return;
      case 'play':
        return this.#play(command.leg, command.tones, command.isRepeated);
      case 'stop-playing': {
        const leg = this.legs.get(command.leg);
        if (leg !== undefined) leg.playing = undefined;
        return;
      }
      case 'read-digits': {
        const leg = this.legs.get(command.leg);
        if (leg !== undefined) leg.readsDigits = true;
        return;
      }
      case 'send-digit': {
        const { leg, digit, ms } = command;
        if (this.legs.get(leg)?.joined !== undefined) this.pressed.push({ leg, digit, ms });
        return;
      }
      case 'echo-leg': {
        this.#part(command.leg);
        const leg = this.legs.get(command.leg);
        if (leg !== undefined) leg.joined = command.leg;
        return;
      }
      case 'close-leg':
        this.#forget(command.leg);
        this.#tell({ kind: 'leg-closed', leg: command.leg, statistics: NOTHING });
    }
  }

  /** The thread that carried the leg stopped: the ports are gone, and nobody asked for it. */
  fail(id: LegId): void {
    this.#forget(id);
    this.#tell({ kind: 'leg-failed', leg: id, text: 'the media thread stopped' });
  }

  byPort(rtpPort: number): (FakeLeg & { readonly id: LegId }) | undefined {
    for (const [id, leg] of this.legs) if (leg.rtpPort === rtpPort) return { ...leg, id };
    return undefined;
  }

  /** Somebody presses a key on the phone of this leg. */
  press(id: LegId, digit: string): void {
    const leg = this.legs.get(id);
    const understands = leg?.media?.receives.some(({ codec }) => codec.name === 'TELEPHONE-EVENT');
    if (leg?.readsDigits && understands && leg.media?.listening)
      this.#tell({ kind: 'leg-digit', leg: id, digit, ms: undefined });
  }

  #play(id: LegId, tones: ToneSequence, isRepeated: boolean): void {
    const leg = this.legs.get(id);
    if (leg === undefined) return;
    leg.playing = tones;
    this.played.push({ leg: id, tones });
    if (isRepeated) return;
    this.#later(sequenceMs(tones), () => {
      if (this.legs.get(id) !== leg || leg.playing !== tones) return;
      leg.playing = undefined;
      this.#tell({ kind: 'leg-played', leg: id });
    });
  }

  #forget(id: LegId): void {
    this.#part(id);
    this.legs.delete(id);
  }

  #join(a: LegId, b: LegId): void {
    const [first, second] = [this.legs.get(a), this.legs.get(b)];
    if (first === undefined || second === undefined) return;
    if (first.joined !== b) this.#part(a);
    if (second.joined !== a) this.#part(b);
    first.joined = b;
    second.joined = a;
  }

  #part(id: LegId): void {
    const leg = this.legs.get(id);
    const other = leg?.joined === undefined ? undefined : this.legs.get(leg.joined);
    if (leg !== undefined) leg.joined = undefined;
    if (other !== undefined) other.joined = undefined;
  }
}
