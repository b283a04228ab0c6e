import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  looksLikeRtcp,
  MAX_PACKET_BYTES,
  readRtp,
  rtpHeaderBytes,
  rtpPayloadBytes,
  setPayloadType,
  setSequenceNumber,
  setSsrc,
  writeRtp,
} from './packet.ts';

const fieldsArb = fc.record(
  {
    payloadType: fc.nat(127),
    marker: fc.boolean(),
    sequenceNumber: fc.nat(0xffff),
    timestamp: fc.nat(0xffff_ffff),
    ssrc: fc.nat(0xffff_ffff),
  },
  { noNullPrototype: true },
);

test('what is written is read back', () => {
  fc.assert(
    fc.property(fieldsArb, fc.uint8Array({ maxLength: 200 }), (fields, payload) => {
      const packet = readRtp(writeRtp(fields, payload));
      assert.deepEqual(
        { ...packet, payload: Array.from(packet?.payload ?? []) },
        {
          ...fields,
          payload: Array.from(payload),
        },
      );
    }),
  );
});

test('contributing sources and extension belong to the header', () => {
  const plain = writeRtp(
    { payloadType: 0, marker: false, sequenceNumber: 1, timestamp: 2, ssrc: 3 },
    new Uint8Array(40),
  );
  assert.equal(rtpHeaderBytes(plain), 12);
  const sources = Uint8Array.from(plain);
  sources[0] = 0x83;
  assert.equal(rtpHeaderBytes(sources), 24);
  const extended = Uint8Array.from(plain);
  extended[0] = 0x90;
  extended[15] = 2;
  assert.equal(rtpHeaderBytes(extended), 24);
});

test('what is cut off, too long or of another version is no RTP', () => {
  const packet = writeRtp(
    { payloadType: 0, marker: false, sequenceNumber: 1, timestamp: 2, ssrc: 3 },
    new Uint8Array(4),
  );
  assert.equal(rtpHeaderBytes(packet.subarray(0, 11)), -1);
  const stun = Uint8Array.from(packet);
  stun[0] = 0;
  assert.equal(rtpHeaderBytes(stun), -1);
  const sources = Uint8Array.from(packet);
  sources[0] = 0x8f;
  assert.equal(rtpHeaderBytes(sources), -1);
  const extension = Uint8Array.from(packet);
  extension[0] = 0x90;
  extension[14] = 0xff;
  assert.equal(rtpHeaderBytes(extension), -1);
  assert.equal(rtpHeaderBytes(new Uint8Array(MAX_PACKET_BYTES + 1).fill(0x80, 0, 1)), -1);
});

test('padding is taken off, and padding longer than the payload is refused', () => {
  const padded = writeRtp(
    { payloadType: 0, marker: false, sequenceNumber: 1, timestamp: 2, ssrc: 3 },
    new Uint8Array([1, 2, 3, 2]),
  );
  padded[0] = 0xa0;
  assert.equal(rtpPayloadBytes(padded, 12), 2);
  padded[15] = 5;
  assert.equal(rtpPayloadBytes(padded, 12), -1);
  padded[15] = 0;
  assert.equal(readRtp(padded), undefined);
});

test('fields are changed where they lie, and the marker stays', () => {
  fc.assert(
    fc.property(fieldsArb, fieldsArb, (before, after) => {
      const packet = writeRtp(before, new Uint8Array(2));
      setPayloadType(packet, after.payloadType);
      setSequenceNumber(packet, after.sequenceNumber);
      setSsrc(packet, after.ssrc);
      const read = readRtp(packet);
      assert.equal(read?.marker, before.marker);
      assert.equal(read?.payloadType, after.payloadType);
      assert.equal(read?.sequenceNumber, after.sequenceNumber);
      assert.equal(read?.ssrc, after.ssrc);
      assert.equal(read?.timestamp, before.timestamp);
    }),
  );
});

test('RFC 5761 4: packet types 192 to 223 are RTCP', () => {
  assert.ok(looksLikeRtcp(Uint8Array.from([0x80, 200])));
  assert.ok(looksLikeRtcp(Uint8Array.from([0x80, 223])));
  assert.ok(!looksLikeRtcp(Uint8Array.from([0x80, 0x80])));
  assert.ok(!looksLikeRtcp(Uint8Array.from([0x80, 224])));
  assert.ok(!looksLikeRtcp(Uint8Array.from([0x80])));
});

test('any bytes give a length inside the packet or -1', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const header = rtpHeaderBytes(bytes);
      assert.ok(header === -1 || (header >= 12 && header <= bytes.length));
      if (header >= 0) assert.ok(rtpPayloadBytes(bytes, header) <= bytes.length - header);
    }),
    { numRuns: 1_000 },
  );
});
