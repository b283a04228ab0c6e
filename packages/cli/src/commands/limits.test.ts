import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { runOn, type Stage } from '../test-support.ts';

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

test('all rates are written as a file that import takes, and a file is put in their place', async () => {
  const rate = { prefix: '+44', perMinute: 0.02, perCall: 0, name: 'United Kingdom' };
  const answers: NonNullable<Stage['answers']> = {
    'rates.list': async () => ok({ rates: [rate], total: 1, currency: 'EUR' }),
    'rates.import': async ({ piece }) => ok({ imported: piece.split('\n').length - 2, replaced: 7 }),
  };
  const written = await runOn({ answers }, 'rates', 'export');
  assert.match(written.out, /^prefix,minute,call,name\r\n'\+44,0\.02,0,United Kingdom\r\n$/);
  assert.match((await runOn({ answers }, 'rates', 'list')).out, /\+44 +0\.02 EUR +United Kingdom/);
  const files = { 'prices.csv': written.out };
  const taken = await runOn({ answers, files }, 'rates', 'import', 'prices.csv');
  assert.equal(taken.out, 'There are 1 rates now, in place of 7 before.\n');
});
