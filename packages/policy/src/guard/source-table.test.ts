import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newSourceKey, readSource } from './source-key.ts';
import { SourceTable } from './source-table.ts';

function keyOf(number: number) {
  const source = newSourceKey();
  readSource(`10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`, source);
  return source;
}

test('a source finds the slot that it claimed until it gives way, and no more than the slots are taken', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { maxLength: 300, size: 'max' }), fc.integer(), (numbers, seed) => {
      const table = new SourceTable(32, seed);
      const owners = new Map<number, number>();
      for (const number of numbers) {
        const found = table.find(keyOf(number));
        if (found >= 0) assert.equal(owners.get(found), number);
        else owners.set(table.claim(keyOf(number)), number);
      }
      for (const [slot, number] of owners) assert.equal(table.find(keyOf(number)), slot);
      assert.equal(table.size, owners.size);
      assert.ok(table.size <= 32);
    }),
  );
});

test('what is worth little gives way to what comes, what is worth much stays', () => {
  const table = new SourceTable(64, 5);
  for (let i = 100; i < 1_000; i++) table.worth[table.claim(keyOf(i))] = i % 7;
  const worthy = [1, 2, 3, 4].map(keyOf);
  for (const source of worthy) table.worth[table.claim(source)] = 1_000;
  for (let i = 1_000; i < 100_000; i++) table.worth[table.claim(keyOf(i))] = i % 7;
  for (const source of worthy) assert.ok(table.find(source) >= 0);
  assert.equal(table.size, 64);
  assert.equal(table.evicted, 900 + 4 + 99_000 - 64);
});

test('a slot that is released is free', () => {
  const table = new SourceTable(8, 0);
  const slot = table.claim(keyOf(1));
  table.release(slot);
  assert.equal(table.find(keyOf(1)), -1);
  assert.equal(table.size, 0);
});
