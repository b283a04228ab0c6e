import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlEvent, RequestOf } from '@ringwall/contract';
import { Followers } from './followers.ts';

const RINGING = { kind: 'call-ringing', at: 1, call: 'c', callee: '102', phones: 1 } as ControlEvent;
const STARTED = { kind: 'call-started', at: 1, call: 'c', caller: '101', dialled: '102' } as ControlEvent;
const GONE = {
  kind: 'unregistered',
  at: 1,
  extension: '101',
  contact: 'sip:x',
  because: 'asked',
} as ControlEvent;

function told(wanted: RequestOf<'calls.follow'>, events: readonly ControlEvent[]): string[] {
  const followers = new Followers();
  const kinds: string[] = [];
  void followers.follow(wanted, ({ kind }) => kinds.push(kind), new AbortController().signal);
  for (const event of events) followers.tell(event);
  return kinds;
}

test('calls are told, and registrations to those who want them', () => {
  assert.deepEqual(told({ registrations: false }, [STARTED, RINGING, GONE]), [
    'call-started',
    'call-ringing',
  ]);
  assert.deepEqual(told({ registrations: true }, [STARTED, GONE]), ['call-started', 'unregistered']);
});

test('of one extension only what it has to do with', () => {
  assert.deepEqual(told({ registrations: true, extension: '101' }, [STARTED, RINGING, GONE]), [
    'call-started',
    'unregistered',
  ]);
  assert.deepEqual(told({ registrations: true, extension: '102' }, [STARTED, RINGING, GONE]), [
    'call-started',
    'call-ringing',
  ]);
});

test('who goes is told nothing more, and the promise is fulfilled', async () => {
  const followers = new Followers();
  const kinds: string[] = [];
  const stop = new AbortController();
  const following = followers.follow({ registrations: false }, ({ kind }) => kinds.push(kind), stop.signal);
  followers.tell(STARTED);
  stop.abort();
  assert.ok((await following).ok);
  followers.tell(STARTED);
  assert.equal(kinds.length, 1);
});

test('sixteen may watch, so that other commands still get through; the next is told to try again', async () => {
  const followers = new Followers();
  const stop = new AbortController();
  for (let i = 0; i < 16; i++) void followers.follow({ registrations: false }, () => {}, stop.signal);
  const refused = await followers.follow({ registrations: false }, () => {}, new AbortController().signal);
  assert.equal(refused.ok ? 'ok' : refused.error.code, 'CONTROL_BUSY');
  stop.abort();
  const ended = new AbortController();
  const again = followers.follow({ registrations: false }, () => {}, ended.signal);
  ended.abort();
  assert.ok((await again).ok);
});
