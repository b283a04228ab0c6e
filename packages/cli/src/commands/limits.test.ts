import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { runOn } from '../test-support.ts';

const FROZEN = { of: '101', text: 'Extension 101 made 10 calls in a minute', at: 1_800_000_000_000 };

test('who is frozen is listed with the reason, and limits that are off are pointed out', async () => {
  const answers = { 'limits.list': async () => ok({ on: false, frozen: [FROZEN] }) };
  const ran = await runOn({ answers }, 'limits', 'list');
  assert.match(ran.out, /101 +Extension 101 made 10 calls/);
  assert.match(ran.err, /turned off/);
});

test('an extension is released, or said not to be frozen', async () => {
  for (const [released, says] of [
    [true, 'Extension 101 may call outside again.\n'],
    [false, 'Extension 101 was not frozen.\n'],
  ] as const) {
    const answers = { 'limits.release': async () => ok({ released }) };
    const ran = await runOn({ answers }, 'limits', 'release', '101');
    assert.equal(ran.out, says);
    assert.deepEqual(ran.asked[0]?.request, { of: '101' });
  }
});
