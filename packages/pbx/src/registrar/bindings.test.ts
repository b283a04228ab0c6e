import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later, type MonotonicMs, TimerWheel, type WallMs } from '@ringwall/base';
import type { Effect } from '../effects.ts';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import { bindingOf, flowFrom } from '../testing/parts.ts';
import type { Binding } from './binding.ts';
import { Bindings, type BindingTimer } from './bindings.ts';

const NUMBER = '101' as ExtensionNumber;

function table() {
  let wall = 1_800_000_000_000 as WallMs;
  const effects: Effect[] = [];
  const timers = new TimerWheel<BindingTimer>(0 as MonotonicMs);
  const bindings = new Bindings({
    timers,
    now: () => (wall - 1_800_000_000_000) as MonotonicMs,
    wall: () => wall,
    effect: (effect) => effects.push(effect),
    keepAliveSeconds: () => 0,
    keepAlive: () => {},
  });
  const register = (address: string, seconds: number): void => {
    const binding: Binding = {
      ...bindingOf('101', flowFrom(address)),
      registeredAt: wall,
      expiresAt: later(wall, seconds * 1_000),
    };
    bindings.replace(NUMBER, [binding]);
  };
  const wait = (ms: number): void => {
    wall = later(wall, ms);
    for (const timer of timers.advance((wall - 1_800_000_000_000) as MonotonicMs)) bindings.timer(timer);
  };
  const saves = (): number => effects.filter((effect) => effect.do === 'save-bindings').length;
  return { bindings, register, wait, saves, effects };
}

test('a phone that refreshes often is written when half of the time on disk has passed', () => {
  const { register, wait, saves, bindings } = table();
  register('10.0.0.9', 600);
  assert.equal(saves(), 1);
  for (let seconds = 0; seconds < 270; seconds += 30) {
    wait(30_000);
    register('10.0.0.9', 600);
  }
  assert.equal(saves(), 1);
  for (let seconds = 0; seconds < 90; seconds += 30) {
    wait(30_000);
    register('10.0.0.9', 600);
  }
  assert.equal(saves(), 2);
  assert.equal(bindings.of(NUMBER)[0]?.expiresAt, 1_800_000_000_000 + 360_000 + 600_000);
});

test('a phone that moved, went or came back is written at once', () => {
  const { register, wait, saves, bindings } = table();
  register('10.0.0.9', 600);
  register('10.0.0.8', 600);
  assert.equal(saves(), 2);
  bindings.replace(NUMBER, []);
  assert.equal(saves(), 3);
  register('10.0.0.8', 600);
  assert.equal(saves(), 4);
  wait(601_000);
  assert.equal(bindings.count, 0);
  assert.equal(saves(), 5);
});

test('what came from the store is not written again until it changes', () => {
  const { bindings, saves } = table();
  const binding = { ...bindingOf('101', flowFrom('10.0.0.9')), expiresAt: 1_800_000_600_000 as WallMs };
  bindings.replace(NUMBER, [binding], false);
  bindings.replace(NUMBER, [{ ...binding, expiresAt: 1_800_000_700_000 as WallMs }]);
  assert.equal(saves(), 0);
});

test('of an extension that was changed only what may stay is kept, and the rest is reported and written', () => {
  const { bindings, effects, saves } = table();
  const [near, far] = ['10.0.0.9', '198.51.100.9'].map((address) => bindingOf('101', flowFrom(address)));
  assert.ok(near !== undefined && far !== undefined);
  bindings.replace(NUMBER, [near, far]);
  bindings.changed(NUMBER, () => true);
  assert.equal(saves(), 1);
  bindings.changed(NUMBER, ({ flow }) => flow === near.flow);
  assert.deepEqual(bindings.of(NUMBER), [near]);
  assert.equal(bindings.isKnown(far.flow), false);
  assert.equal(saves(), 2);
  const gone = effects.flatMap((effect) =>
    effect.do === 'report' && effect.event.kind === 'unregistered' ? [effect.event] : [],
  );
  assert.deepEqual(gone, [
    { kind: 'unregistered', extension: NUMBER, contact: far.contact, because: 'extension-changed' },
  ]);
});

test('a phone that was put out by a change is remembered by its flow for a day, and one that went by itself is not', () => {
  const { register, wait, bindings } = table();
  register('10.0.0.9', 600);
  register('10.0.0.8', 600);
  bindings.changed(NUMBER, () => false);
  assert.equal(bindings.formerly(flowFrom('10.0.0.8')), '101');
  assert.equal(bindings.formerly(flowFrom('10.0.0.9')), undefined);
  wait(24 * 3_600_000);
  assert.equal(bindings.formerly(flowFrom('10.0.0.8')), undefined);
});
