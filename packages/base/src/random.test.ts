import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, randomBelow, randomHex, randomText } from './random.ts';

/** Gives these bytes one after the other, then starts again. */
function scripted(...script: readonly number[]): Random {
  let at = 0;
  return { bytes: (count) => Uint8Array.from({ length: count }, () => script[at++ % script.length] ?? 0) };
}

/** Every byte equally often. */
function counting(): Random {
  let at = 0;
  return { bytes: (count) => Uint8Array.from({ length: count }, () => at++ & 0xff) };
}

test('text is drawn evenly: bytes that would favour the first symbols are thrown away', () => {
  const counts = new Map<string, number>();
  for (const symbol of randomText(counting(), 10 * 250, '0123456789')) {
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  assert.deepEqual([...counts.values()], Array<number>(10).fill(250));
  assert.equal(randomText(scripted(255, 254, 250, 249, 3), 2, '0123456789'), '93');
});

test('text has the length asked for and only symbols of the alphabet', () => {
  assert.equal(randomText(counting(), 0, 'ab'), '');
  assert.match(randomText(counting(), 33, 'abc'), /^[abc]{33}$/);
  assert.equal(randomText(counting(), 3, 'z'), 'zzz');
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  assert.equal(randomText(counting(), 256, all), all);
});

test('an alphabet that a byte cannot choose from is a mistake', () => {
  assert.throws(() => randomText(counting(), 1, ''), /alphabet/);
  assert.throws(() => randomText(counting(), 1, 'x'.repeat(257)), /alphabet/);
});

test('a number is drawn from four bytes, and what would favour small numbers is drawn again', () => {
  assert.equal(randomBelow(scripted(0, 0, 1, 2), 1_000), 258);
  assert.equal(randomBelow(scripted(255, 255, 255, 255, 0, 0, 0, 7), 10), 7);
  assert.equal(randomBelow(scripted(255, 255, 255, 255), 2 ** 32), 2 ** 32 - 1);
  assert.equal(randomBelow(scripted(200), 1), 0);
});

test('a range that is none is a mistake', () => {
  for (const below of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
    assert.throws(() => randomBelow(counting(), below), /range/);
  }
});

test('hexadecimal has two lower-case digits for each byte', () => {
  assert.equal(randomHex(scripted(0, 15, 171, 255), 4), '000fabff');
  assert.equal(randomHex(counting(), 0), '');
});
