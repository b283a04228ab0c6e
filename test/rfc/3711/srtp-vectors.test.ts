import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { SrtpReceiver, SrtpSender } from '@ringwall/media';
import { Keystream } from '../../../packages/media/src/srtp/keystream.ts';
import { deriveKey } from '../../../packages/media/src/srtp/session-keys.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

const MASTER_KEY = hex('E1F97A0D3E018BE0D64FA32C06DE4139');
const MASTER_SALT = hex('0EC675AD498AFEEBB6960B3AABE6');
const ATTRIBUTE = {
  tag: 1,
  suite: 'AES_CM_128_HMAC_SHA1_80',
  keySalt: Buffer.concat([MASTER_KEY, MASTER_SALT]),
} as const;

test('RFC 3711 B.2: the AES-CM keystream', () => {
  const keystream = new Keystream(
    hex('2B7E151628AED2A6ABF7158809CF4F3C'),
    hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
  );
  const bytes = Buffer.alloc(0xff02 * 16);
  keystream.apply(bytes, 0, bytes.length, 0, 0);
  assert.deepEqual(
    bytes.subarray(0, 48),
    hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
  );
  assert.deepEqual(
    bytes.subarray(-48),
    hex('EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44'),
  );
});

test('RFC 3711 B.3: session keys from master key and salt', () => {
  assert.deepEqual(deriveKey(MASTER_KEY, MASTER_SALT, 0, 16), hex('C61E7A93744F39EE10734AFE3FF7A087'));
  assert.deepEqual(deriveKey(MASTER_KEY, MASTER_SALT, 2, 14), hex('30CBBC08863D8C85D49DB34A9AE1'));
  assert.deepEqual(
    deriveKey(MASTER_KEY, MASTER_SALT, 1, 94),
    hex(
      'CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098' +
        '6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2',
    ),
  );
});

const RTP = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`);
const SRTP = hex('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
const RTCP = hex(`81c8000bcafebabe${'ab'.repeat(16)}`);
const SRTCP = hex('81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798');

test("the reference packets of Cisco's libsrtp are made and opened, RTP and RTCP", () => {
  const sender = new SrtpSender(ATTRIBUTE);
  assert.deepEqual(Buffer.from(sender.protectRtp(RTP, Buffer.alloc(64))), SRTP);
  assert.deepEqual(Buffer.from(sender.protectRtcp(RTCP, Buffer.alloc(64))), SRTCP);
  const receiver = new SrtpReceiver(ATTRIBUTE);
  assert.deepEqual(Buffer.from(receiver.unprotectRtp(Buffer.from(SRTP))), RTP);
  assert.deepEqual(Buffer.from(receiver.unprotectRtcp(Buffer.from(SRTCP))), RTCP);
});
