import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '@ringwall/pbx';
import { explainSource } from '@ringwall/policy';
import { office } from './text-test-support.ts';

const LISTS = `
guard-blacklist:
  - { network: 203.0.113.0/24, until: 2031-03-08T11:00:00+01:00, description: scanners, by: Zoë }
  - { network: 2001:DB8::7/128 }
guard-whitelist:
  - { network: 192.0.2.7, description: The branch in Bern }
`;

function verdict({ guard, now }: ReturnType<typeof office>['guard'], address: string): string {
  return explainSource(guard, address, now()).verdict;
}

test('the lists are applied to the guard and to the disk, exported, and apply on an empty system as the same', async () => {
  const { apply, exported, planned, store, guard } = office();
  await apply(LISTS);
  assert.deepEqual([verdict(guard, '203.0.113.9'), verdict(guard, '2001:db8::7')], ['deny', 'deny']);
  const stored = (await store.guardEntries()).map(({ origin, addedBy, expiresAt }) => [
    origin,
    addedBy,
    expiresAt,
  ]);
  assert.deepEqual(stored, [
    ['manual', 'Zoë', Date.UTC(2031, 2, 8, 10)],
    ['manual', 'an administrator', undefined],
    ['manual', 'an administrator', undefined],
  ]);
  const text = await exported();
  assert.match(
    text,
    /guard-blacklist:\n {2}- network: 203\.0\.113\.0\/24\n {4}until: 2031-03-08T10:00:00Z\n {4}description: scanners\n {4}by: Zoë\n {2}- network: 2001:db8::7\nguard-whitelist:\n {2}- network: 192\.0\.2\.7\n {4}description: The branch in Bern\n$/,
  );
  for (const same of [LISTS, text]) assert.deepEqual((await planned(same)).changes, []); // eslint-disable-line no-await-in-loop
  const other = office();
  await other.apply(text);
  assert.equal(await other.exported(), text);
});

test('what the guard blacklisted by itself is in no text, and no text takes it away', async () => {
  const { apply, exported, store, guard } = office();
  await apply(LISTS);
  const [first] = await store.guardEntries();
  assert.ok(first !== undefined);
  const banned = {
    ...first,
    network: { ...first.network, bits: first.network.bits + 256n },
    origin: 'automatic' as const,
  };
  await store.changeGuardEntries([{ do: 'save-entry', entry: banned }]);
  assert.doesNotMatch(await exported(), /203\.0\.114/);
  await apply('guard-blacklist: []\nguard-whitelist: []');
  assert.deepEqual(
    (await store.guardEntries()).map(({ origin }) => origin),
    ['automatic'],
  );
  assert.equal(verdict(guard, '203.0.113.9'), 'allow');
});

test('an entry whose time is over is left out and said, and one that goes is planned with the rest', async () => {
  const { apply, planned, exported, back, store, guard } = office();
  const over = await planned(LISTS.replace('2031', '2020'));
  assert.deepEqual(over.remarks, ['Of guard-blacklist, 1 entry is left out, whose time is over.']);
  assert.equal(over.added, 2);
  await apply(LISTS);
  const version = await store.configurationVersion();
  const text = await exported();
  const { plan } = await apply('guard-blacklist:\n  - { network: "2001:db8::7", description: why }');
  assert.deepEqual(
    plan.changes.map(({ section, name, what }) => `${section} ${name} ${what}`),
    ['guard-blacklist 203.0.113.0/24 removed', 'guard-blacklist 2001:db8::7 changed'],
  );
  assert.equal(verdict(guard, '203.0.113.9'), 'allow');
  await back(version);
  assert.equal(await exported(), text);
  assert.equal(verdict(guard, '203.0.113.9'), 'deny');
});

test('lists that would shut out this machine or a phone need force, and are then on trial beside what is kept', async () => {
  const { whole, planned, apply, exported, store, guard } = office();
  await apply('guard-whitelist: [{ network: 192.0.2.7 }]');
  const text = 'settings: { calls: { atOnce: 7 } }\nguard-blacklist: [{ network: 198.51.100.0/24 }]';
  const { shutsOut } = await planned(text);
  assert.equal(shutsOut, '198.51.100.1 (this machine), 198.51.100.7 (a phone of 101)');
  assert.equal(verdict(guard, '198.51.100.7'), 'allow', 'a plan changes nothing');
  const version = await store.configurationVersion();
  const refused = await whole.apply(text, [], { expected: version, force: false });
  assert.ok(!refused.ok && refused.error.code === 'CONFIGURATION_SHUTS_OUT');
  assert.equal(await store.configurationVersion(), version);

  const { confirmWithin } = await apply(text, [], true);
  assert.equal(confirmWithin, 60);
  assert.equal(verdict(guard, '198.51.100.7'), 'deny', 'it is in force at once');
  assert.match(await exported(), /atOnce: 7[^]*guard-blacklist: \[\]/);
  assert.equal((await store.guardEntries()).length, 1, 'a restart takes it back');
  assert.deepEqual(await guard.probation.confirm(), { ok: true, value: 1 });
  assert.match(await exported(), /guard-blacklist:\n {2}- network: 198\.51\.100\.0\/24/);
  assert.deepEqual((await planned(text)).changes, []);
  assert.equal(
    (await planned(text.replace('}]', ', description: why }]'))).shutsOut,
    null,
    'it is so already',
  );
});

test('off the whitelist counts as shutting out where the blacklist holds what was let in', async () => {
  const { apply, planned, guard } = office();
  await apply(
    'guard-whitelist: [{ network: 198.51.100.0/24 }]\nguard-blacklist: [{ network: 198.51.0.0/16 }]',
    [],
    true,
  );
  await guard.probation.confirm();
  assert.equal(verdict(guard, '198.51.100.7'), 'allow');
  const { shutsOut } = await planned('guard-whitelist: []');
  assert.equal(shutsOut, '198.51.100.1 (this machine), 198.51.100.7 (a phone of 101)');
  assert.equal(verdict(guard, '198.51.100.7'), 'allow', 'a plan changes nothing');
});

test('where the rest cannot be saved, the guard is as before', async () => {
  const { whole, store, guard } = office();
  store.changeConfiguration = () => Promise.reject(new StoreError('STORE_FULL', 'The disk is full.'));
  for (const network of ['203.0.113.0/24', '198.51.100.0/24']) {
    const text = `guard-blacklist: [{ network: ${network} }]`;
    const refused = await whole.apply(text, [], { expected: 0, force: true }); // eslint-disable-line no-await-in-loop
    assert.ok(!refused.ok && refused.error.code === 'STORE_FULL');
  }
  assert.deepEqual([...guard.guard.lists.entries()], []);
  assert.deepEqual(await store.guardEntries(), []);
});

test('an entry that is written wrong is refused with its line', async () => {
  const { refused } = office();
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      'guard-blacklist:\n  - { network: 217.14.138.0/12 }',
      /line 2: .*can be read in two ways: 217\.0\.0\.0\/12/,
    ],
    ['guard-blacklist:\n  - { network: x }', /line 2: guard-blacklist\[0\]\.network/],
    [
      'guard-blacklist:\n  - { network: 192.0.2.7 }\n  - { network: 192.0.2.7/32 }',
      /line 3: guard-blacklist has 192\.0\.2\.7 twice/,
    ],
    [
      'guard-blacklist:\n  - { network: 192.0.2.7, until: 2027-02-31T10:00:00Z }',
      /line 2: .*until must be an instant such as/,
    ],
    [
      'guard-blacklist:\n  - { network: 192.0.2.7, until: 2027-02-03 }',
      /line 2: .*until must be an instant such as/,
    ],
    [
      'guard-whitelist:\n  - { network: 192.0.2.7, until: 2027-02-03T10:00:00Z }',
      /line 2: .*"until" is not known/,
    ],
  ];
  for (const [text, says] of cases) assert.match(await refused(text), says); // eslint-disable-line no-await-in-loop
});

test('settings that put registered phones out are planned as such, refused, and applied with --force alone', async () => {
  const { planned, whole, store, exported } = office({}, '10.0.0.7');
  const text = 'settings:\n  security:\n    lanNetworks: [192.168.0.0/16]\n';
  assert.equal((await planned(text)).shutsOut, '10.0.0.7 (a phone of 102)');
  const expected = await store.configurationVersion();
  const refused = await whole.apply(text, [], { expected, force: false });
  assert.ok(!refused.ok);
  assert.equal(refused.error.code, 'CONFIGURATION_SHUTS_OUT');
  assert.doesNotMatch(await exported(), /192\.168\.0\.0/);
  const forced = await whole.apply(text, [], { expected, force: true });
  assert.ok(forced.ok);
  assert.match(await exported(), /192\.168\.0\.0\/16/);
});
