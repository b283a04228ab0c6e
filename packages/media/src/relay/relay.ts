import { assert, type Random } from '@ringwall/base';
import { KeySender } from '../play/key-sender.ts';
import { LegVoice } from '../play/leg-voice.ts';
import { type KeyMoment, KeyReader } from '../rtp/key-reader.ts';
import type { ToneSequence } from '../tone/tone-sequence.ts';
import { noDrops } from './counters.ts';
import { type Channel, type Outgoing, PacketPath } from './packet-path.ts';
import { RelayLeg } from './relay-leg.ts';
import type { DropReason, LegId, LegMedia, LegStatistics } from './types.ts';

export interface RelayEvent {
  readonly kind: 'leg-silent' | 'leg-heard';
  readonly leg: LegId;
}

export interface RelayTotals {
  readonly legs: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

export interface RelayOptions {
  readonly random: Random;
  /** After how much silence of a leg that we listen to it is told as `leg-silent`. */
  readonly silenceMs: number;
  /** How long we send to an address that was signalled but has never sent us anything. */
  readonly unprovenSendMs?: number;
  /** Told of each key pressed on a leg whose keys are read: `'5'`, `'#'`, and how long it was down if that is waited for. */
  readonly onKey?: (leg: LegId, key: string, ms: number | undefined) => void;
}

const UNPROVEN_SEND_MS = 10_000;
/** Of one leg. Nobody presses so many, and each is told to another thread. */
const MOST_KEYS = 1_000;

/**
 * The relay without its sockets: packets go in with their source, packets come out with their target.
 *
 * Every leg has its own payload types, its own SRTP keys and, towards it, SSRCs and sequence numbers of ours; what
 * passes is the sound and its timestamps. Nothing is sent that did not come in, or that the house itself says or presses
 * (`play`, `pressKey`), and nothing comes in from a source that the leg has not earned (see `LearnedSource`).
 */
export class Relay<Carrier> {
  readonly #legs = new Map<LegId, RelayLeg<Carrier>>();
  readonly #random: Random;
  readonly #silenceMs: number;
  readonly #path: PacketPath<Carrier>;
  readonly #onKey: NonNullable<RelayOptions['onKey']>;
  /** Of legs that are closed. */
  readonly #speaking = new Set<RelayLeg<Carrier>>();
  readonly #closed = { packetsReceived: 0, packetsSent: 0, dropped: noDrops() };

  constructor(options: RelayOptions) {
    this.#random = options.random;
    this.#silenceMs = options.silenceMs;
    this.#path = new PacketPath(options.random, options.unprovenSendMs ?? UNPROVEN_SEND_MS);
    this.#onKey = options.onKey ?? (() => {});
  }

  get size(): number {
    return this.#legs.size;
  }

  leg(id: LegId): RelayLeg<Carrier> | undefined {
    return this.#legs.get(id);
  }

  legs(): IterableIterator<RelayLeg<Carrier>> {
    return this.#legs.values();
  }

  /** @param isLink its other end is ours, in this machine: its packets are believed as they come. */
  openLeg(id: LegId, carrier: Carrier, isLink = false): RelayLeg<Carrier> {
    assert(!this.#legs.has(id), `leg ${id} is open already`);
    const leg = new RelayLeg(id, carrier, isLink, this.#random);
    this.#legs.set(id, leg);
    return leg;
  }

  configureLeg(leg: RelayLeg<Carrier>, media: LegMedia, now: number): void {
    leg.configure(media, now);
  }

  /** Lets packets through between two legs; both are parted from whom they were joined to. */
  joinLegs(a: RelayLeg<Carrier>, b: RelayLeg<Carrier>): void {
    if (a.other === b) return;
    this.partLeg(a);
    this.partLeg(b);
    a.other = b;
    b.other = a;
    for (const leg of [a, b]) {
      leg.stream = undefined;
      leg.mapPayloadTypes();
    }
  }

  partLeg(leg: RelayLeg<Carrier>): void {
    if (leg.other === undefined) return;
    leg.other.other = undefined;
    leg.other = undefined;
  }

  /** Sends what comes in on the leg back to it. */
  echoLeg(leg: RelayLeg<Carrier>): void {
    this.partLeg(leg);
    leg.other = leg;
    leg.stream = undefined;
    leg.mapPayloadTypes();
  }

  /** Says this to the leg, in the place of what it is joined to: {@link speak} gives the packets. */
  play(leg: RelayLeg<Carrier>, tones: ToneSequence, isRepeated: boolean, now: number): void {
    leg.voice ??= new LegVoice(this.#random);
    leg.voice.play(tones, isRepeated, now);
    this.#speaking.add(leg);
  }

  stopPlaying(leg: RelayLeg<Carrier>): void {
    leg.voice?.stop();
    if (leg.keySender?.isBusy !== true) this.#speaking.delete(leg);
  }

  /** Tells the keys that are pressed on it from now on, each as it is pressed, or as it is let go. */
  readKeys(leg: RelayLeg<Carrier>, moment: KeyMoment): void {
    leg.keysLeft = MOST_KEYS;
    if (leg.keys?.moment === moment) return;
    leg.keys = new KeyReader(moment, (key, ms) => {
      if (leg.keysLeft === 0) return;
      leg.keysLeft--;
      this.#onKey(leg.id, key, ms);
    });
  }

  /**
   * Presses a key on it, as an event among the sound (RFC 4733), in the place of what it is joined to: {@link speak} gives
   * the packets.
   *
   * @param key `'5'`, `'#'`. @param ms how long it is held down. @returns false if too many wait.
   */
  pressKey(leg: RelayLeg<Carrier>, key: string, ms: number, now: number): boolean {
    leg.keySender ??= new KeySender();
    this.#speaking.add(leg);
    return leg.keySender.push(key, ms, now);
  }

  /** Those that something is played to. */
  speaking(): ReadonlySet<RelayLeg<Carrier>> {
    return this.#speaking;
  }

  /**
   * Sends what is due on a leg that something is played to. To be called every 20 ms.
   *
   * @returns true if what was played is over. If nothing else is to be said, it is no longer one of {@link speaking}.
   */
  speak(leg: RelayLeg<Carrier>, now: number, send: (out: Outgoing<Carrier>) => void): boolean {
    const wasPlaying = leg.voice?.isPlaying === true;
    for (;;) {
      const out = this.#path.press(leg, now) ?? this.#path.speak(leg, now);
      if (out === undefined) break;
      if (out !== 'skip') send(out);
    }
    const isPlaying = leg.voice?.isPlaying === true;
    if (!isPlaying && leg.keySender?.isBusy !== true) this.#speaking.delete(leg);
    return wasPlaying && !isPlaying;
  }

  closeLeg(leg: RelayLeg<Carrier>): LegStatistics {
    this.partLeg(leg);
    this.#speaking.delete(leg);
    this.#legs.delete(leg.id);
    this.#closed.packetsReceived += leg.counters.packetsReceived;
    this.#closed.packetsSent += leg.counters.packetsSent;
    addDrops(this.#closed.dropped, leg.counters.dropped);
    return leg.statistics();
  }

  /** Walks all legs: for the metrics, not for each packet. */
  totals(): RelayTotals {
    let { packetsReceived, packetsSent } = this.#closed;
    const dropped = { ...this.#closed.dropped };
    for (const { counters } of this.#legs.values()) {
      packetsReceived += counters.packetsReceived;
      packetsSent += counters.packetsSent;
      addDrops(dropped, counters.dropped);
    }
    return { legs: this.#legs.size, packetsReceived, packetsSent, dropped };
  }

  /** Finds legs that fell silent or are heard again, and keys whose end was lost. To be called a few times a second. */
  sweep(now: number): RelayEvent[] {
    const events: RelayEvent[] = [];
    for (const leg of this.#legs.values()) {
      leg.keys?.look(now);
      if (leg.media?.listening !== true || leg.isLink) continue;
      const silent = now - Math.max(leg.heardAt, leg.listeningSince) >= this.#silenceMs;
      if (silent === leg.silent) continue;
      leg.silent = silent;
      events.push({ kind: silent ? 'leg-silent' : 'leg-heard', leg: leg.id });
    }
    return events;
  }

  /**
   * Takes a packet that came in on a leg's port.
   *
   * @param bytes may be changed, and may be what the result shows.
   * @param now monotonic, in milliseconds; fractions count for the jitter.
   * @returns what to send, or undefined: then a reason was counted on the leg. The same object every time.
   */
  receive(
    leg: RelayLeg<Carrier>,
    channel: Channel,
    bytes: Uint8Array,
    address: string,
    port: number,
    now: number,
  ): Outgoing<Carrier> | undefined {
    return this.#path.receive(leg, channel, bytes, address, port, now);
  }
}

function addDrops(sum: Record<DropReason, number>, more: Readonly<Record<DropReason, number>>): void {
  for (const reason of Object.keys(more) as DropReason[]) sum[reason] += more[reason];
}
