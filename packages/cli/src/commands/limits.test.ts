import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { runOn, type Stage } from '../test-support.ts';

const FROZEN = { of: '101', text: 'Extension 101 made 10 calls in a minute', at: 1_800_000_000_000 };

test('who is frozen is listed with the reason, and limits that are off are pointed out', async () => {
  const answers = { 'limits.list': async () => ok({ on: false, frozen: [FROZEN] }) };
  const ran = await runOn({ answers }, 'limits', 'list');
  assert.match(ran.out, /extension 101 +Extension 101 made 10 calls/);
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

test('a trunk that is frozen is listed and released by its name', async () => {
  const frozen = { of: 'trunk:acme', text: 'The trunk acme called abroad for 60 minutes', at: FROZEN.at };
  const answers: NonNullable<Stage['answers']> = {
    'limits.list': async () => ok({ on: true, frozen: [frozen] }),
    'limits.release': async () => ok({ released: true }),
  };
  assert.match((await runOn({ answers }, 'limits', 'list')).out, /the trunk acme +The trunk acme called/);
  const ran = await runOn({ answers }, 'limits', 'release', '--trunk', 'acme');
  assert.equal(ran.out, 'The trunk acme may call outside again.\n');
  assert.deepEqual(ran.asked[0]?.request, { of: 'trunk:acme' });
  const nobody = await runOn({ answers }, 'limits', 'release');
  assert.match(nobody.err, /Name one extension, one group or one trunk/);
});

test('limits of a group are set, and levels that make no sense are refused in words', async () => {
  const levels = { levels: ['calls most 5'], closed: [] };
  const answers: NonNullable<Stage['answers']> = {
    'limits.save': async ({ of }) => ok({ of, levels }),
  };
  const set = await runOn({ answers }, 'limits', 'set', '--group', 'sales', 'calls most 5', 'probes off');
  assert.equal(set.out, 'The limits of the group sales: calls most 5.\n');
  assert.deepEqual(set.asked[0]?.request, {
    of: 'group:sales',
    closed: false,
    levels: ['calls most 5', 'probes off'],
  });
  const wrong = await runOn({ answers }, 'limits', 'set', '--group', 'sales', 'calls told 9 frozen 3');
  assert.match(wrong.err, /would tell at 9 what is frozen at 3 already/);
});

test('the phones of an extension are listed, and one of them or all are accepted', async () => {
  const phone = {
    id: 2,
    says: 'Zoiper outside the LAN',
    firstAt: FROZEN.at,
    lastAt: FROZEN.at,
    known: false,
  };
  const answers: NonNullable<Stage['answers']> = {
    'limits.devices': async () => ok({ refused: true, devices: [phone] }),
    'limits.accept': async () => ok({}),
  };
  assert.match(
    (await runOn({ answers }, 'limits', 'devices', '101')).out,
    /2 +Zoiper outside the LAN.*not yet/,
  );
  const one = await runOn({ answers }, 'limits', 'accept', '101', '2');
  assert.deepEqual(one.asked[0]?.request, { extension: '101', device: 2 });
  const all = await runOn({ answers }, 'limits', 'accept', '101', 'all');
  assert.deepEqual(all.asked[0]?.request, { extension: '101' });
});
