import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitString, element, integer, objectId, octetString, sequence, tagged, time, utf8 } from './der.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

test('lengths take their shortest form', () => {
  assert.equal(hex(element(4, new Uint8Array(0))), '0400');
  assert.equal(hex(element(4, new Uint8Array(127))).slice(0, 4), '047f');
  assert.equal(hex(element(4, new Uint8Array(128))).slice(0, 6), '048180');
  assert.equal(hex(element(4, new Uint8Array(65_536))).slice(0, 10), '0483010000');
});

test('numbers are positive and shortest', () => {
  assert.equal(hex(integer(Uint8Array.of(0))), '020100');
  assert.equal(hex(integer(Uint8Array.of(0, 0, 5))), '020105');
  assert.equal(hex(integer(Uint8Array.of(0x7f))), '02017f');
  assert.equal(hex(integer(Uint8Array.of(0x80))), '02020080');
});

test('object identifiers are as X.690 8.19 and the well known ones have them', () => {
  assert.equal(hex(objectId('1.2.840.10045.4.3.2')), '06082a8648ce3d040302');
  assert.equal(hex(objectId('2.5.29.17')), '0603551d11');
  assert.equal(hex(objectId('1.3.6.1.5.5.7.3.1')), '06082b06010505070301');
});

test('instants have two digits of the year until 2049 and four after', () => {
  const text = (wallMs: number): string => Buffer.from(time(wallMs)).toString('latin1', 2);
  assert.equal(text(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), '260102030405Z');
  assert.equal(text(Date.UTC(2049, 11, 31, 23, 59, 59)), '491231235959Z');
  assert.equal(text(Date.UTC(2050, 0, 1)), '20500101000000Z');
  assert.equal(time(0)[0], 0x17);
  assert.equal(time(Date.UTC(2050, 0, 1))[0], 0x18);
});

test('elements nest', () => {
  const nested = sequence(
    tagged(0, 'constructed', integer(Uint8Array.of(2))),
    utf8('ä'),
    octetString(bitString(Uint8Array.of(0x80))),
  );
  assert.equal(hex(nested), '300fa0030201020c02c3a4040403020080');
});
