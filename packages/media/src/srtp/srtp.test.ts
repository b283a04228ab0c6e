import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeRtp } from '../rtp/packet.ts';
import { writeReport } from '../rtp/rtcp.ts';
import { newCrypto } from '../sdp/srtp-choice.ts';
import type { CryptoAttribute, SrtpSuite } from '../sdp/types.ts';
import { SRTP_OVERHEAD_BYTES, SrtpReceiver, SrtpSender } from './srtp.ts';

const SUITES: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];

let drawn = 1;
const random = {
  bytes: (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => (drawn = (drawn * 69_069 + 1) >>> 0) >>> 24),
};

function key(suite: SrtpSuite): CryptoAttribute {
  return newCrypto(suite, 1, random);
}

function rtp(sequenceNumber: number, ssrc = 0xcafe, fill = 0x5a): Uint8Array {
  const fields = { payloadType: 0, marker: false, timestamp: sequenceNumber * 160, ssrc };
  return writeRtp({ ...fields, sequenceNumber: sequenceNumber & 0xffff }, new Uint8Array(160).fill(fill));
}

function protect(sender: SrtpSender, packet: Uint8Array): Uint8Array {
  const result = sender.protectRtp(packet, new Uint8Array(packet.length + SRTP_OVERHEAD_BYTES));
  assert.ok(typeof result !== 'string', String(result));
  return result;
}

for (const suite of SUITES) {
  test(`${suite}: a stream passes, through loss, reordering and the wrap of its numbers`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 65_400, max: 65_535 }),
        fc.array(fc.constantFrom('send', 'lose', 'swap'), { minLength: 1, maxLength: 300 }),
        (start, fates) => {
          const attribute = key(suite);
          const [sender, receiver] = [new SrtpSender(attribute), new SrtpReceiver(attribute)];
          let held: { sealed: Uint8Array; plain: Uint8Array } | undefined;
          const deliver = (sealed: Uint8Array, plain: Uint8Array): void => {
            const opened = receiver.unprotectRtp(sealed);
            assert.deepEqual(opened, plain);
          };
          deliver(protect(sender, rtp(start)), rtp(start));
          for (const [i, fate] of fates.entries()) {
            const plain = rtp(start + 1 + i);
            const sealed = protect(sender, plain);
            if (fate === 'lose') continue;
            if (fate === 'swap' && held === undefined) {
              held = { sealed, plain };
              continue;
            }
            deliver(sealed, plain);
            if (held !== undefined) deliver(held.sealed, held.plain);
            held = undefined;
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test(`${suite}: whatever is changed in a packet, it is refused and nothing is learned from it`, () => {
    const attribute = key(suite);
    const [sender, receiver] = [new SrtpSender(attribute), new SrtpReceiver(attribute)];
    const sealed = protect(sender, rtp(1));
    for (let at = 0; at < sealed.length; at++) {
      const changed: Uint8Array = Uint8Array.from(sealed);
      changed[at] = (changed[at] as number) ^ 0x01;
      assert.equal(typeof receiver.unprotectRtp(changed), 'string', `byte ${at}`);
    }
    const future = Uint8Array.from(sealed);
    future[2] = 0x70;
    assert.equal(receiver.unprotectRtp(future), 'authentication');
    assert.deepEqual(receiver.unprotectRtp(Uint8Array.from(sealed)), rtp(1));
    assert.equal(receiver.unprotectRtp(Uint8Array.from(sealed)), 'replay');
  });

  test(`${suite}: RTCP passes once, and is refused when changed, in the clear or too short`, () => {
    const attribute = key(suite);
    const [sender, receiver] = [new SrtpSender(attribute), new SrtpReceiver(attribute)];
    const plain = writeReport({ ssrc: 7, sender: undefined, blocks: [] }, 'a name of twenty or more');
    const out = new Uint8Array(plain.length + SRTP_OVERHEAD_BYTES);
    const sealed = sender.protectRtcp(plain, out);
    assert.ok(typeof sealed !== 'string');
    for (let at = 0; at < sealed.length; at++) {
      const changed: Uint8Array = Uint8Array.from(sealed);
      changed[at] = (changed[at] as number) ^ 0x80;
      assert.equal(typeof receiver.unprotectRtcp(changed), 'string', `byte ${at}`);
    }
    assert.equal(receiver.unprotectRtcp(Uint8Array.from(plain)), 'authentication');
    for (let length = 0; length < 28; length++) {
      assert.equal(typeof receiver.unprotectRtcp(Uint8Array.from(sealed.subarray(0, length))), 'string');
    }
    assert.deepEqual(receiver.unprotectRtcp(Uint8Array.from(sealed)), plain);
    assert.equal(receiver.unprotectRtcp(Uint8Array.from(sealed)), 'replay');
  });

  test(`${suite}: a packet is protected where it lies`, () => {
    const attribute = key(suite);
    const memory = new Uint8Array(172 + SRTP_OVERHEAD_BYTES);
    memory.set(rtp(9));
    const inPlace = new SrtpSender(attribute).protectRtp(memory.subarray(0, 172), memory);
    assert.deepEqual(inPlace, protect(new SrtpSender(attribute), rtp(9)));
  });
}

test('RFC 3711 9.1: no index is used twice for sending', () => {
  const sender = new SrtpSender(key('AES_CM_128_HMAC_SHA1_80'));
  const out = new Uint8Array(200);
  protect(sender, rtp(500));
  protect(sender, rtp(700));
  assert.equal(sender.protectRtp(rtp(700, 0xcafe, 0x11), out), 'replay');
  assert.equal(sender.protectRtp(rtp(500, 0xcafe, 0x11), out), 'replay');
  protect(sender, rtp(650));
  assert.equal(sender.protectRtp(rtp(650, 0xcafe, 0x11), out), 'replay');
});

test('streams of one key are told apart by their SSRC', () => {
  const attribute = key('AES_CM_128_HMAC_SHA1_80');
  const [sender, receiver] = [new SrtpSender(attribute), new SrtpReceiver(attribute)];
  for (let i = 0; i < 20; i++) {
    for (const ssrc of [1, 2, 3]) {
      const plain = rtp(1_000 * ssrc + i, ssrc);
      assert.deepEqual(receiver.unprotectRtp(protect(sender, plain)), plain);
    }
  }
});

test('what is no RTP is malformed, and no byte sequence makes it throw', () => {
  const receivers = SUITES.map((suite) => new SrtpReceiver(key(suite)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      if (noise.length > 0) noise[0] = 0x80 | ((noise[0] as number) & 0x3f);
      for (const receiver of receivers) {
        assert.equal(typeof receiver.unprotectRtp(Buffer.from(noise)), 'string');
        assert.equal(typeof receiver.unprotectRtcp(Buffer.from(noise)), 'string');
      }
    }),
  );
});

test('RFC 4568 6.2.2: the short tag is for RTP alone', () => {
  const sender = new SrtpSender(key('AES_CM_128_HMAC_SHA1_32'));
  assert.equal(protect(sender, rtp(1)).length, 172 + 4);
  const report = writeReport({ ssrc: 7, sender: undefined, blocks: [] }, 'name');
  const sealed = sender.protectRtcp(report, new Uint8Array(report.length + SRTP_OVERHEAD_BYTES));
  assert.equal(sealed.length, report.length + 4 + 10);
});
