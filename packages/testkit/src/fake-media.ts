import type { LegId, LegMedia, LegStatistics } from '@ringwall/media';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';

interface FakeLeg {
  readonly rtpPort: number;
  media: LegMedia | undefined;
  joined: LegId | undefined;
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
  readonly #tell: (event: MediaEvent) => void;
  readonly #pairs: number;
  #nextPort = 20_000;

  constructor(pairs: number, tell: (event: MediaEvent) => void) {
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
        this.legs.set(command.leg, { rtpPort, media: undefined, joined: undefined });
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
