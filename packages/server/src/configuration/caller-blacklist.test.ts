import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { MemoryStore } from '@ringwall/store';
import { buildCallerBlacklist, CallerAdministration } from './caller-blacklist.ts';

function office() {
  const store = new MemoryStore();
  const state = { changes: 0 };
  const callers = new CallerAdministration({
    store,
    clock: { wall: () => 1_800_000_000_000 as WallMs },
    onChanged: () => void state.changes++,
  });
  const isBlocked = async (number: string, extension: string): Promise<boolean> =>
    buildCallerBlacklist(await store.items()).find({ number, name: '' }, extension, false) !== undefined;
  return { store, callers, state, isBlocked };
}

test('a caller is put on the list of the house or of one extension, and taken off it again', async () => {
  const { callers, state, isBlocked } = office();
  assert.ok((await callers.add('+4420*', null, 'at night')).ok);
  assert.ok((await callers.add('anonymous', '101', '')).ok);
  assert.deepEqual(
    [await isBlocked('+44207', '102'), await isBlocked('', '101'), await isBlocked('', '102')],
    [true, true, false],
  );
  assert.equal((await callers.remove('anonymous', null)).ok, false, 'that one is not of the house');
  assert.ok((await callers.remove('anonymous', '101')).ok);
  assert.equal(await isBlocked('', '101'), false);
  assert.equal(state.changes, 3);
});

test('what would refuse everybody is no caller', async () => {
  const { callers, store } = office();
  const refused = await callers.add('*', null, '');
  assert.equal(refused.ok ? '' : refused.error.code, 'CALLER_PATTERN');
  assert.deepEqual(await store.items(), []);
});
