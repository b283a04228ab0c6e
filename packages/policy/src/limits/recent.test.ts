import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRecent, emptyList, forgetOlder, type Recent, sizeOf } from './recent.ts';

test('what has gone by takes no room: a list that was long and is short is small again', () => {
  const list = emptyList<Recent>();
  for (let at = 1; at <= 5_000; at++) {
    addRecent(list, { at, extension: '101', isClosed: at % 2 === 0 }, 3_000);
    assert.ok(list.ring.length <= Math.max(4, 4 * sizeOf(list)));
  }
  assert.equal(sizeOf(list), 3_000);
  for (let since = 2_000; since <= 5_000; since++) {
    forgetOlder(list, since);
    assert.equal(sizeOf(list), 5_000 - since);
    assert.ok(list.ring.length <= Math.max(4, 4 * sizeOf(list)));
  }
  assert.deepEqual(list.ring, [undefined, undefined, undefined, undefined]);
});
