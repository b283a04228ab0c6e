import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatIp, parseIp } from '../ip.ts';
import { networkWords, readIpWords, wordsToBits } from './ip-words.ts';

function read(text: string): { family: number; bits: bigint } | undefined {
  const words = new Uint32Array(4).fill(0xdead_beef);
  const family = readIpWords(text, words);
  return family === 0 ? undefined : { family, bits: wordsToBits(words) };
}

const ADDRESS = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((bits) => formatIp({ family: 6, bits })),
);

test('an address reads as parseIp reads it', () => {
  fc.assert(fc.property(ADDRESS, (text) => assert.deepEqual(read(text), parseIp(text), text)));
});

test('what parseIp refuses is refused', () => {
  const piece = fc.constantFrom(
    '0',
    '1',
    '00',
    'ff',
    'FFFF',
    '12345',
    '255',
    '256',
    '.',
    ':',
    '::',
    'g',
    ' ',
  );
  const almost = fc.array(piece, { maxLength: 18, size: 'max' }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.oneof(almost, fc.string()), (text) => {
      fc.pre(!text.includes('%'));
      assert.deepEqual(read(text), parseIp(text), text);
    }),
    { numRuns: 3_000 },
  );
  for (const text of [
    '',
    ':',
    '::1::',
    '1:2:3:4:5:6:7',
    '::1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1::2:3:4:5:6:7:8',
  ]) {
    assert.equal(read(text), undefined, text);
  }
});

test('the zone of a link-local address is left out', () => {
  assert.deepEqual(read('fe80::1%eth0'), read('fe80::1'));
  assert.deepEqual(read('fe80::1%'), read('fe80::1'));
  assert.equal(read('%eth0'), undefined);
});

test('an IPv4 address that came through an IPv6 socket reads as IPv4', () => {
  assert.deepEqual(read('::ffff:192.0.2.7'), read('192.0.2.7'));
});

test('the words of a network are those of its first address', () => {
  fc.assert(
    fc.property(ADDRESS, (text) => {
      const ip = parseIp(text);
      assert.ok(ip !== undefined);
      const words = networkWords({ ...ip, prefixLength: ip.family === 4 ? 32 : 128 });
      assert.equal(wordsToBits(words), ip.bits);
    }),
  );
});
