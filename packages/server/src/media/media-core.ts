import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { assert } from '@ringwall/base';
import { type LegId, type Outgoing, Relay, type RelayLeg } from '@ringwall/media';
import { type RtpChannel, RtpPortPair } from '@ringwall/net';
import { SystemRandom } from '../loop/random.ts';
import type { CoreReport, CoreSettings, ThreadCommand, ThreadReport } from './thread-messages.ts';

const SWEEP_MS = 500;
/** Sound of our own goes out in packets of 20 ms. The clock looks oftener: it is late by a step at most. */
const SPEAK_MS = 10;
/** What packets from another thread come from: not an address, so that no socket packet can look like one. */
const LINK_ADDRESS = 'link';

interface PortOrder {
  readonly family: 4 | 6;
  readonly address: string;
  readonly rtpPort: number;
}

/** What a leg sends through: two sockets, or a port to another thread. */
interface Carrier {
  readonly pair: RtpPortPair | undefined;
  readonly link: MessagePort | undefined;
}

type LegCommand = Extract<
  ThreadCommand,
  {
    readonly do:
      | 'configure'
      | 'part'
      | 'play'
      | 'stop-playing'
      | 'read-digits'
      | 'send-digit'
      | 'echo-leg'
      | 'close';
  }
>;

/** What the thread does for its core. */
export interface CoreHost {
  readonly report: (report: ThreadReport) => void;
  readonly cpuUsage: () => NodeJS.CpuUsage;
  /** Told before each packet. */
  readonly packetCame: (now: number) => void;
}

/** The relay with its sockets: everything that one thread carries. */
export class MediaCore {
  readonly #relay: Relay<Carrier>;
  /** Open pairs of ports that no leg has, by IP version and even port. */
  readonly #spare = new Map<string, RtpPortPair>();
  /** Pairs that are still to be opened. */
  readonly #orders: PortOrder[] = [];
  #opening: NodeJS.Immediate | undefined;
  readonly #host: CoreHost;
  readonly #sweeper: NodeJS.Timeout;
  /** One for all legs that we say something to; undefined while there is none. */
  #speaker: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(settings: CoreSettings, host: CoreHost) {
    this.#relay = new Relay({
      random: new SystemRandom(),
      silenceMs: settings.silenceMs,
      onKey: (leg, digit, ms) => host.report({ kind: 'leg-digit', leg, digit, ms }),
    });
    this.#host = host;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
  }

  /** Takes a command. If it breaks an assertion of ours, it ends its leg and nothing else. */
  perform(command: ThreadCommand): void {
    if (this.#closed) return;
    try {
      this.#perform(command);
    } catch (error) {
      if (command.do === 'report' || command.do === 'open-ports') throw error;
      for (const id of command.do === 'join' ? command.legs : [command.leg]) this.#break(id, error);
    }
  }

  #perform(command: ThreadCommand): void {
    switch (command.do) {
      case 'open-ports':
        for (const rtpPort of command.rtpPorts) this.#orders.push({ ...command, rtpPort });
        this.#opening ??= setImmediate(() => this.#openNext());
        return;
      case 'open':
        this.#open(command);
        return;
      case 'open-link':
        this.#openLink(command.leg, command.port);
        return;
      case 'report':
        this.#host.report({ kind: 'report', request: command.request, report: this.#totals() });
        return;
      case 'join': {
        const [a, b] = [this.#relay.leg(command.legs[0]), this.#relay.leg(command.legs[1])];
        if (a !== undefined && b !== undefined) this.#relay.joinLegs(a, b);
        return;
      }
      default: {
        const leg = this.#relay.leg(command.leg);
        if (leg === undefined) return;
        this.#performOnLeg(leg, command);
      }
    }
  }

  #performOnLeg(leg: RelayLeg<Carrier>, command: LegCommand): void {
    switch (command.do) {
      case 'configure':
        return this.#relay.configureLeg(leg, command.media, performance.now());
      case 'part':
        return this.#relay.partLeg(leg);
      case 'play':
        this.#relay.play(leg, command.tones, command.isRepeated, performance.now());
        return this.#startSpeaking();
      case 'send-digit':
        this.#relay.pressKey(leg, command.digit, command.ms, performance.now());
        return this.#startSpeaking();
      case 'stop-playing':
        return this.#relay.stopPlaying(leg);
      case 'read-digits':
        return this.#relay.readKeys(leg, command.moment);
      case 'echo-leg':
        return this.#relay.echoLeg(leg);
      case 'close':
        return this.#close(leg);
    }
  }

  /** Gives all ports back. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#sweeper);
    clearInterval(this.#speaker);
    clearImmediate(this.#opening);
    for (const leg of this.#relay.legs()) this.#release(leg);
    for (const pair of this.#spare.values()) pair.close();
    this.#spare.clear();
  }

  #totals(): CoreReport {
    const { user, system } = this.#host.cpuUsage();
    return { totals: this.#relay.totals(), cpuMicros: user + system };
  }

  /** Opens one pair in each turn of the loop: eight in a row would keep sound waiting for a millisecond. */
  #openNext(): void {
    const order = this.#orders.shift();
    this.#opening = this.#orders.length === 0 ? undefined : setImmediate(() => this.#openNext());
    if (order !== undefined) void this.#openPorts(order);
  }

  async #openPorts({ family, address, rtpPort }: PortOrder): Promise<void> {
    const pair = await RtpPortPair.open({ address, family, rtpPort });
    if (!pair.ok) {
      this.#host.report({ kind: 'ports-refused', family, rtpPort, code: pair.error });
      return;
    }
    if (this.#closed) {
      pair.value.close(); // It was closed while the system opened the ports.
      return;
    }
    this.#spare.set(spareKey(family, rtpPort), pair.value);
    this.#host.report({ kind: 'ports-opened', family, rtpPort });
  }

  #open({ leg: id, family, rtpPort }: ThreadCommand & { do: 'open' }): void {
    const key = spareKey(family, rtpPort);
    const pair = this.#spare.get(key);
    assert(pair !== undefined, `ports ${rtpPort} are not there for leg ${id}`);
    this.#spare.delete(key);
    const leg = this.#relay.openLeg(id, { pair, link: undefined });
    pair.onPacket = (channel, bytes, from, port) => this.#receive(leg, channel, bytes, from, port);
  }

  #openLink(id: LegId, link: MessagePort): void {
    const leg = this.#relay.openLeg(id, { pair: undefined, link }, true);
    link.on('message', (bytes: Uint8Array) => this.#receive(leg, 'rtp', bytes, LINK_ADDRESS, 0));
  }

  /** A packet. If it breaks an assertion of ours, it ends its leg and nothing else. */
  #receive(leg: RelayLeg<Carrier>, channel: RtpChannel, bytes: Uint8Array, from: string, port: number): void {
    try {
      const now = performance.now();
      this.#host.packetCame(now);
      const out = this.#relay.receive(leg, channel, bytes, from, port, now);
      if (out !== undefined) send(out);
    } catch (error) {
      this.#break(leg.id, error);
    }
  }

  #break(id: LegId, error: unknown): void {
    const leg = this.#relay.leg(id);
    if (leg !== undefined) this.#release(leg);
    this.#host.report({
      kind: 'broken',
      leg: id,
      text: error instanceof Error ? error.message : String(error),
    });
  }

  #close(leg: RelayLeg<Carrier>): void {
    this.#host.report({ kind: 'closed', leg: leg.id, statistics: this.#release(leg) });
  }

  #release(leg: RelayLeg<Carrier>): ReturnType<Relay<Carrier>['closeLeg']> {
    leg.carrier.pair?.close();
    leg.carrier.link?.close();
    return this.#relay.closeLeg(leg);
  }

  #startSpeaking(): void {
    this.#speaker ??= setInterval(() => this.#speak(), SPEAK_MS);
  }

  #speak(): void {
    const now = performance.now();
    for (const leg of this.#relay.speaking()) {
      try {
        if (this.#relay.speak(leg, now, send)) this.#host.report({ kind: 'leg-played', leg: leg.id });
      } catch (error) {
        this.#break(leg.id, error);
      }
    }
    if (this.#relay.speaking().size > 0) return;
    clearInterval(this.#speaker);
    this.#speaker = undefined;
  }

  #sweep(): void {
    for (const event of this.#relay.sweep(performance.now())) this.#host.report(event);
  }
}

function spareKey(family: 4 | 6, rtpPort: number): string {
  return `${family} ${rtpPort}`;
}

function send(out: Outgoing<Carrier>): void {
  const { pair, link } = out.carrier;
  // Posting copies the bytes, so that the relay's buffer is free again.
  if (link === undefined) pair?.send(out.channel, out.bytes, out.address, out.port);
  else link.postMessage(out.bytes, []);
}
