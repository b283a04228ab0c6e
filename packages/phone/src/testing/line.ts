import type { MonotonicMs, Random, WallMs } from '@ringwall/base';
import { type Flow, parseMessage, type SipMessage, STREAM_LIMITS } from '@ringwall/sip';
import type { PhoneBehaviour } from '../behaviour.ts';
import type { PhoneCall } from '../phone-call.ts';
import { Phone, type PhoneEffect } from '../phone.ts';

/** Parts that unit tests are made from: phones whose wire is in the hands of the test, and the hands of a clock. */

/** Counts up: different bytes each time, the same in each run. */
export function countingRandom(): Random {
  let next = 0;
  return { bytes: (count) => Uint8Array.from({ length: count }, () => next++ & 0xff) };
}

export class TestClock {
  ms = 1_000;

  monotonic(): MonotonicMs {
    return this.ms as MonotonicMs;
  }

  wall(): WallMs {
    return (1_800_000_000_000 + this.ms) as WallMs;
  }
}

export function phoneAt(host: number, clock: TestClock, behaviour: PhoneBehaviour = {}): Phone {
  const flow: Flow = {
    transport: 'udp',
    local: { address: `10.0.0.${host}`, port: 5_060 },
    remote: { address: '10.0.0.1', port: 5_060 },
    connection: 0,
  };
  return new Phone({
    clock,
    random: countingRandom(),
    flow,
    domain: 'pbx.example.com',
    number: `10${host}`,
    authId: `auth10${host}`,
    password: 'a secret',
    behaviour,
    soundPort: () => ({ address: flow.local.address, port: 4_000 + 2 * host }),
  });
}

export function bytesOf(...lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}

export function textOf({ bytes }: PhoneEffect): string {
  return new TextDecoder().decode(bytes);
}

export function messageOf({ bytes }: PhoneEffect): SipMessage {
  const parsed = parseMessage(bytes, STREAM_LIMITS);
  if (!parsed.ok) throw new Error('the phone says what nobody can read');
  return parsed.value;
}

/** A response to what the phone said, as a server far from RFC-perfect but good enough for it. */
export function responseTo(effect: PhoneEffect, status: number, ...more: readonly string[]): Uint8Array {
  const copied = textOf(effect)
    .split('\r\n')
    .filter((line) => /^(via|from|call-id|cseq):/i.test(line));
  const to = messageOf(effect).headers.get('to') ?? '';
  const tagged = to.includes(';tag=') ? to : `${to};tag=server`;
  return bytesOf(`SIP/2.0 ${status} X`, ...copied, `To: ${tagged}`, ...more, 'Content-Length: 0');
}

/** Two phones on one wire, without a PBX between them: what one says, the other hears. */
export class Line {
  readonly clock = new TestClock();
  readonly anna: Phone;
  readonly ben: Phone;
  /** First lines of all that passed. */
  readonly trace: string[] = [];
  /** Start lines that begin so are lost. */
  lost: string | undefined;

  constructor(anna: PhoneBehaviour = {}, ben: PhoneBehaviour = {}) {
    this.anna = phoneAt(1, this.clock, anna);
    this.ben = phoneAt(2, this.clock, ben);
  }

  /** Carries what a phone says, and what the other one says to that, until both are silent. */
  say(phone: Phone, effects: readonly PhoneEffect[]): void {
    const other = phone === this.anna ? this.ben : this.anna;
    for (const effect of effects) {
      const [line = ''] = textOf(effect).split('\r\n', 1);
      this.trace.push(line);
      if (this.lost !== undefined && line.startsWith(this.lost)) continue;
      this.say(other, other.receive(effect.bytes));
    }
  }

  act(phone: Phone, run: () => void): void {
    this.say(phone, phone.act(run));
  }

  /** Anna calls Ben. */
  dial(): PhoneCall {
    this.say(this.anna, this.anna.dial('102'));
    return callOf(this.anna);
  }

  /** Anna calls Ben, who takes the call. */
  talking(): readonly [PhoneCall, PhoneCall] {
    const mine = this.dial();
    const theirs = callOf(this.ben);
    this.act(this.ben, () => theirs.answer());
    return [mine, theirs];
  }

  wait(ms: number): void {
    for (const end = this.clock.ms + ms; this.clock.ms < end; ) {
      this.clock.ms += 10;
      for (const phone of [this.anna, this.ben]) this.say(phone, phone.advance());
    }
  }
}

export function callOf(phone: Phone): PhoneCall {
  const call = phone.calls.at(-1);
  if (call === undefined) throw new Error('the phone has no call');
  return call;
}
