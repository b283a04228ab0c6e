import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOutboundRuleDocument } from '@ringwall/contract';
import { askAs } from './asked.ts';
import { OFFICE, office, SECRETS } from './text/text-test-support.ts';

const LONDON = OFFICE.replace('strip: 1', 'strip: 0');
const BLOCKED = `
policy-tests:
  - { name: blocked, from: 101, dials: 02079460958, at: 2027-03-08T10:00, expect: deny, because: why not }
`;
const ROUTE = { trunk: 'acme', strip: 0, prepend: '', append: '', callerId: '' };
const BLOCK = {
  ...newOutboundRuleDocument(),
  prefixes: ['02079460958'],
  routes: [{ ...ROUTE, trunk: null }],
};

/** The newest first: what changed, and by what. */
async function told({ whole }: ReturnType<typeof office>): Promise<readonly string[]> {
  const versions = await whole.versions();
  assert.ok(versions.ok);
  return versions.value.versions.map(({ replacedBy }) => replacedBy);
}

test('every command keeps what was before it, under who asked for what, and is gone back from', async () => {
  const at = office();
  const { apply, exported, back, store, extensions, outbound, trunks, storedSettings } = at;
  await apply(LONDON, SECRETS);
  const changes: readonly (readonly [string, () => Promise<{ readonly ok: boolean }>])[] = [
    ['extension set by anna: changed extension 101 (name)', () => extensions.change('101', { name: 'Zoë' })],
    ['extension add by anna: added extension 103', () => extensions.add({ number: '103' })],
    ['extension remove by anna: removed extension 103', () => extensions.remove('103')],
    ['setting set by anna: added calls.atOnce', () => storedSettings.set('calls.atOnce', '7')],
    ['outbound add by anna: added outbound rule blocked', () => outbound.save('blocked', BLOCK, true, 1)],
    ['outbound remove by anna: removed outbound rule blocked', () => outbound.remove('blocked')],
    [
      'trunk set by anna: changed trunk acme (transfersAllowed)',
      async () => {
        const shown = await trunks.show('acme');
        assert.ok(shown.ok);
        return trunks.save('acme', { ...shown.value.trunk, transfersAllowed: true }, {}, false);
      },
    ],
  ];
  for (const [line, change] of changes) {
    const [words = ''] = line.split(' by ');
    /* eslint-disable no-await-in-loop -- in their order */
    const [version, before] = [await store.configurationVersion(), await exported()];
    const done = await askAs({ words, by: 'anna' }, 'x', change);
    assert.ok(done.ok, line);
    assert.equal((await told(at))[0], line);
    const after = await exported();
    assert.notEqual(after, before);
    const changed = await store.configurationVersion();
    await back(version);
    assert.equal(await exported(), before, line);
    await back(changed);
    assert.equal(await exported(), after, line);
    /* eslint-enable no-await-in-loop */
  }
});

test('what cannot be gone back from, a secret or what is so already, keeps no version', async () => {
  const at = office();
  await at.apply(LONDON, SECRETS);
  const versions = await told(at);
  assert.ok((await at.extensions.newSecret('101')).ok);
  assert.ok((await at.extensions.newPin('101')).ok);
  assert.ok((await at.extensions.change('101', { name: 'Anna' })).ok);
  assert.deepEqual(await told(at), versions);
});

test('what the guard blacklists by itself is no version, and what a person adds is', async () => {
  const at = office();
  const { commands, store, exported } = at;
  await at.apply('guard-blacklist: [{ network: 203.0.113.0/24 }]');
  const [entry] = await store.guardEntries();
  assert.ok(entry !== undefined);
  const version = await store.configurationVersion();
  const ban = { ...entry, network: { ...entry.network, bits: entry.network.bits + 256n } };
  await commands.changeGuardEntries([{ do: 'save-entry', entry: { ...ban, origin: 'automatic' } }]);
  await commands.changeGuardEntries([]);
  assert.equal(await store.configurationVersion(), version);
  await commands.changeGuardEntries([{ do: 'save-entry', entry: ban }]);
  assert.deepEqual(
    [(await told(at))[0], await store.configurationVersion()],
    ['a command: added blacklisted 203.0.114.0/24', version + 1],
  );
  await at.back(version);
  assert.doesNotMatch(await exported(), /203\.0\.114/);
});

test('what policy tests refuse is done by force, and the list of versions says so', async () => {
  const at = office();
  const { apply, outbound } = at;
  await apply(LONDON, SECRETS);
  assert.ok((await outbound.save('blocked', BLOCK, true, 1)).ok);
  await apply(BLOCKED);
  const remove = (force: boolean) =>
    askAs({ words: 'outbound remove', by: 'anna', force }, 'outbound.remove', () =>
      outbound.remove('blocked'),
    );
  const refused = await remove(false);
  assert.ok(!refused.ok && refused.error.code === 'POLICY_TESTS_BROKEN');
  assert.match(refused.error.text, /--force/);
  assert.ok((await remove(true)).ok);
  assert.equal((await told(at))[0], 'outbound remove --force by anna: removed outbound rule blocked');
});

test('of two commands that only together let through what a policy test denies, one is refused', async () => {
  const { apply, outbound, whole } = office();
  await apply(LONDON, SECRETS);
  const twice = { ...BLOCK, prefixes: ['0207946095'] };
  assert.ok((await outbound.save('blocked', BLOCK, true, 1)).ok);
  assert.ok((await outbound.save('blocked-too', twice, true, 1)).ok);
  await apply(BLOCKED);
  const done = await Promise.all([outbound.remove('blocked'), outbound.remove('blocked-too')]);
  assert.deepEqual(
    done.map((each) => (each.ok ? 'done' : each.error.code)),
    ['done', 'POLICY_TESTS_BROKEN'],
  );
  const tests = await whole.testPolicy();
  assert.ok(tests.ok && tests.value.every(({ passed }) => passed));
});

test('what is no configuration, and is stored in between, keeps no command from its change', async () => {
  const { extensions, apply, store } = office();
  await apply(LONDON, SECRETS);
  const changeConfiguration = store.changeConfiguration.bind(store);
  let between = 0;
  store.changeConfiguration = async (change) => {
    const secret = { kind: 'secret' as const, name: 'webhook-key', json: '{}', sealed: Uint8Array.of(1) };
    if (between++ === 0) await store.changeItems([{ do: 'save-item', ...secret }]);
    return changeConfiguration(change);
  };
  assert.ok((await extensions.change('101', { name: 'Zoë' })).ok);
  assert.equal(between, 2);
  assert.equal((await store.extensions())[0]?.name, 'Zoë');
});

test('a version is put together of what each change after it touched, whichever is gone back to', async () => {
  const { apply, back, exported, store, extensions, outbound, storedSettings } = office();
  await apply(LONDON, SECRETS);
  const steps: readonly (() => Promise<unknown>)[] = [
    () => extensions.change('101', { name: 'Zoë' }),
    () => extensions.add({ number: '104', name: 'Max' }),
    () => storedSettings.set('calls.atOnce', '7'),
    () => extensions.change('104', { name: 'Moritz' }),
    () => apply('guard-blacklist: [{ network: 203.0.113.0/24 }]'),
    () => extensions.newSecret('101'),
    () => outbound.save('blocked', BLOCK, true, 1),
    () => apply('extensions: { 101: { name: Bob } }\ninbound-rules: []'),
    () => apply('guard-blacklist: []\nguard-whitelist: [{ network: 203.0.113.7 }]'),
    () => storedSettings.unset('calls.atOnce'),
    () => extensions.add({ number: '103' }),
    () => extensions.remove('103'),
  ];
  const was: (readonly [version: number, text: string])[] = [];
  /* eslint-disable no-await-in-loop -- in their order */
  for (const step of steps) {
    was.push([await store.configurationVersion(), await exported()]);
    await step();
  }
  const kept = new Set((await store.keptConfigurations()).map(({ version }) => version));
  const wanted = was.filter(([version]) => kept.has(version));
  assert.equal(wanted.length, steps.length - 1, 'of a new secret there is none');
  for (const [version, text] of [...wanted, ...wanted.toReversed()]) {
    await back(version);
    assert.equal(await exported(), text, String(version));
  }
  /* eslint-enable no-await-in-loop */
});

test('a command about one extension reads that one, however many there are; where policy tests have a say, all', async () => {
  const { extensions, outbound, apply, store } = office();
  const all = store.extensions.bind(store);
  const asked: unknown[] = [];
  store.extensions = (numbers) => {
    asked.push(numbers);
    return all(numbers);
  };
  assert.ok((await extensions.add({ number: '101' })).ok);
  assert.ok((await extensions.remove('101')).ok);
  assert.deepEqual(asked, [['101'], ['101'], ['101']]);
  await apply(LONDON, SECRETS);
  assert.ok((await outbound.save('blocked', BLOCK, true, 1)).ok);
  await apply(BLOCKED);
  asked.length = 0;
  assert.ok((await extensions.add({ number: '104' })).ok);
  assert.deepEqual(asked, [['104'], undefined]);
});
