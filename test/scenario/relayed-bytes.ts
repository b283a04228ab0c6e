import assert from 'node:assert/strict';
import { type LegId, Relay } from '@ringwall/media';
import type { MediaCommand } from '@ringwall/pbx';
import type { World } from '@ringwall/testkit';

/** A packet that the PBX sent. */
export interface SentPacket {
  readonly address: string;
  readonly port: number;
  readonly bytes: Uint8Array;
  readonly at: number;
}

const FRAME_MS = 20;
const SWEEP_MS = 500;

/** The relay of packets beside the books that the world keeps of legs: what the PBX commands is done with real bytes. */
export class RelayedBytes {
  readonly sent: SentPacket[] = [];
  readonly #world: World;
  readonly #relay: Relay<LegId>;

  constructor(world: World) {
    this.#world = world;
    this.#relay = new Relay({
      random: world.dice,
      silenceMs: 3_600_000,
      onKey: (leg, digit, ms) =>
        world.after(1, () => world.perform(world.pbx.mediaEvent({ kind: 'leg-digit', leg, digit, ms }))),
    });
    const { media } = world;
    const perform = media.perform.bind(media);
    media.perform = (command) => {
      perform(command);
      this.#perform(command);
    };
    const tick = (): void => {
      for (const leg of this.#relay.speaking()) {
        this.#relay.speak(leg, world.monotonic(), (out) => this.#note(out));
      }
      world.after(FRAME_MS, tick);
    };
    tick();
    const sweep = (): void => {
      this.#relay.sweep(world.monotonic());
      world.after(SWEEP_MS, sweep);
    };
    sweep();
  }

  /** A packet comes to a port of ours. */
  receive(ourPort: number, bytes: Uint8Array, address: string, port: number): void {
    const id = this.#world.media.byPort(ourPort)?.id;
    const leg = id === undefined ? undefined : this.#relay.leg(id);
    assert.ok(leg !== undefined, `nobody has port ${ourPort}`);
    const out = this.#relay.receive(
      leg,
      'rtp',
      Uint8Array.from(bytes),
      address,
      port,
      this.#world.monotonic(),
    );
    if (out !== undefined) this.#note(out);
  }

  /** What was sent to somebody, in order. */
  to(address: string, port: number): SentPacket[] {
    return this.sent.filter((each) => each.address === address && each.port === port);
  }

  #note(out: { readonly address: string; readonly port: number; readonly bytes: Uint8Array }): void {
    const { address, port, bytes } = out;
    this.sent.push({ address, port, bytes: Uint8Array.from(bytes), at: this.#world.monotonic() });
  }

  #perform(command: MediaCommand): void {
    const relay = this.#relay;
    if (command.do === 'open-leg') {
      if (this.#world.media.legs.has(command.leg)) relay.openLeg(command.leg, command.leg);
      return;
    }
    if (command.do === 'join-legs' || command.do === 'part-legs') {
      const [a, b] = command.legs.map((id) => relay.leg(id));
      if (a === undefined || b === undefined) return;
      if (command.do === 'join-legs') relay.joinLegs(a, b);
      else if (a.other === b) relay.partLeg(a);
      return;
    }
    const leg = relay.leg(command.leg);
    if (leg === undefined) return;
    const now = this.#world.monotonic();
    switch (command.do) {
      case 'configure-leg':
        return relay.configureLeg(leg, command.media, now);
      case 'play':
        return relay.play(leg, command.tones, command.isRepeated, now);
      case 'stop-playing':
        return relay.stopPlaying(leg);
      case 'read-digits':
        return relay.readKeys(leg, command.moment);
      case 'send-digit':
        relay.pressKey(leg, command.digit, command.ms, now);
        return;
      case 'echo-leg':
        return relay.echoLeg(leg);
      case 'close-leg':
        relay.closeLeg(leg);
    }
  }
}
