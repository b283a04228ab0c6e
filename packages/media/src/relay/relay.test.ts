import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeRtp } from '../rtp/packet.ts';
import type { RelayEvent } from './relay.ts';
import { Bench, format, Phone } from './relay-fixture.ts';
import type { LegId } from './types.ts';

const ALICE = '192.0.2.10';
const BOB = '198.51.100.20';

function pair(): { alice: Phone; bob: Phone; bench: Bench } {
  const [alice, bob] = [new Phone('alice', ALICE), new Phone('bob', BOB)];
  return { alice, bob, bench: new Bench(alice, bob) };
}

test('sound passes both ways, from the third packet on', () => {
  const { alice, bob, bench } = pair();
  for (let i = 0; i < 10; i++) {
    bench.speak(alice);
    bench.speak(bob);
  }
  assert.equal(bob.heard.length, 8);
  assert.equal(alice.heard.length, 8);
  assert.equal(bench.dropped(alice, 'source'), 2);
  assert.deepEqual(
    Array.from(bob.heard[0]?.payload ?? []),
    Array.from({ length: 160 }, () => 10_002 & 0xff),
  );
});

test('numbers, SSRC and payload types are of each leg, timestamps pass', () => {
  const alice = new Phone('alice', ALICE);
  const bob = new Phone('bob', BOB, {
    receives: [format(0, 'PCMU'), format(96, 'TELEPHONE-EVENT')],
    sends: [format(0, 'PCMU'), format(96, 'TELEPHONE-EVENT')],
  });
  const bench = new Bench(alice, bob);
  bench.speak(alice, 5);
  bench.receive(alice, alice.packet(101, new Uint8Array([5, 10, 0, 160])));
  const numbers = bob.heard.map((packet) => packet.sequenceNumber);
  assert.deepEqual(
    numbers.map((number) => number - (numbers[0] ?? 0)),
    [0, 1, 2, 3],
  );
  assert.ok((numbers[0] ?? 0) < 0x8000);
  assert.equal(new Set(bob.heard.map((packet) => packet.ssrc)).size, 1);
  assert.notEqual(bob.heard[0]?.ssrc, alice.ssrc);
  assert.deepEqual(
    bob.heard.map((packet) => packet.timestamp),
    [3, 4, 5, 6].map((i) => (10_000 + i) * 160),
  );
  assert.deepEqual(
    bob.heard.map((packet) => packet.payloadType),
    [0, 0, 0, 96],
  );
  assert.deepEqual(
    bob.heard.map((packet) => packet.marker),
    [true, false, false, false],
  );
});

test('a payload type that was not negotiated, or that the other leg does not have, stays out', () => {
  const alice = new Phone('alice', ALICE, { receives: [format(0, 'PCMU'), format(9, 'G722')] });
  const bob = new Phone('bob', BOB);
  const bench = new Bench(alice, bob);
  bench.speak(alice, 3);
  assert.ok(!bench.receive(alice, alice.packet(8)));
  assert.ok(!bench.receive(alice, alice.packet(9)));
  assert.equal(bench.dropped(alice, 'payload-type'), 2);
});

test('key presses at another clock rate are not taken for the same', () => {
  const opus = [format(0, 'PCMU'), format(110, 'TELEPHONE-EVENT', 48_000), format(101, 'TELEPHONE-EVENT')];
  const alice = new Phone('alice', ALICE, { receives: opus });
  const bob = new Phone('bob', BOB);
  const bench = new Bench(alice, bob);
  bench.speak(alice, 3);
  assert.ok(!bench.receive(alice, alice.packet(110, new Uint8Array(4))));
  assert.ok(bench.receive(alice, alice.packet(101, new Uint8Array(4))));
});

test('gaps stay gaps, and what comes late goes out late', () => {
  const { alice, bob, bench } = pair();
  bench.speak(alice, 3);
  const [first, lost, second] = [alice.packet(), alice.packet(), alice.packet()];
  const late = alice.packet();
  const last = alice.packet();
  for (const packet of [first, second, last, late]) bench.receive(alice, packet);
  assert.equal(lost.length, 172);
  const start = bob.heard[0]?.sequenceNumber ?? 0;
  assert.deepEqual(
    bob.heard.map((packet) => packet.sequenceNumber - start),
    [0, 1, 3, 5, 4],
  );
  assert.equal(bench.leg(alice).statistics().packetsLost, 1);
});

test('a stream that begins anew is a new stream for the other leg', () => {
  const { alice, bob, bench } = pair();
  bench.speak(alice, 5);
  alice.sequenceNumber = 50_000;
  bench.speak(alice, 5);
  assert.equal(bob.heard.length, 3 + 4);
  const ssrcs = bob.heard.map((packet) => packet.ssrc);
  assert.equal(new Set(ssrcs).size, 2);
  assert.equal(ssrcs[0], ssrcs[2]);
  assert.equal(ssrcs[3], ssrcs[6]);
});

test('on hold nothing passes, and it is counted as held', () => {
  const { alice, bob, bench } = pair();
  bench.speak(alice, 3);
  bench.speak(bob, 3);
  bench.configure(bob, { generation: 2, listening: false, talking: false });
  bench.speak(alice, 4);
  bench.speak(bob, 4);
  assert.equal(bob.heard.length, 1);
  assert.equal(alice.heard.length, 1);
  assert.equal(bench.dropped(alice, 'hold'), 4);
  assert.equal(bench.dropped(bob, 'hold'), 4);
});

test('a leg that is joined to nobody, and one that is not described yet, send nothing', () => {
  const [alice, bob, carol] = [
    new Phone('alice', ALICE),
    new Phone('bob', BOB),
    new Phone('carol', '192.0.2.9'),
  ];
  const bench = new Bench(alice, bob, carol);
  bench.speak(carol, 4);
  assert.equal(bench.dropped(carol, 'unjoined'), 2);
  const bare = bench.relay.openLeg('dave' as LegId, 'dave');
  assert.equal(bench.relay.receive(bare, 'rtp', carol.packet(), '192.0.2.9', 4_000, bench.now), undefined);
  assert.equal(bare.counters.dropped.source, 1);
  bench.relay.joinLegs(bench.leg(carol), bare);
  bench.speak(carol);
  assert.equal(bench.dropped(carol, 'no-target'), 1);
});

test('after a transfer the sound of another leg is another stream, and the old leg is left alone', () => {
  const [alice, bob, carol] = [
    new Phone('alice', ALICE),
    new Phone('bob', BOB),
    new Phone('carol', '192.0.2.9'),
  ];
  const bench = new Bench(alice, bob, carol);
  bench.speak(alice, 5);
  bench.join(carol, bob);
  bench.speak(carol, 5);
  bench.speak(alice, 5);
  assert.equal(bob.heard.length, 6);
  assert.equal(new Set(bob.heard.map((packet) => packet.ssrc)).size, 2);
  assert.equal(bench.dropped(alice, 'unjoined'), 5);
});

test('each leg that hears a phone has another SSRC for it', () => {
  const [alice, bob, carol] = [
    new Phone('alice', ALICE),
    new Phone('bob', BOB),
    new Phone('carol', '192.0.2.9'),
  ];
  const bench = new Bench(alice, bob, carol);
  bench.speak(alice, 5);
  bench.join(alice, carol);
  bench.speak(alice, 5);
  assert.equal(carol.heard.length, 5);
  assert.notEqual(carol.heard[0]?.ssrc, bob.heard[0]?.ssrc);
});

test('a leg that is described anew gets the payload types that it says now', () => {
  const { alice, bob, bench } = pair();
  bench.speak(alice, 3);
  bench.configure(bob, { generation: 2, sends: [format(100, 'PCMU')] });
  bench.speak(alice, 1);
  assert.deepEqual(
    bob.heard.map((packet) => packet.payloadType),
    [0, 100],
  );
});

test('where nothing has come from, only a signalled target is sent to, and not for ever', () => {
  const { alice, bob, bench } = pair();
  bench.speak(alice, 600);
  assert.equal(bob.heard.length, 501);
  assert.equal(bench.dropped(alice, 'no-target'), 97);
  bench.configure(bob, { generation: 2 });
  bench.speak(alice, 10);
  assert.equal(bob.heard.length, 511);
  bench.configure(bob, { target: undefined });
  bench.speak(alice, 10);
  assert.equal(bob.heard.length, 511);
  bench.configure(bob, { target: { address: BOB, port: 53 } });
  bench.speak(alice, 10);
  assert.equal(bob.heard.length, 511);
  bench.speak(bob, 3);
  bench.speak(alice, 10);
  assert.equal(bob.heard.length, 521);
});

test('a leg that only listens is sent to as long as it lasts', () => {
  const { alice, bob, bench } = pair();
  bench.configure(bob, { listening: false });
  bench.speak(alice, 1_000);
  assert.equal(bob.heard.length, 998);
});

test('silence is told once, and so is its end', () => {
  const { alice, bench } = pair();
  const events: RelayEvent[] = [];
  const run = (ms: number): void => {
    for (const end = bench.now + ms; bench.now < end; bench.now += 500) {
      events.push(...bench.relay.sweep(bench.now).filter((event) => event.leg === 'alice'));
    }
  };
  run(4_500);
  assert.deepEqual(events, []);
  run(4_500);
  assert.deepEqual(events, [{ kind: 'leg-silent', leg: 'alice' }]);
  bench.speak(alice, 3);
  run(4_500);
  assert.deepEqual(events.slice(1), [{ kind: 'leg-heard', leg: 'alice' }]);
  bench.configure(alice, { generation: 2, listening: false });
  run(20_000);
  assert.equal(events.length, 2);
  bench.configure(alice, { generation: 3, listening: true });
  run(4_500);
  assert.equal(events.length, 2);
  run(4_500);
  assert.equal(events.length, 3);
});

test('what is counted on a leg is told at its end and stays in the totals', () => {
  const { alice, bob, bench } = pair();
  for (let i = 0; i < 50; i++) {
    bench.receive(alice, alice.packet());
    bench.now += i % 2 === 0 ? 25 : 15;
  }
  bench.receive(alice, new Uint8Array(5));
  const statistics = bench.relay.closeLeg(bench.leg(alice));
  assert.equal(statistics.packetsReceived, 48);
  assert.equal(statistics.bytesReceived, 48 * 172);
  assert.equal(statistics.packetsLost, 0);
  assert.equal(statistics.dropped.malformed, 1);
  assert.ok(Math.abs(statistics.jitterMs - 5) < 0.5, String(statistics.jitterMs));
  assert.equal(bench.leg(bob).statistics().packetsSent, 48);
  const totals = bench.relay.totals();
  assert.equal(totals.legs, 1);
  assert.equal(totals.packetsReceived, 48);
  assert.equal(totals.packetsSent, 48);
  assert.equal(totals.dropped.malformed, 1);
});

test('padding that is longer than what it pads, or of no length, is malformed', () => {
  const { alice, bob, bench } = pair();
  bench.speak(alice, 3);
  const heard = bob.heard.length;
  for (const padding of [0, 161, 255]) {
    const packet = alice.packet();
    packet[0] = (packet[0] ?? 0) | 0x20;
    packet[packet.length - 1] = padding;
    bench.receive(alice, packet);
  }
  assert.equal(bench.dropped(alice, 'malformed'), 3);
  assert.equal(bob.heard.length, heard);
});

test('any bytes from anywhere are taken or counted, never thrown at', () => {
  const { alice, bench } = pair();
  bench.speak(alice, 3);
  const valid = writeRtp(
    { payloadType: 0, marker: false, sequenceNumber: 10_004, timestamp: 0, ssrc: alice.ssrc },
    new Uint8Array(20),
  );
  const mutated = fc.array(fc.tuple(fc.nat(31), fc.nat(255)), { maxLength: 6 }).map((changes) => {
    const packet = Uint8Array.from(valid);
    for (const [at, byte] of changes) packet[at] = byte;
    return packet;
  });
  const bytesArb = fc.oneof(mutated, fc.uint8Array({ maxLength: 300 }));
  const channelArb = fc.constantFrom('rtp' as const, 'rtcp' as const);
  fc.assert(
    fc.property(bytesArb, channelArb, fc.constantFrom(ALICE, BOB), (bytes, channel, address) => {
      const before = bench.relay.totals();
      const sent = bench.receive(alice, bytes, address, 4_000, channel) ? 1 : 0;
      const after = bench.relay.totals();
      const dropped = (totals: typeof after): number =>
        Object.values(totals.dropped).reduce((sum, count) => sum + count, 0);
      assert.equal(sent + dropped(after) - dropped(before), 1);
    }),
    { numRuns: 500 },
  );
});
