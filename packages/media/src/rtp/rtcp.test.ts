import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRtcp, type Report, readReport, startsLikeRtcp, writeReport } from './rtcp.ts';

const u32 = fc.nat(0xffff_ffff);
const blockArb = fc.record(
  {
    ssrc: u32,
    fractionLost: fc.nat(255),
    cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    highestSequence: u32,
    jitterTicks: u32,
    lastReport: u32,
    delaySinceLast: u32,
  },
  { noNullPrototype: true },
);
const reportArb: fc.Arbitrary<Report> = fc.record(
  {
    ssrc: u32,
    sender: fc.option(
      fc.record(
        { ntpSeconds: u32, ntpFraction: u32, timestamp: u32, packets: u32, octets: u32 },
        { noNullPrototype: true },
      ),
      { nil: undefined },
    ),
    blocks: fc.array(blockArb, { maxLength: 4 }),
  },
  { noNullPrototype: true },
);

test('what is written is a whole compound packet and reads back', () => {
  fc.assert(
    fc.property(reportArb, fc.integer({ min: 1, max: 40 }), (report, nameBytes) => {
      const packet = writeReport(report, 'n'.repeat(nameBytes));
      assert.equal(packet.length % 4, 0);
      assert.ok(isRtcp(packet));
      assert.deepEqual(readReport(packet), report);
    }),
  );
});

test('short RTCP is no RTCP: it can name no sender', () => {
  const packet = writeReport({ ssrc: 1, sender: undefined, blocks: [] }, 'x');
  for (let length = 0; length < 8; length++) assert.ok(!startsLikeRtcp(packet.subarray(0, length)));
  assert.ok(isRtcp(packet.subarray(0, 8)));
});

test('a compound packet begins with a report, ends with its last part, and only that may be padded', () => {
  const packet = writeReport({ ssrc: 1, sender: undefined, blocks: [] }, 'abc');
  const sourceDescription = packet.subarray(8);
  assert.ok(!isRtcp(sourceDescription));
  assert.ok(!isRtcp(Buffer.concat([packet, Buffer.from([0x80])])));
  assert.ok(!isRtcp(packet.subarray(0, packet.length - 4)));
  const padded = Uint8Array.from(packet);
  padded[8] = 0xa1;
  assert.ok(isRtcp(padded));
  const bye = Buffer.from([0x81, 203, 0, 1, 0, 0, 0, 1]);
  assert.ok(isRtcp(Buffer.concat([packet, bye])));
  assert.ok(!isRtcp(Buffer.concat([padded, bye])));
});

test('a report that says that it has more blocks than it has room for is refused', () => {
  const packet = writeReport({ ssrc: 1, sender: undefined, blocks: [] }, 'abc');
  packet[0] = 0x80 | 5;
  assert.ok(!isRtcp(packet));
});

test('any bytes give an answer, and what is accepted can be read', () => {
  const near = fc.tuple(reportArb, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }));
  fc.assert(
    fc.property(near, ([report, changes]) => {
      const packet = writeReport(report, 'name');
      for (const [at, byte] of changes) packet[at % packet.length] = byte;
      if (isRtcp(packet)) readReport(packet);
    }),
    { numRuns: 500 },
  );
});
