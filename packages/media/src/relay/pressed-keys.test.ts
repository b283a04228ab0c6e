import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTelephoneEvent } from '../rtp/telephone-event.ts';
import type { CryptoAttribute } from '../sdp/types.ts';
import { newCrypto } from '../sdp/srtp-choice.ts';
import { Bench, format, type Heard, Phone, seededRandom } from './relay-fixture.ts';

/** Keys that the relay itself presses on a leg, among the sound of the other. */

const EVENT = 96;

function keys(): { receive: CryptoAttribute; send: CryptoAttribute } {
  const random = seededRandom(7);
  const suite = 'AES_CM_128_HMAC_SHA1_80';
  return { receive: newCrypto(suite, 1, random), send: newCrypto(suite, 1, random) };
}

/** A provider that takes no events, and a phone that does. */
function pair(isSecure = false) {
  const sound = [format(0, 'PCMU')];
  const provider = new Phone('provider', '198.51.100.20', { receives: sound, sends: sound });
  const formats = [...sound, format(EVENT, 'TELEPHONE-EVENT')];
  const phone = new Phone('phone', '192.0.2.10', {
    receives: formats,
    sends: formats,
    srtp: isSecure ? keys() : undefined,
  });
  const bench = new Bench(provider, phone);
  for (let i = 0; i < 5; i++) {
    bench.speak(provider);
    bench.receive(phone, phone.packet());
  }
  phone.heard.length = 0;
  return { provider, phone, bench };
}

const events = (heard: readonly Heard[]) => heard.filter(({ payloadType }) => payloadType === EVENT);

function read({ payload }: Heard) {
  const event = readTelephoneEvent(payload);
  assert.ok(event !== undefined);
  return event;
}

for (const isSecure of [false, true]) {
  const how = isSecure ? 'over SRTP' : 'in the clear';

  test(`RFC 4733 2.5.1: a key has one timestamp, a marker at its beginning, rising durations and its end three times, ${how}`, () => {
    const { provider, phone, bench } = pair(isSecure);
    assert.ok(bench.press(phone, '5', 100));
    for (let i = 0; i < 15; i++) bench.speak(provider);
    const pressed = events(phone.heard);
    assert.deepEqual(
      pressed.map(read).map(({ event, end, durationTicks }) => [event, end, durationTicks]),
      [
        [5, false, 160],
        [5, false, 320],
        [5, false, 480],
        [5, false, 640],
        [5, true, 800],
        [5, true, 800],
        [5, true, 800],
      ],
    );
    assert.deepEqual(
      pressed.map(({ marker }) => marker),
      [true, false, false, false, false, false, false],
    );
    assert.equal(new Set(pressed.map(({ timestamp }) => timestamp)).size, 1);
  });

  test(`keys are in the stream of the sound: one SSRC, no number left out or used twice, time that goes on, ${how}`, () => {
    const { provider, phone, bench } = pair(isSecure);
    bench.speak(provider, 5);
    for (const key of '12*') assert.ok(bench.press(phone, key, 80));
    for (let i = 0; i < 60; i++) bench.speak(provider);
    const { heard } = phone;
    assert.equal(new Set(heard.map(({ ssrc }) => ssrc)).size, 1);
    for (const [i, packet] of heard.entries()) {
      assert.equal(packet.sequenceNumber, ((heard[0]?.sequenceNumber ?? 0) + i) & 0xffff);
      const before = heard[i - 1];
      if (before !== undefined) assert.ok(packet.timestamp >= before.timestamp, `packet ${i}`);
    }
    const starts = [...new Set(events(heard).map(({ timestamp }) => timestamp))];
    assert.equal(starts.length, 3);
    assert.deepEqual([...new Set(events(heard).map((each) => read(each).event))], [1, 2, 10]);
    const soundAfter = heard.at(-1);
    assert.equal(soundAfter?.payloadType, 0, 'and then sound again');
    // Behind each key the sound begins anew.
    const marked = heard.filter(({ marker, payloadType }) => marker && payloadType === 0);
    assert.equal(marked.length, 3);
  });
}

test('while a key is down nothing else is heard, and a key whose leg is held or parted is left out', () => {
  const { provider, phone, bench } = pair();
  bench.press(phone, '1', 100);
  bench.speak(provider, 1);
  const before = phone.heard.length;
  bench.speak(provider, 4);
  assert.ok(phone.heard.slice(before).every(({ payloadType }) => payloadType === EVENT));
  bench.speak(provider, 20);
  phone.heard.length = 0;
  bench.configure(phone, { talking: false });
  bench.press(phone, '2', 100);
  bench.speak(provider, 10);
  bench.configure(phone, { talking: true });
  bench.speak(provider, 10);
  assert.deepEqual(events(phone.heard), []);
  bench.relay.partLeg(bench.leg(phone));
  bench.press(phone, '3', 100);
  for (let i = 0; i < 10; i++) bench.tick();
  assert.deepEqual(events(phone.heard), []);
  assert.equal(bench.relay.speaking().size, 0);
});

test('a packet that was overtaken by keys is not given one of their numbers', () => {
  const { provider, phone, bench } = pair();
  const late = provider.packet();
  bench.speak(provider, 1);
  bench.press(phone, '1', 60);
  for (let i = 0; i < 8; i++) bench.tick();
  bench.speak(provider, 2);
  const before = phone.heard.length;
  assert.ok(!bench.receive(provider, late));
  assert.equal(phone.heard.length, before);
  const numbers = phone.heard.map(({ sequenceNumber }) => sequenceNumber);
  assert.equal(new Set(numbers).size, numbers.length);
  // The first packets of a call are not remembered for ever.
  bench.speak(provider, 70_000);
  assert.equal(phone.heard.length - before, 70_000);
});

test('a phone hears keys before anybody has said anything, and so many as wait at most', () => {
  const formats = [format(0, 'PCMU'), format(EVENT, 'TELEPHONE-EVENT')];
  const silent = new Phone('silent', '198.51.100.20');
  const phone = new Phone('phone', '192.0.2.10', { receives: formats, sends: formats });
  const bench = new Bench(silent, phone);
  let taken = 0;
  for (let i = 0; i < 100; i++) if (bench.press(phone, '1', 40)) taken++;
  assert.equal(taken, 32);
  for (let i = 0; i < 1_000; i++) bench.tick();
  assert.equal(new Set(events(phone.heard).map(({ timestamp }) => timestamp)).size, 32);
  assert.equal(bench.relay.speaking().size, 0);
});

test('whatever is said, pressed and lost in whatever order, no number of the stream is used twice', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('speak' as const) },
    { weight: 1, arbitrary: fc.constant('lose' as const) },
    { weight: 1, arbitrary: fc.constant('keep back' as const) },
    { weight: 1, arbitrary: fc.constant('say what was kept' as const) },
    { weight: 1, arbitrary: fc.constant('press' as const) },
    { weight: 2, arbitrary: fc.constant('wait' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { provider, phone, bench } = pair(true);
      let kept: Uint8Array | undefined;
      for (const each of steps) {
        if (each === 'speak') bench.speak(provider);
        else if (each === 'lose') provider.packet();
        else if (each === 'keep back') kept = provider.packet();
        else if (each === 'press') bench.press(phone, '7', 60);
        else if (each === 'wait') bench.tick();
        else if (kept !== undefined) bench.receive(provider, kept);
      }
      // The phone's own SRTP refuses a number that came before, and the bench would fail.
      const numbers = phone.heard.map(({ sequenceNumber }) => sequenceNumber);
      assert.equal(new Set(numbers).size, numbers.length);
      assert.equal(bench.dropped(provider, 'authentication'), 0);
    }),
  );
});
