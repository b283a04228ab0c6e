import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathering, holdThread, SIGNALLING_GATHERS, SOUND_GATHERS } from './gathering.ts';

/** A thread that does not rest, and says how long it would have. */
function startThread(limits = SIGNALLING_GATHERS) {
  const planned: (() => void)[] = [];
  const rests: number[] = [];
  const host = {
    afterTurn: (run: () => void) => planned.push(run),
    rest: (ms: number) => rests.push(ms),
  };
  const gathering = new Gathering(host, limits);
  const turn = (messages: number): void => {
    for (let i = 0; i < messages; i++) gathering.messageCame();
    for (const run of planned.splice(0)) run();
  };
  return { gathering, rests, turn };
}

test('a house in which few messages come never rests', () => {
  const { gathering, rests, turn } = startThread();
  for (let tick = 0; tick < 100; tick++) {
    for (let i = 0; i < 31; i++) turn(1);
    gathering.tick();
  }
  assert.deepEqual([rests.length, gathering.rests], [0, 0]);
});

test('while many come, each turn that found few is followed by one rest', () => {
  const { gathering, rests, turn } = startThread();
  turn(32);
  gathering.tick();
  turn(1);
  turn(15);
  turn(2);
  assert.deepEqual(rests, [2, 2, 2]);
  assert.equal(gathering.rests, 3);
});

test('full turns are not followed by a rest, so that nothing is lost by resting when there is most to do', () => {
  const { gathering, rests, turn } = startThread();
  turn(32);
  gathering.tick();
  turn(16);
  turn(500);
  assert.deepEqual(rests, []);
});

test('where a rest gathers nothing, since each message waits for an answer, there is one in a tick and no more', () => {
  const { gathering, rests, turn } = startThread();
  for (let tick = 0; tick < 10; tick++) {
    for (let i = 0; i < 50; i++) turn(1);
    gathering.tick();
  }
  assert.equal(rests.length, 9);
});

test('it stops resting a tick after the messages have become few', () => {
  const { gathering, rests, turn } = startThread();
  turn(32);
  gathering.tick();
  turn(3);
  gathering.tick();
  turn(3);
  assert.deepEqual(rests, [2]);
});

test('sound rests for half a millisecond, from some 40 calls on', () => {
  const { gathering, rests, turn } = startThread(SOUND_GATHERS);
  turn(79);
  gathering.tick();
  turn(2);
  assert.deepEqual(rests, []);
  turn(78);
  gathering.tick();
  turn(2);
  assert.deepEqual(rests, [0.5]);
});

test('holding the thread takes the time that was asked for', () => {
  const before = performance.now();
  holdThread(5);
  assert.ok(performance.now() - before >= 4.9);
});
