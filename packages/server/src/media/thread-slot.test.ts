import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import type { StartThread, ThreadCommand } from './thread-messages.ts';
import { ThreadSlot } from './thread-slot.ts';

const COMMAND: ThreadCommand = { do: 'report', request: 1 };

interface Rig {
  readonly slot: ThreadSlot;
  readonly starts: { readonly posted: ThreadCommand[]; readonly breakDown: () => void }[];
  readonly gone: string[];
  readonly pass: (ms: number) => void;
}

function rig(): Rig {
  let now = 0;
  const starts: { posted: ThreadCommand[]; breakDown: () => void }[] = [];
  const start: StartThread = (_settings, _onReport, onGone) => {
    const posted: ThreadCommand[] = [];
    starts.push({ posted, breakDown: () => onGone('broken') });
    const post = (command: ThreadCommand): void => void posted.push(command);
    return { post, postLater: post, close: () => Promise.resolve() };
  };
  const clock = { monotonic: () => now as MonotonicMs, wall: () => now as WallMs };
  const gone: string[] = [];
  const slot = new ThreadSlot(
    start,
    { silenceMs: 1 },
    clock,
    () => {},
    (why) => gone.push(why),
  );
  const pass = (ms: number): void => {
    now += ms;
    mock.timers.tick(ms);
  };
  return { slot, starts, gone, pass };
}

test('a thread that lived a while is replaced at once', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { slot, starts, gone, pass } = rig();
  pass(5_000);
  starts[0]?.breakDown();
  assert.deepEqual(gone, ['broken']);
  assert.equal(starts.length, 2);
  assert.equal(slot.restarts, 1);
  slot.post(COMMAND);
  assert.deepEqual(starts[1]?.posted, [COMMAND]);
  mock.timers.reset();
});

test('a thread that breaks as soon as it starts is tried again, less and less often', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { slot, starts, pass } = rig();
  const pauses: number[] = [];
  for (let i = 1; i <= 8; i++) {
    starts.at(-1)?.breakDown();
    assert.ok(!slot.isRunning);
    slot.post(COMMAND);
    let pause = 0;
    while (starts.length === i) {
      pass(100);
      pause += 100;
    }
    pauses.push(pause);
  }
  assert.deepEqual(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  mock.timers.reset();
});

test('once closed, nothing is started again', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { slot, starts, gone, pass } = rig();
  await slot.close();
  starts[0]?.breakDown();
  pass(60_000);
  assert.equal(starts.length, 1);
  assert.deepEqual(gone, []);
  mock.timers.reset();
});
