import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { runOn } from '../test-support.ts';

const CALLER = { pattern: '+4420*', extension: '101', description: 'at night', addedAt: 1_800_000_000_000 };

test('a caller is put on the list of one extension', async () => {
  const ran = await runOn(
    { answers: { 'caller-blacklist.add': async () => ok({ caller: CALLER }) } },
    ...['caller-blacklist', 'add', '+4420*', '--extension', '101', '--description', 'at night'],
  );
  assert.deepEqual(ran.asked, [
    {
      name: 'caller-blacklist.add',
      request: { pattern: '+4420*', extension: '101', description: 'at night' },
    },
  ]);
  assert.equal(ran.out, '+4420* is on the caller blacklist of 101.\n');
});

test('the list shows whom an entry is for, how often it was hit and when last', async () => {
  const callers = [
    { ...CALLER, hits: 12, lastHitAt: CALLER.addedAt },
    { ...CALLER, pattern: 'anonymous', extension: null, hits: 0, lastHitAt: null },
  ];
  const answers = { 'caller-blacklist.list': async () => ok({ callers, matching: 2 }) };
  const ran = await runOn({ answers }, 'caller-blacklist', 'list');
  assert.match(ran.out, /\+4420\* +101 .* 12 +2027-01-1.* at night/);
  assert.match(ran.out, /anonymous +everybody .* 0 +never/);
});
