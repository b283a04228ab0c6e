import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import { Probation, type Tentative } from './probation.ts';

function rig() {
  const waits: (() => void)[] = [];
  const told: string[] = [];
  const probation = new Probation({
    later: (_, run) => void waits.push(run),
    onReverted: (what) => told.push(`reverted ${what}`),
  });
  const change = (what: string, fails = false): Tentative => ({
    what,
    phones: [],
    stands: () => true,
    keep: async () => {
      if (fails) return err(adminError('STORE_BUSY', { directory: 'x' }));
      told.push(`kept ${what}`);
      return ok(undefined);
    },
    revert: () => told.push(`undone ${what}`),
  });
  return { probation, waits, told, change };
}

test('what nobody confirms is undone when its time is over, once', async () => {
  const { probation, waits, told, change } = rig();
  assert.deepEqual(probation.begin(change('a')), ok(60));
  waits[0]?.();
  waits[0]?.();
  assert.deepEqual(told, ['undone a', 'reverted a']);
  assert.equal((await probation.confirm()).ok, false);
});

test('what is confirmed is kept, all of it, and its time does nothing any more', async () => {
  const { probation, waits, told, change } = rig();
  probation.begin(change('a'));
  probation.begin(change('b'));
  assert.deepEqual(await probation.confirm(), ok(2));
  for (const run of waits) run();
  assert.deepEqual(told, ['kept a', 'kept b']);
});

test('what cannot be kept goes on waiting, and is undone in the end', async () => {
  const { probation, waits, told, change } = rig();
  probation.begin(change('a', true));
  assert.equal((await probation.confirm()).ok, false);
  waits[0]?.();
  assert.deepEqual(told, ['undone a', 'reverted a']);
});

test('beyond sixteen a change is undone at once', () => {
  const { probation, told, change } = rig();
  for (let i = 0; i < 16; i++) assert.ok(probation.begin(change(`${i}`)).ok);
  assert.equal(probation.begin(change('one more')).ok, false);
  assert.deepEqual(told, ['undone one more']);
});

test('time that runs out while a change is being written does not undo what is kept, but does undo what is not', async () => {
  const { probation, waits, told } = rig();
  const answers: ((saved: boolean) => void)[] = [];
  const slow = (what: string): Tentative => ({
    what,
    phones: [],
    stands: () => true,
    keep: async () => {
      const saved = await new Promise<boolean>((resolve) => answers.push(resolve));
      return saved ? ok(undefined) : err(adminError('STORE_BUSY', { directory: 'x' }));
    },
    revert: () => told.push(`undone ${what}`),
  });
  for (const saved of [true, false]) {
    probation.begin(slow(`${saved}`));
    const confirmed = probation.confirm();
    waits.at(-1)?.();
    answers.at(-1)?.(saved);
    assert.equal((await confirmed).ok, saved); // eslint-disable-line no-await-in-loop -- one after the other
  }
  assert.deepEqual(told, ['undone false', 'reverted false']);
});

test('what somebody changed meanwhile is neither kept nor taken back, nothing is said of it, and it takes no place', async () => {
  const { probation, waits, told, change } = rig();
  let stands = true;
  for (let i = 0; i < 16; i++) probation.begin({ ...change(`${i}`), stands: () => stands });
  stands = false;
  assert.equal(probation.isIdle, true);
  assert.deepEqual(probation.begin(change('another')), ok(60));
  assert.deepEqual(await probation.confirm(), ok(1));
  for (const run of waits) run();
  assert.deepEqual(told, ['kept another']);
});

test('what fell while another change was being written is not kept behind it', async () => {
  const { probation, told, change } = rig();
  let stands = true;
  probation.begin({
    ...change('a'),
    keep: async () => {
      stands = false;
      return ok(undefined);
    },
  });
  probation.begin({ ...change('b'), stands: () => stands });
  assert.deepEqual(await probation.confirm(), ok(1));
  assert.deepEqual(told, []);
});
