import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import { newSourceKey, readSource } from './source-key.ts';
import { hashName, MOST_STRIKES, NO_ACCOUNT, Strikes } from './strikes.ts';

function keyOf(address: string) {
  const source = newSourceKey();
  readSource(address, source);
  return source;
}

const at = (ms: number) => ms as MonotonicMs;
const [ANNA, BEN] = [hashName('anna', 1), hashName('ben', 1)];
const SOURCE = keyOf('192.0.2.7');

test('the window slides: a strike counts until it is as old as the window', () => {
  const strikes = new Strikes(8, 0);
  for (const ms of [0, 100, 200]) strikes.add(SOURCE, ANNA, at(ms));
  assert.equal(strikes.count(SOURCE, 250 - 300), 3);
  assert.equal(strikes.count(SOURCE, 400 - 300), 1);
  assert.equal(strikes.count(SOURCE, 500 - 300), 0);
});

test('a login takes back what its account earned at its source, and nothing else', () => {
  const strikes = new Strikes(8, 0);
  const other = keyOf('192.0.2.8');
  for (const account of [ANNA, BEN, ANNA, NO_ACCOUNT]) strikes.add(SOURCE, account, at(1));
  strikes.add(other, ANNA, at(1));
  strikes.forgive(SOURCE, ANNA);
  assert.equal(strikes.count(SOURCE, 0), 2);
  assert.equal(strikes.count(SOURCE, 0, BEN), 1);
  assert.equal(strikes.count(other, 0), 1);
});

test('strikes that are taken back push none of the others out', () => {
  const strikes = new Strikes(8, 0);
  for (let i = 0; i < 20; i++) strikes.add(SOURCE, ANNA, at(1));
  for (let i = 0; i < 10 * MOST_STRIKES; i++) {
    strikes.add(SOURCE, BEN, at(2 + i));
    if (i % 10 === 9) strikes.forgive(SOURCE, BEN);
  }
  assert.equal(strikes.count(SOURCE, 0, ANNA), 20);
});

test('more strikes than are kept push out the oldest', () => {
  const strikes = new Strikes(8, 0);
  for (let i = 1; i <= MOST_STRIKES + 5; i++) strikes.add(SOURCE, ANNA, at(i));
  assert.equal(strikes.count(SOURCE, 0), MOST_STRIKES);
  assert.equal(strikes.count(SOURCE, 5), MOST_STRIKES);
  assert.equal(strikes.lastAt(SOURCE, ANNA), MOST_STRIKES + 5);
});

test('thousands of sources with one strike do not push out one with many', () => {
  const strikes = new Strikes(64, 9);
  for (let i = 0; i < 9; i++) strikes.add(SOURCE, ANNA, at(1));
  for (let i = 0; i < 5_000; i++) strikes.add(keyOf(`10.0.${i >> 8}.${i & 255}`), ANNA, at(2));
  assert.equal(strikes.count(SOURCE, 0), 9);
  assert.equal(strikes.table.size, 64);
});

test('what is forgotten starts anew, and a slot that changes hands is empty', () => {
  const strikes = new Strikes(8, 0);
  strikes.add(SOURCE, ANNA, at(1));
  strikes.forget(SOURCE);
  assert.equal(strikes.count(SOURCE, 0), 0);
  strikes.forget(SOURCE);
  for (let i = 0; i < 20; i++) {
    const source = keyOf(`10.0.0.${i}`);
    strikes.add(source, ANNA, at(2));
    assert.equal(strikes.count(source, 0), 1);
  }
});

test('a name is never the account of what has none, and another seed makes another number', () => {
  assert.notEqual(hashName('', 0), NO_ACCOUNT);
  assert.notEqual(hashName('anna', 1), hashName('anna', 2));
  assert.notEqual(ANNA, BEN);
});
