import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { SrtpReceiver, SrtpSender } from '@ringwall/media';
import { newTransform } from '../../../packages/media/src/srtp/transform.ts';

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** The RFC's examples give the session key itself, so that they are put in below the key derivation. */
function keys(keyBytes: number): { encryption: Buffer; authentication: Buffer; salt: Buffer } {
  const encryption = Buffer.from(Array.from({ length: keyBytes }, (_, i) => i));
  return { encryption, authentication: Buffer.alloc(0), salt: Buffer.from('Quid pro quo') };
}

const RTP = hex(
  '8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
);
const SRTP_128 = hex(
  '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833' +
    '899d7f27beb16a9152cf765ee4390cce',
);
const SRTP_256 = hex(
  '8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b' +
    '7aa3db36dfffd6b0f9bb7878d7a76c13',
);
const RTCP = hex(
  '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
);
const SRTCP_128 = hex(
  '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b' +
    'c84aa45896cf4d2fc5abf87245d9eade800005d4',
);
const SRTCP_256 = hex(
  '81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad' +
    '1d1eb30c4446839f57ff6f6cb26ac3be800005d4',
);

const SUITES = [
  ['AEAD_AES_128_GCM', 16, SRTP_128, SRTCP_128],
  ['AEAD_AES_256_GCM', 32, SRTP_256, SRTCP_256],
] as const;

for (const [suite, keyBytes, srtp, srtcp] of SUITES) {
  test(`RFC 7714 16: ${suite} for RTP`, () => {
    const transform = newTransform(suite, keys(keyBytes), 'rtp');
    const region = { from: 12, to: RTP.length, tagAt: RTP.length, ssrc: 0x5501a0b2, index: 0xf17b, word: 0 };
    const packet = Buffer.concat([RTP, Buffer.alloc(16)]);
    transform.seal(packet, region);
    assert.deepEqual(packet, srtp);
    assert.ok(transform.open(packet, region));
    assert.deepEqual(packet.subarray(0, RTP.length), RTP);
  });

  test(`RFC 7714 17: ${suite} for RTCP`, () => {
    const transform = newTransform(suite, keys(keyBytes), 'rtcp');
    const word = 0x800005d4;
    const region = { from: 8, to: RTCP.length, tagAt: RTCP.length, ssrc: 0x4d617273, index: 0x5d4, word };
    const packet = Buffer.concat([RTCP, Buffer.alloc(16), hex('800005d4')]);
    transform.seal(packet, region);
    assert.deepEqual(packet, srtcp);
    assert.ok(transform.open(packet, region));
    assert.deepEqual(packet.subarray(0, RTCP.length), RTCP);
  });
}

test("RFC 7714 11: a salt of 96 bits in the key derivation, by the reference packets of Cisco's libsrtp", () => {
  const keySalt = hex('000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab');
  const attribute = { tag: 1, suite: 'AEAD_AES_128_GCM', keySalt } as const;
  const rtp = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`);
  const srtp = hex(
    '800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392',
  );
  const rtcp = hex(`81c8000bcafebabe${'ab'.repeat(16)}`);
  const srtcp = hex(
    '81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001',
  );
  const sender = new SrtpSender(attribute);
  assert.deepEqual(Buffer.from(sender.protectRtp(rtp, Buffer.alloc(64))), srtp);
  assert.deepEqual(Buffer.from(sender.protectRtcp(rtcp, Buffer.alloc(64))), srtcp);
  const receiver = new SrtpReceiver(attribute);
  assert.deepEqual(Buffer.from(receiver.unprotectRtp(Buffer.from(srtp))), rtp);
  assert.deepEqual(Buffer.from(receiver.unprotectRtcp(Buffer.from(srtcp))), rtcp);
});
