import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearest } from './suggest.ts';

test('swapped, missing, added and changed letters are forgiven, and so are case and underscores', () => {
  const known = ['realm', 'domains', 'ringTimeoutSeconds'];
  assert.equal(nearest('relam', known), 'realm');
  assert.equal(nearest('rlm', ['realm']), undefined);
  assert.equal(nearest('domain', known), 'domains');
  assert.equal(nearest('RING_TIMEOUT_SECOND', known), 'ringTimeoutSeconds');
});

test('what is far from every name suggests none', () => {
  assert.equal(nearest('elephant', ['realm', 'domains']), undefined);
  assert.equal(nearest('', ['realm']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('a known name is nearest to itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,20}$/), { minLength: 1 }), (known) => {
      for (const name of known) assert.equal(nearest(name, known), name);
    }),
    { numRuns: 50 },
  );
});
