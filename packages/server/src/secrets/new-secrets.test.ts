import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Random } from '@ringwall/base';
import { newAuthId, newPassword } from './new-secrets.ts';

const systemRandom: Random = { bytes: (count) => randomBytes(count) };

test('an authentication ID has 10 characters, lower case and digits, none that look alike', () => {
  for (let i = 0; i < 200; i++) assert.match(newAuthId(systemRandom), /^[2-9a-hjkmnp-z]{10}$/);
});

test('a password has 20 letters and digits, or as many as are asked for, none that look alike', () => {
  for (let i = 0; i < 200; i++) assert.match(newPassword(systemRandom), /^[2-9a-hjkmnp-zA-HJ-NP-Z]{20}$/);
  assert.equal(newPassword(systemRandom, 10).length, 10);
  assert.equal(newPassword(systemRandom, 50).length, 50);
});

test('every symbol of the alphabet comes about as often as any other', () => {
  const counts = new Map<string, number>();
  const drawn = newPassword(systemRandom, 55_000);
  for (const symbol of drawn) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  assert.equal(counts.size, 55);
  // 1,000 expected of each, with a deviation of 32: eight of them would come once in 10^13 runs.
  for (const [symbol, count] of counts) assert.ok(Math.abs(count - 1_000) < 250, `${symbol}: ${count}`);
});

test('no two of ten thousand are the same', () => {
  const passwords = new Set(Array.from({ length: 10_000 }, () => newPassword(systemRandom)));
  const authIds = new Set(Array.from({ length: 10_000 }, () => newAuthId(systemRandom)));
  assert.equal(passwords.size, 10_000);
  assert.equal(authIds.size, 10_000);
});
