import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerDirection, reverseDirection } from './direction.ts';
import type { Direction } from './types.ts';

const ALL: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

test('RFC 3264 6.1: the answer leaves no more than the offer, and reversing twice changes nothing', () => {
  assert.equal(answerDirection('sendonly', 'sendrecv'), 'recvonly');
  assert.equal(answerDirection('recvonly', 'sendrecv'), 'sendonly');
  assert.equal(answerDirection('inactive', 'sendrecv'), 'inactive');
  assert.equal(answerDirection('sendrecv', 'sendonly'), 'sendonly');
  assert.equal(answerDirection('sendonly', 'sendonly'), 'inactive');
  for (const direction of ALL) {
    assert.equal(reverseDirection(reverseDirection(direction)), direction);
    assert.equal(answerDirection(direction, 'sendrecv'), reverseDirection(direction));
    assert.equal(answerDirection(direction, 'inactive'), 'inactive');
  }
});
