import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letGoFirst, type ThreadTable } from './priority.ts';

/** Threads as the system would have them, by name and niceness. */
function table(threads: readonly (readonly [name: string, niceness: number])[], isForbidden = false) {
  const niceness = threads.map(([, at]) => at);
  const all: ThreadTable = {
    threads: () => threads.map(([name], id) => ({ id, name })),
    niceness: (id) => niceness[id] as number,
    setNiceness: (id, to) => {
      if (isForbidden) throw new Error('EACCES');
      niceness[id] = to;
    },
  };
  return { all, niceness };
}

test('all but the threads of the name give way to them', () => {
  const { all, niceness } = table([
    ['main', 0],
    ['sound', 0],
    ['helper', 0],
    ['sound', 0],
  ]);
  letGoFirst('sound', all);
  assert.deepEqual(niceness, [10, 0, 10, 0]);
});

test('what an administrator gave the whole program stays the measure', () => {
  const { all, niceness } = table([
    ['main', -5],
    ['sound', -5],
  ]);
  letGoFirst('sound', all);
  assert.deepEqual(niceness, [5, -5]);
});

test('when a thread is started again, by one that gave way, the others give way to it too', () => {
  const { all, niceness } = table([
    ['main', 10],
    ['sound', 10],
    ['sound', 0],
  ]);
  letGoFirst('sound', all);
  assert.deepEqual(niceness, [19, 10, 0]);
});

test('nobody gives way to nobody', () => {
  const { all, niceness } = table([['main', 0]]);
  letGoFirst('sound', all);
  assert.deepEqual(niceness, [0]);
});

test('where the system forbids it, nothing breaks', () => {
  const { all, niceness } = table(
    [
      ['main', 0],
      ['sound', 0],
    ],
    true,
  );
  assert.doesNotThrow(() => letGoFirst('sound', all));
  assert.deepEqual(niceness, [0, 0]);
});
