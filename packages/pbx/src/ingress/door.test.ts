import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import { answerChallenge, type Flow, makeHa1 } from '@ringwall/sip';
import { countingRandom, extensionOf, flowFrom, request, snapshotOf } from '../testing/parts.ts';
import { Door, type Entrance } from './door.ts';

const ha1 = {
  md5: makeHa1('md5', 'auth101', 'pbx', 'right'),
  sha256: makeHa1('sha256', 'auth101', 'pbx', 'right'),
};
const snapshot = snapshotOf([extensionOf('101', { ha1 })]);
const NOW = 1_000 as MonotonicMs;
const URI = 'sip:102@pbx.example.com';

function knock(username: string, password: string, from = flowFrom(), then: Flow = from): Entrance {
  const door = new Door(countingRandom(), NOW);
  const asked = door.admit(request('INVITE'), from, snapshot, NOW);
  assert.equal(asked.kind, 'challenge');
  const challenges = asked.kind === 'challenge' ? asked.challenges : [];
  const answer = answerChallenge({
    challenges,
    method: 'INVITE',
    uri: URI,
    username,
    password,
    cnonce: 'c',
    nc: 1,
  });
  assert.ok(answer.ok);
  const again = request('INVITE', [`Authorization: ${answer.value.authorization}`]);
  return door.admit(again, then, snapshot, NOW);
}

test('the right answer to the challenge opens the door', () => {
  const entrance = knock('auth101', 'right');
  assert.equal(entrance.kind === 'admitted' && entrance.extension.number, '101');
});

test('a wrong password and an unknown name get the same: another challenge', () => {
  const [wrong, unknown] = [knock('auth101', 'wrong'), knock('nobody', 'right')];
  for (const entrance of [wrong, unknown]) assert.equal(entrance.kind, 'refused');
  const shape = (entrance: Entrance): string[] =>
    entrance.kind === 'refused' ? entrance.challenges.map((each) => each.replace(/nonce="[^"]*"/, '')) : [];
  assert.deepEqual(shape(wrong), shape(unknown));
  assert.ok(shape(wrong).length > 0);
});

test('an answer that comes from elsewhere proves nothing, not even that it was wrong', () => {
  assert.equal(knock('auth101', 'wrong', flowFrom(), flowFrom('198.51.100.1')).kind, 'challenge');
  assert.equal(knock('auth101', 'right', flowFrom(), flowFrom('198.51.100.1')).kind, 'challenge');
});

test('the number of an extension is not its name at the door', () => {
  assert.equal(knock('101', 'right').kind, 'refused');
});
