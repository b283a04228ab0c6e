import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MonotonicMs, TimerWheel } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { CallId } from './call-record.ts';
import { type CallTimerPayload, CallTimers } from './call-timers.ts';

const [first, second] = ['one' as CallId, 'two' as CallId];
const leg = 'leg' as LegId;
const at = (ms: number): MonotonicMs => ms as MonotonicMs;

function timers() {
  const wheel = new TimerWheel<CallTimerPayload>(at(0));
  const table = new CallTimers(wheel);
  const fire = (ms: number): string[] =>
    wheel.advance(at(ms)).map((payload) => {
      table.fired(payload);
      return `${payload.owner}:${payload.timer}`;
    });
  return { table, fire, wheel };
}

test('the timers of a leg go on when its first call is over', () => {
  const { table, fire } = timers();
  table.set(first, leg, 'session-expiry', at(0), 100);
  table.set(first, undefined, 'ring', at(0), 100);
  table.forget(first);
  assert.deepEqual(fire(100), ['leg:session-expiry']);
  assert.equal(table.owners, 0);
});

test('a timer that is set in another call replaces the one from before', () => {
  const { table, fire, wheel } = timers();
  table.set(first, leg, 'session-refresh', at(0), 100);
  table.set(second, leg, 'session-refresh', at(0), 300);
  assert.equal(wheel.size, 1);
  assert.deepEqual(fire(200), []);
  assert.deepEqual(fire(300), ['leg:session-refresh']);
});

test('nothing is left of timers that were stopped or forgotten', () => {
  const { table, fire, wheel } = timers();
  table.set(first, undefined, 'ring', at(0), 100);
  table.set(first, undefined, 'ring', at(0), undefined);
  table.set(first, leg, 'prack', at(0), 100);
  table.set(first, leg, 'linger', at(0), 100);
  table.forget(leg);
  assert.equal(wheel.size, 0);
  assert.equal(table.owners, 0);
  assert.deepEqual(fire(1_000), []);
});
