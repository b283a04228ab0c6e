import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeRtp } from '../rtp/packet.ts';
import { writeReport } from '../rtp/rtcp.ts';
import { Bench, Phone } from './relay-fixture.ts';

const ALICE = '192.0.2.10';
const BOB = '198.51.100.20';
const STRANGER = '203.0.113.66';
/** Forged sound is told from the phones' by its length. */
const FORGED_BYTES = 99;

function call(): { alice: Phone; bob: Phone; bench: Bench } {
  const [alice, bob] = [new Phone('alice', ALICE), new Phone('bob', BOB)];
  return { alice, bob, bench: new Bench(alice, bob) };
}

function forged(sequenceNumber: number, ssrc = 0x6666_6666): Uint8Array {
  const fields = { payloadType: 0, marker: false, timestamp: sequenceNumber * 160, ssrc };
  return writeRtp({ ...fields, sequenceNumber: sequenceNumber & 0xffff }, new Uint8Array(FORGED_BYTES));
}

/** A spray of the published kind: many packets to each port between the real ones, from the sprayer's address. */
function spray(incrementing: boolean, address: string): { played: number; astray: number; heard: number } {
  const { alice, bob, bench } = call();
  let sequenceNumber = 100;
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < 40; i++) {
      if (incrementing) sequenceNumber++;
      for (const phone of [alice, bob]) bench.receive(phone, forged(sequenceNumber), address, 6_666);
    }
    // The call begins while the spray is under way already.
    if (round < 20) continue;
    bench.receive(alice, alice.packet());
    bench.receive(bob, bob.packet());
    bench.now += 20;
  }
  const played = [...alice.heard, ...bob.heard].filter(
    (packet) => packet.payload.length === FORGED_BYTES,
  ).length;
  const stolen = [...alice.heard, ...bob.heard].filter((packet) => packet.port === 6_666).length;
  return { played, astray: bench.astray.length + stolen, heard: alice.heard.length + bob.heard.length };
}

test('RTP bleed: a spray from a foreign address plays nothing and gets nothing, with fixed or rising numbers', () => {
  for (const incrementing of [false, true]) {
    assert.deepEqual(spray(incrementing, STRANGER), { played: 0, astray: 0, heard: 2 * 178 });
  }
});

test('RTP bleed: not even from an address that is allowed does a spray take over a call that runs', () => {
  for (const incrementing of [false, true]) {
    const { alice, bob, bench } = call();
    bench.speak(alice, 3);
    bench.speak(bob, 3);
    for (let i = 0; i < 500; i++) {
      bench.receive(alice, forged(incrementing ? i : 7), ALICE, 6_666);
      bench.receive(alice, forged(incrementing ? i : 7), ALICE, alice.port);
      bench.receive(alice, alice.packet());
      bench.receive(bob, bob.packet());
      bench.now += 20;
    }
    assert.ok(bob.heard.every((packet) => packet.payload.length !== FORGED_BYTES));
    assert.equal(bob.heard.length, 501);
    assert.ok(alice.heard.every((packet) => packet.port === alice.port));
  }
});

test('another address is not learned in any silence; a media network that is allowed is', () => {
  const { alice, bench } = call();
  bench.speak(alice, 3);
  bench.now += 60_000;
  for (let i = 0; i < 10; i++) bench.receive(alice, forged(i), STRANGER, 4_000);
  assert.equal(bench.leg(alice).rtpSource.address, ALICE);
  bench.configure(alice, { generation: 2, allowedSources: [ALICE, '203.0.113.0/24', '2001:DB8::0:7'] });
  for (let i = 0; i < 10; i++) bench.receive(alice, forged(i), STRANGER, 4_000);
  assert.equal(bench.leg(alice).rtpSource.address, STRANGER);
  bench.now += 3_000;
  bench.configure(alice, { generation: 3 });
  for (let i = 20; i < 30; i++) bench.receive(alice, forged(i), '2001:db8::7', 4_000);
  assert.equal(bench.leg(alice).rtpSource.address, '2001:db8::7');
});

test('an address that is no longer allowed is forgotten at once', () => {
  const { alice, bob, bench } = call();
  bench.speak(alice, 3);
  bench.speak(bob, 3);
  bench.configure(alice, { generation: 2, allowedSources: ['192.0.2.99'], target: undefined });
  bench.speak(alice, 5);
  bench.speak(bob, 5);
  assert.equal(bob.heard.length, 1);
  assert.equal(alice.heard.length, 1);
});

test('a NAT that changes the port is followed after two seconds of silence, not before', () => {
  const { alice, bob, bench } = call();
  bench.speak(alice, 3);
  alice.port = 5_000;
  bench.speak(alice, 99);
  assert.equal(bob.heard.length, 1);
  bench.speak(alice, 10);
  assert.ok(bob.heard.length >= 8, String(bob.heard.length));
  bench.speak(bob, 3);
  assert.equal(alice.heard.at(-1)?.port, 5_000);
});

test('after a new description a phone that moves its port is followed within a few packets', () => {
  const { alice, bob, bench } = call();
  bench.speak(alice, 50);
  bench.configure(alice, { generation: 2 });
  bench.speak(alice, 4);
  alice.port = 5_000;
  alice.ssrc++;
  const before = bob.heard.length;
  bench.speak(alice, 10);
  assert.ok(bob.heard.length - before >= 7, String(bob.heard.length - before));
});

test('after a new description a phone that stays is not disturbed, and nobody else gets in', () => {
  const { alice, bob, bench } = call();
  bench.speak(alice, 50);
  bench.configure(alice, { generation: 2 });
  for (let i = 0; i < 100; i++) {
    bench.receive(alice, forged(i), ALICE, 6_666);
    bench.speak(alice);
  }
  assert.equal(bob.heard.length, 148);
  assert.ok(bob.heard.every((packet) => packet.payload.length !== FORGED_BYTES));
});

test('a phone behind NAT is learned though it signalled another port, and is then sent to there', () => {
  const { alice, bob, bench } = call();
  alice.port = 40_123;
  bench.speak(bob, 5);
  assert.ok(alice.heard.every((packet) => packet.port === 4_000));
  bench.speak(alice, 3);
  bench.speak(bob, 1);
  assert.equal(alice.heard.at(-1)?.port, 40_123);
});

test('loss and reordering at the beginning delay the learning and do not prevent it', () => {
  const { alice, bob, bench } = call();
  const packets = Array.from({ length: 20 }, () => alice.packet());
  for (const [i, packet] of packets.entries()) {
    if (i % 3 !== 1) bench.receive(alice, packet);
  }
  assert.equal(bob.heard.length, 11);
});

test('a packet far out of its order is dropped, and the stream goes on', () => {
  const { alice, bob, bench } = call();
  bench.speak(alice, 10);
  for (const number of [40_000, 30_000, 20_000]) bench.receive(alice, forged(number, alice.ssrc));
  bench.speak(alice, 5);
  assert.equal(bob.heard.length, 8 + 5);
  assert.equal(bench.dropped(alice, 'source'), 2 + 3);
});

test('another address, though allowed, takes over only after a new description', () => {
  const { alice, bench } = call();
  const other = '192.0.2.77';
  bench.configure(alice, { allowedSources: [ALICE, other] });
  bench.speak(alice, 3);
  bench.now += 60_000;
  for (let i = 0; i < 10; i++) bench.receive(alice, forged(i), other, 4_000);
  assert.equal(bench.leg(alice).rtpSource.address, ALICE);
  bench.configure(alice, { generation: 2 });
  for (let i = 0; i < 10; i++) bench.receive(alice, forged(i), other, 4_000);
  assert.equal(bench.leg(alice).rtpSource.address, other);
});

test('another SSRC from the right port, with numbers that would fit, is not played', () => {
  const { alice, bob, bench } = call();
  bench.speak(alice, 10);
  for (let i = 0; i < 20; i++) {
    bench.receive(alice, forged(alice.sequenceNumber + 1));
    bench.speak(alice);
  }
  assert.equal(bob.heard.length, 28);
  assert.ok(bob.heard.every((packet) => packet.payload.length !== FORGED_BYTES));
});

test('the same packet over and over earns nothing', () => {
  const { alice, bench } = call();
  for (let i = 0; i < 100; i++) bench.receive(alice, forged(7), ALICE, 6_666);
  assert.ok(!bench.leg(alice).rtpSource.known);
});

test('when the RTP moves to another address, the port of RTCP is learned anew', () => {
  const { alice, bench } = call();
  const moved = '192.0.2.77';
  bench.configure(alice, { allowedSources: [ALICE, moved] });
  bench.speak(alice, 3);
  const report = writeReport({ ssrc: alice.ssrc, sender: undefined, blocks: [] }, 'x');
  assert.ok(bench.receive(alice, Uint8Array.from(report), ALICE, 4_001, 'rtcp'));
  bench.configure(alice, { generation: 2 });
  bench.now += 100;
  for (let i = 0; i < 3; i++) bench.receive(alice, forged(i), moved, 4_000);
  assert.ok(!bench.leg(alice).rtcpSource.known);
});
