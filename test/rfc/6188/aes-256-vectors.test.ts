import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { SrtpReceiver, SrtpSender } from '@ringwall/media';
import { Keystream } from '../../../packages/media/src/srtp/keystream.ts';
import { deriveKey } from '../../../packages/media/src/srtp/session-keys.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

test('RFC 6188 7.1: the AES-256-CM keystream', () => {
  const keystream = new Keystream(
    hex('57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98'),
    hex('f0f1f2f3f4f5f6f7f8f9fafbfcfd'),
  );
  const bytes = Buffer.alloc(0xff02 * 16);
  keystream.apply(bytes, 0, bytes.length, 0, 0);
  assert.deepEqual(
    bytes.subarray(0, 48),
    hex('92bdd28a93c3f52511c677d08b5515a4 9da71b2378a854f67050756ded165bac 63c4868b7096d88421b563b8c94c9a31'),
  );
  assert.deepEqual(
    bytes.subarray(-48),
    hex('cea518c90fd91ced9cbb18c078a54711 3dbc4814f4da5f00a08772b63c6a046d 6eb246913062a16891433e97dd01a57f'),
  );
});

const MASTER_KEY = hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6');
const MASTER_SALT = hex('3b04803de51ee7c96423ab5b78d2');

test('RFC 6188 7.2: session keys from a 256-bit master key', () => {
  assert.deepEqual(
    deriveKey(MASTER_KEY, MASTER_SALT, 0, 32),
    hex('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4'),
  );
  assert.deepEqual(deriveKey(MASTER_KEY, MASTER_SALT, 2, 14), hex('fa31791685ca444a9e07c6c64e93'));
  assert.deepEqual(
    deriveKey(MASTER_KEY, MASTER_SALT, 1, 20),
    hex('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'),
  );
});

test("the AES-256 reference packet of Cisco's libsrtp is made and opened", () => {
  const keySalt = Buffer.concat([MASTER_KEY, MASTER_SALT]);
  const attribute = { tag: 1, suite: 'AES_256_CM_HMAC_SHA1_80', keySalt } as const;
  const plain = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`);
  const sealed = hex('800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b');
  assert.deepEqual(Buffer.from(new SrtpSender(attribute).protectRtp(plain, Buffer.alloc(64))), sealed);
  assert.deepEqual(Buffer.from(new SrtpReceiver(attribute).unprotectRtp(Buffer.from(sealed))), plain);
});
