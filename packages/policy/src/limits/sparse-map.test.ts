import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emptyMap, withEntry, withoutEntry } from './sparse-map.ts';

test('a map that is mostly empty holds what any map would, in the same order', () => {
  const change = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.nat(9)) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      let sparse = emptyMap<string, number>();
      const plain = new Map<string, number>();
      for (const { key, value } of changes) {
        if (value === null) plain.delete(key);
        else plain.set(key, value);
        sparse = value === null ? withoutEntry(sparse, key) : withEntry(sparse, key, value);
        assert.deepEqual([...sparse], [...plain]);
      }
    }),
  );
});

test('what one map is given, no other one has', () => {
  const one = withEntry(emptyMap<string, number>(), 'a', 1);
  const other = withEntry(emptyMap<string, number>(), 'b', 2);
  assert.deepEqual([[...one], [...other], [...emptyMap()]], [[['a', 1]], [['b', 2]], []]);
  assert.equal(withoutEntry(one, 'a').size, 0);
});
