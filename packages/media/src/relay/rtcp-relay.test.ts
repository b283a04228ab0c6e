import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { type ReportBlock, readReport, writeReport } from '../rtp/rtcp.ts';
import { Bench, Phone } from './relay-fixture.ts';

const ALICE = '192.0.2.10';
const BOB = '198.51.100.20';
const SENDER = { ntpSeconds: 10, ntpFraction: 20, timestamp: 30, packets: 40, octets: 50 };

function call(rtcpMux = false): { alice: Phone; bob: Phone; bench: Bench } {
  const [alice, bob] = [new Phone('alice', ALICE, { rtcpMux }), new Phone('bob', BOB, { rtcpMux })];
  const bench = new Bench(alice, bob);
  bench.speak(alice, 10);
  bench.speak(bob, 10);
  return { alice, bob, bench };
}

function block(ssrc: number, highestSequence: number): ReportBlock {
  return {
    ssrc,
    highestSequence,
    fractionLost: 1,
    cumulativeLost: -2,
    jitterTicks: 3,
    lastReport: 4,
    delaySinceLast: 5,
  };
}

test('a report reaches the other leg with the SSRCs and numbers that it knows, and without names', () => {
  const { alice, bob, bench } = call();
  const heardByAlice = alice.heard.at(-1);
  assert.ok(heardByAlice !== undefined);
  const blocks = [block(heardByAlice.ssrc, heardByAlice.sequenceNumber), block(0x7777, 1)];
  const report = writeReport({ ssrc: alice.ssrc, sender: SENDER, blocks }, 'alice@10.0.0.5');
  assert.ok(bench.receive(alice, report, ALICE, 4_001, 'rtcp'));
  const [told] = bob.reports;
  assert.ok(told !== undefined);
  assert.ok(!Buffer.from(told).includes('alice'));
  const { ssrc, sender, blocks: told2 } = readReport(told);
  assert.equal(ssrc, bob.heard[0]?.ssrc);
  assert.deepEqual(sender, SENDER);
  assert.equal(told2.length, 1);
  assert.equal(told2[0]?.ssrc, bob.ssrc);
  assert.equal((told2[0]?.highestSequence ?? 0) & 0xffff, bob.sequenceNumber);
  assert.equal(told2[0]?.cumulativeLost, -2);
});

test('RTCP is believed only from the address of the RTP and with its SSRC, then only from one port', () => {
  const { alice, bob, bench } = call();
  const of = (ssrc: number): Uint8Array => writeReport({ ssrc, sender: SENDER, blocks: [] }, 'x');
  assert.ok(!bench.receive(alice, of(alice.ssrc), '203.0.113.66', 4_001, 'rtcp'));
  assert.ok(!bench.receive(alice, of(0x6666), ALICE, 4_001, 'rtcp'));
  assert.ok(bench.receive(alice, of(alice.ssrc), ALICE, 4_777, 'rtcp'));
  assert.ok(!bench.receive(alice, of(alice.ssrc), ALICE, 4_001, 'rtcp'));
  assert.ok(bench.receive(alice, of(alice.ssrc), ALICE, 4_777, 'rtcp'));
  assert.equal(bench.dropped(alice, 'source'), 2 + 3);
  assert.equal(bob.reports.length, 2);
});

test('RTCP to a phone goes to where its RTCP came from, else to what it signalled', () => {
  const { alice, bob, bench } = call();
  const targets: number[] = [];
  const send = (from: Phone, port: number): void => {
    const bytes = writeReport({ ssrc: from.ssrc, sender: SENDER, blocks: [] }, 'x');
    const out = bench.relay.receive(bench.leg(from), 'rtcp', bytes, from.address, port, bench.now);
    assert.equal(out?.channel, 'rtcp');
    targets.push(out?.port ?? 0);
  };
  send(alice, 4_001);
  send(bob, 9_999);
  send(alice, 4_001);
  assert.deepEqual(targets, [4_001, 4_001, 9_999]);
});

test('RFC 5761: with rtcp-mux RTCP shares the port of RTP, and without it does not', () => {
  const mux = call(true);
  const report = writeReport({ ssrc: mux.alice.ssrc, sender: SENDER, blocks: [] }, 'x');
  assert.ok(mux.bench.receive(mux.alice, Uint8Array.from(report)));
  assert.equal(mux.bob.reports.length, 1);
  assert.ok(!mux.bench.receive(mux.alice, Uint8Array.from(report), ALICE, 6_666));
  mux.bench.now += 5_000;
  assert.ok(!mux.bench.receive(mux.alice, Uint8Array.from(report), ALICE, 6_666));
  assert.equal(mux.bench.leg(mux.alice).rtpSource.port, mux.alice.port);
  const separate = call(false);
  assert.ok(!separate.bench.receive(separate.alice, report));
});

test('short and broken RTCP is malformed, from inside too', () => {
  const { alice, bob, bench } = call();
  const report = writeReport({ ssrc: alice.ssrc, sender: SENDER, blocks: [] }, 'x');
  for (let length = 0; length < 12; length++) {
    assert.ok(!bench.receive(alice, Uint8Array.from(report.subarray(0, length)), ALICE, 4_001, 'rtcp'));
  }
  const bye = Uint8Array.from([0x81, 203, 0, 1, ...report.subarray(4, 8)]);
  assert.ok(!bench.receive(alice, bye, ALICE, 4_001, 'rtcp'));
  assert.equal(bench.dropped(alice, 'malformed'), 13);
  assert.equal(bob.reports.length, 0);
  bench.speak(alice, 3);
  assert.equal(bob.heard.length, 11);
});

test('a goodbye and whatever else follows a report does not go on', () => {
  const { alice, bob, bench } = call();
  const report = writeReport({ ssrc: alice.ssrc, sender: undefined, blocks: [] }, 'x');
  const bye = Buffer.from([0x81, 203, 0, 1, 1, 2, 3, 4]);
  assert.ok(bench.receive(alice, Buffer.concat([report, bye]), ALICE, 4_001, 'rtcp'));
  const types: number[] = [];
  const told = Buffer.from(bob.reports[0] ?? []);
  for (let at = 0; at < told.length; at += 4 * (told.readUInt16BE(at + 2) + 1))
    types.push(told.readUInt8(at + 1));
  assert.deepEqual(types, [201, 202]);
});

test('a leg that sends RTCP alone is not silent', () => {
  const { alice, bench } = call();
  for (let i = 0; i < 10; i++) {
    const report = writeReport({ ssrc: alice.ssrc, sender: undefined, blocks: [] }, 'x');
    bench.receive(alice, report, ALICE, 4_001, 'rtcp');
    bench.now += 4_000;
    assert.ok(!bench.relay.sweep(bench.now).some((event) => event.leg === 'alice'));
  }
});
