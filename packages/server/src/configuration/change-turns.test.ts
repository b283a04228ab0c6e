import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
import { ChangeTurns } from './change-turns.ts';

test('one turn begins when the one before is over, in the order in which they were asked for', async () => {
  const turns = new ChangeTurns();
  const done: string[] = [];
  const change = (name: string) =>
    turns.take(async () => {
      done.push(`${name} begins`);
      await soon();
      done.push(`${name} ends`);
    });
  await Promise.all([change('a'), change('b'), change('c')]);
  assert.deepEqual(done, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a turn that fails is over, and its error is that of whoever took it', async () => {
  const turns = new ChangeTurns();
  const failed = turns.take(() => Promise.reject(new Error('no')));
  assert.equal(await turns.take(async () => 'next'), 'next');
  await assert.rejects(failed, /no/);
});

test('a part of a turn does not wait for the turn, and what comes after its end takes one of its own', async () => {
  const turns = new ChangeTurns();
  const done: string[] = [];
  const first = turns.take(async () => {
    await turns.take(async () => void done.push('a part'));
    turns.end();
    await soon();
    await turns.take(async () => void done.push('behind'));
  });
  const second = turns.take(async () => {
    await soon();
    await soon();
    done.push('second');
  });
  await Promise.all([first, second]);
  turns.end();
  assert.deepEqual(done, ['a part', 'second', 'behind']);
});
