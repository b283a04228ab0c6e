import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import { adminError, type SettingView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const RING: SettingView = {
  key: 'calls.ringTimeoutSeconds',
  value: '60',
  source: 'default',
  nextValue: null,
  default: '60',
  limits: 'a whole number from 5 to 600',
  says: 'How long phones ring.',
  live: true,
  stored: true,
};

const WORKERS: SettingView = { ...RING, key: 'media.workers', value: '0', default: '0', live: false };

test('the list shows each setting with its source, and --changed leaves out what is as it comes', async () => {
  const changed: SettingView = { ...WORKERS, source: 'environment', value: '2' };
  const answers = { 'setting.list': async () => ok({ settings: [RING, changed] }) };
  const all = await runOn({ answers }, 'setting', 'list');
  assert.match(all.out, /calls\.ringTimeoutSeconds +60 +default/);
  assert.match(all.out, /media\.workers +2 +environment/);
  const some = await runOn({ answers }, 'setting', 'list', '--changed', '--json');
  assert.deepEqual(JSON.parse(some.out), { settings: [changed] });
});

test('one setting is shown with its meaning, its bounds, and when a change takes effect', async () => {
  const answers = { 'setting.show': async () => ok({ setting: RING, running: true }) };
  const ran = await runOn({ answers }, 'setting', 'show', RING.key);
  for (const line of [/How long phones ring/, /from 5 to 600/, /takes effect +at once/])
    assert.match(ran.out, line);
});

const TOLD = [
  [{ ...RING, value: '30', source: 'database' }, true, /is 30, at once/],
  [RING, true, /is 60, the default, at once/],
  [{ ...WORKERS, nextValue: '2' }, true, /is still 0, and 2 from the next start on/],
  [{ ...WORKERS, nextValue: '2' }, false, /is 2 when the program is started/],
] as const;

test('whoever changes a setting is told when it takes effect', async () => {
  for (const [setting, running, told] of TOLD) {
    const answers = { 'setting.set': async () => ok({ setting, running, confirmWithin: null }) };
    const ran = await runOn({ answers, running }, 'setting', 'set', setting.key, '30');
    assert.deepEqual(ran.asked, [{ name: 'setting.set', request: { name: setting.key, value: '30' } }]);
    assert.match(ran.out, told);
  }
});

test('what shuts somebody out needs --yes, and is said to be on trial', async () => {
  const answers = {
    'setting.set': async () => ok({ setting: RING, running: true, confirmWithin: 60 }),
    'setting.unset': async () => ok({ setting: RING, running: true, confirmWithin: 60 }),
  };
  const set = await runOn({ answers }, 'setting', 'set', RING.key, '30', '--yes');
  const unset = await runOn({ answers }, 'setting', 'unset', RING.key, '--yes');
  assert.deepEqual(
    [...set.asked, ...unset.asked].map(({ request }) => request),
    [
      { name: RING.key, value: '30', confirmed: true },
      { name: RING.key, confirmed: true },
    ],
  );
  for (const { err: said } of [set, unset])
    assert.match(said, /taken back in 60 s unless you type: ringwall guard confirm/);
});

test('a value is taken out of the database, and a refusal is a sentence', async () => {
  const answers = {
    'setting.unset': async () => ok({ setting: RING, running: true, confirmWithin: null }),
    'setting.set': async () =>
      err(adminError('SETTING_OVERRIDDEN', { name: RING.key, where: 'RINGWALL_CALLS_RING_TIMEOUT_SECONDS' })),
  };
  assert.equal((await runOn({ answers }, 'setting', 'unset', RING.key)).code, 0);
  const refused = await runOn({ answers }, 'setting', 'set', RING.key, '30');
  assert.equal(refused.code, 4);
  assert.match(refused.err, /goes before the database/);
});
