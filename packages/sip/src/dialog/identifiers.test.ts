import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../transaction/testing/messages.ts';
import { dialogKey, newCallId, newTag } from './identifiers.ts';

test('tags and Call-IDs are of at least 64 bits of chance, and never the same', () => {
  const random = new SeededRandom(1);
  const tags = new Set(Array.from({ length: 1_000 }, () => newTag(random)));
  const callIds = new Set(Array.from({ length: 1_000 }, () => newCallId(random)));
  assert.equal(tags.size, 1_000);
  assert.equal(callIds.size, 1_000);
  for (const tag of tags) assert.match(tag, /^[0-9a-f]{20}$/);
  for (const callId of callIds) assert.match(callId, /^[0-9a-f]{32}$/);
});

test('two dialogs have one key only if all three parts are the same', () => {
  const keys = [
    ['c', 'l', 'r'],
    ['c', 'r', 'l'],
    ['cl', '', 'r'],
    ['c', 'lr', ''],
    ['c', '', 'lr'],
    ['', 'cl', 'r'],
  ].map(([callId = '', local = '', remote = '']) => dialogKey(callId, local, remote));
  assert.equal(new Set(keys).size, keys.length);
});
