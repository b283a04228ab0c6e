import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCallId } from './call-id.ts';
import { parseCSeq } from './cseq.ts';
import { parseRAck, parseRSeq } from './rack.ts';

const NUMBERS = [
  '-1',
  '',
  '1e9',
  '0x1',
  '+1',
  '１',
  '2147483648',
  '4294967296',
  '18446744073709551616',
  '9'.repeat(400),
];

test('CSeq: a number below 2^31 and a method', () => {
  assert.deepEqual(parseCSeq('0 INVITE'), { number: 0, method: 'INVITE' });
  assert.deepEqual(parseCSeq('0009 \t X-y'), { number: 9, method: 'X-y' });
  assert.deepEqual(parseCSeq('2147483647 BYE'), { number: 2_147_483_647, method: 'BYE' });
  for (const number of NUMBERS) assert.equal(parseCSeq(`${number} INVITE`), undefined, number);
  for (const bad of [
    '1',
    '1 ',
    '1INVITE',
    ' 1 INVITE',
    '1 INVITE ',
    '1 INVITE x',
    '1 INV,ITE',
    'INVITE 1',
    '1,2 INVITE',
  ]) {
    assert.equal(parseCSeq(bad), undefined, bad);
  }
});

test('RAck and RSeq: RSeq goes to 2^32 - 1 and is never 0', () => {
  assert.deepEqual(parseRAck('776656 1 INVITE'), { rseq: 776_656, cseq: 1, method: 'INVITE' });
  assert.equal(parseRSeq('4294967295'), 4_294_967_295);
  for (const bad of ['0', '4294967296', '-1', '']) assert.equal(parseRSeq(bad), undefined, bad);
  for (const bad of [
    '1 INVITE',
    '1 1',
    '0 1 INVITE',
    '1 2147483648 INVITE',
    '1 1 INVITE x',
    '11INVITE',
    '',
  ]) {
    assert.equal(parseRAck(bad), undefined, bad);
  }
});

test('a Call-ID is one word of visible ASCII', () => {
  for (const good of ['a', 'a@b', 'a=b==@[::1]', '{"<x>"}', '__proto__']) assert.ok(isCallId(good), good);
  for (const bad of ['', 'a b', 'a,b', 'a;b', 'ä', 'a\0', 'a\x7f']) assert.equal(isCallId(bad), false, bad);
});
