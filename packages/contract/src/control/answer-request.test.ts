import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import { adminError } from '../errors/admin-error.ts';
import type { Administration } from './administration.ts';
import { answerRequest, type EventStream } from './answer-request.ts';
import type { ControlEvent } from './shapes.ts';

const silent: EventStream = { send: () => true, signal: new AbortController().signal };

function administration(parts: Partial<Administration>): Administration {
  return {
    handle: async () => err(adminError('EXTENSION_UNKNOWN', { number: '101' })),
    follow: async () => ok(undefined),
    ...parts,
  };
}

test('a request goes to the administration with its name and its checked body', async () => {
  const asked: unknown[] = [];
  const answer = await answerRequest(
    administration({
      handle: async (name, request) => {
        asked.push([name, request]);
        return err(adminError('EXTENSION_UNKNOWN', { number: '101' }));
      },
    }),
    { request: 'extension.show', with: { number: '101' } },
    silent,
  );
  assert.deepEqual(asked, [['extension.show', { number: '101' }]]);
  assert.ok(!answer.ok && answer.error.code === 'EXTENSION_UNKNOWN');
});

test('what is no request never reaches the administration', async () => {
  const fail = administration({
    handle: () => assert.fail('reached'),
    follow: () => assert.fail('reached'),
  });
  for (const incoming of [null, 'stop', { request: 'stop' }, { request: 'stop', with: { now: true } }]) {
    const answer = await answerRequest(fail, incoming, silent);
    assert.ok(!answer.ok && answer.error.code === 'REQUEST_MALFORMED');
  }
});

test('a slow reader is told how many events it missed, as soon as it reads again', async () => {
  const sent: ControlEvent[] = [];
  let takes = true;
  const stream: EventStream = {
    send: (event) => takes && sent.push(event) > 0,
    signal: new AbortController().signal,
  };
  const event = (at: number): ControlEvent => ({ kind: 'call-held', at, call: 'c', by: 'caller' });
  const answer = await answerRequest(
    administration({
      follow: async (_, tell) => {
        tell(event(1));
        takes = false;
        tell(event(2));
        tell(event(3));
        takes = true;
        tell(event(4));
        tell(event(5));
        return ok(undefined);
      },
    }),
    { request: 'calls.follow', with: {} },
    stream,
  );
  assert.deepEqual(answer, ok({}));
  assert.deepEqual(sent, [event(1), { kind: 'skipped', at: 4, events: 2 }, event(4), event(5)]);
});
