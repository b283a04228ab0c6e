import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { addEntries, type NewEntry, parseListNetwork, removeEntry } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { changeGuard, tryGuard } from './guard-side.ts';
import { aGuardSide } from './guard-test-support.ts';

const read = parseListNetwork('198.51.100.0/24');
assert.ok(read.ok);
const NETWORK = read.value;

function rig() {
  const store = new MemoryStore();
  const { side } = aGuardSide(store);
  const entry: NewEntry = {
    network: NETWORK,
    action: 'block',
    description: '',
    addedBy: 'anna',
    expiresAt: undefined,
  };
  const added = () => {
    const done = addEntries(side.guard, [entry], side.now());
    assert.ok(done.ok);
    return ok(done.value);
  };
  const remove = () => changeGuard(side, () => ok(removeEntry(side.guard, NETWORK, 'block') ?? []));
  const listed = () => side.guard.lists.get(NETWORK, 'block');
  const trial = () => {
    const tried = tryGuard(side, added);
    assert.ok(tried.ok);
    return tried.value;
  };
  return { store, side, added, remove, listed, trial };
}

test('what is removed while it is on trial is not kept by whoever confirms', async () => {
  const { store, remove, listed, trial } = rig();
  const tried = trial();
  assert.ok((await remove()).ok);
  assert.ok((await tried.keep()).ok);
  assert.equal(listed(), undefined);
  assert.equal((await store.guardEntries()).length, 0);
});

test('an entry that was removed while another stood in its place on trial does not come back', async () => {
  const { store, side, added, remove, listed, trial } = rig();
  assert.ok((await changeGuard(side, added)).ok);
  const tried = trial();
  assert.ok((await remove()).ok);
  tried.revert();
  assert.equal(listed(), undefined);
  assert.equal((await store.guardEntries()).length, 0);
});

test('an entry that is back after it was taken off on trial has the hits that it had', () => {
  const { side, added, listed } = rig();
  added();
  const before = listed();
  assert.ok(before !== undefined);
  before.hits = 7;
  const { network, action } = before.entry;
  const tried = tryGuard(side, () => ok(removeEntry(side.guard, network, action) ?? []));
  assert.ok(tried.ok);
  assert.equal(listed(), undefined);
  tried.value.revert();
  assert.equal(listed()?.hits, 7);
});

test('what is taken back leaves the entry from before with its hits', () => {
  const { added, listed, trial } = rig();
  added();
  const before = listed();
  assert.ok(before !== undefined);
  before.hits = 7;
  trial().revert();
  assert.equal(listed()?.hits, 7);
  assert.equal(listed()?.entry, before.entry);
});
