import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AdminError, SettingView } from '@ringwall/contract';
import type { Result } from '@ringwall/base';
import { StoreError } from '@ringwall/pbx';
import { MemoryStore } from '@ringwall/store';
import { Sealer } from '../secrets/sealer.ts';
import { loadSettings } from './load-settings.ts';
import { SealedSettings } from './sealed-settings.ts';
import { StoredSettings } from './stored-settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'ringwall-stored-'));
after(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, 'ringwall.yaml'), 'calls: {perExtension: 3}\n');

function opened(env: Readonly<Record<string, string>> = {}, store = new MemoryStore()) {
  const loaded = loadSettings({ config: undefined, env, cwd: directory });
  assert.ok(loaded.ok);
  let changes = 0;
  const settings = new StoredSettings({ store, loaded: loaded.value, onChanged: () => changes++ });
  return { settings, store, changes: () => changes };
}

function value(result: Result<SettingView, AdminError>): SettingView {
  assert.ok(result.ok, result.ok ? '' : result.error.text);
  return result.value;
}

async function refusal(result: Promise<Result<SettingView, AdminError>>): Promise<string> {
  const answer = await result;
  return answer.ok ? 'taken' : `${answer.error.code} ${answer.error.text}`;
}

test('every setting is shown with its source', () => {
  const { settings } = opened({ RINGWALL_CALLS_AT_ONCE: '50' });
  const sources = new Map(settings.list().map(({ key, value: shown, source }) => [key, [shown, source]]));
  assert.deepEqual(sources.get('calls.atOnce'), ['50', 'environment']);
  assert.deepEqual(sources.get('calls.perExtension'), ['3', 'file']);
  assert.equal(sources.get('calls.ringTimeoutSeconds')?.[1], 'default');
});

test('what the call path reads with each call is in effect at once, and taken back at once', async () => {
  const { settings, store, changes } = opened();
  const view = value(await settings.set('calls.ringTimeoutSeconds', '33'));
  assert.deepEqual([view.value, view.source, view.nextValue], ['33', 'database', null]);
  assert.equal(settings.inEffect.calls.ringTimeoutSeconds, 33);
  assert.deepEqual([...(await store.settings())], [['calls.ringTimeoutSeconds', '33']]);
  assert.equal(changes(), 1);
  const back = value(await settings.unset('calls.ringTimeoutSeconds'));
  assert.deepEqual([back.value, back.source], [back.default, 'default']);
  assert.equal((await store.settings()).size, 0);
});

test('what is read when the program starts waits for the next start', async () => {
  const { settings } = opened();
  const view = value(await settings.set('media.workers', '2'));
  assert.deepEqual([view.value, view.source, view.nextValue], [view.default, 'default', '2']);
  assert.equal(String(settings.inEffect.media.workers), view.default);
});

test('lists and words are written as in an environment variable', async () => {
  const { settings } = opened();
  const view = value(await settings.set('security.lanNetworks', '10.0.0.0/8,127.0.0.0/8'));
  assert.equal(view.value, '10.0.0.0/8, 127.0.0.0/8');
  assert.equal(value(await settings.set('sip.answerToAddresses', 'false')).value, 'false');
});

test('what the file or the environment has is refused, and said where it is', async () => {
  const { settings, store } = opened({ RINGWALL_CALLS_AT_ONCE: '50' });
  assert.match(
    await refusal(settings.set('calls.atOnce', '7')),
    /^SETTING_OVERRIDDEN .*RINGWALL_CALLS_AT_ONCE/,
  );
  assert.match(
    await refusal(settings.set('calls.perExtension', '7')),
    /^SETTING_OVERRIDDEN .*ringwall\.yaml/,
  );
  assert.equal((await store.settings()).size, 0);
});

test('a wrong name, a wrong value, and one that cannot be stored are refused with a sentence', async () => {
  const { settings, store } = opened();
  assert.match(await refusal(settings.set('calls.atOnec', '7')), /^SETTING_UNKNOWN .*calls\.atOnce\?/);
  assert.match(await refusal(settings.set('calls.ringTimeoutSeconds', 'soon')), /^SETTING_VALUE .*"soon"/);
  assert.match(
    await refusal(settings.set('storage.directory', '/x')),
    /^SETTING_NOT_STORED .*RINGWALL_STORAGE_DIRECTORY/,
  );
  assert.match(await refusal(settings.unset('nonsense')), /^SETTING_UNKNOWN .*setting list/);
  assert.equal((await store.settings()).size, 0);
});

test('two settings that cannot be together are refused together, also when they come at once', async () => {
  const { settings, store } = opened();
  const [a, b] = await Promise.all([
    refusal(settings.set('registrar.minExpiresSeconds', '600')),
    refusal(settings.set('registrar.maxExpiresSeconds', '300')),
  ]);
  assert.equal(a, 'taken');
  assert.match(b, /^SETTING_CONFLICT /);
  assert.deepEqual([...(await store.settings()).keys()], ['registrar.minExpiresSeconds']);
});

test('of a URL only scheme and host are shown, wherever it is from, and wrong as it may be', async () => {
  const { settings } = opened({ RINGWALL_GUARD_SHARED_LIST: 'https://list.example/T0K3N' });
  const webhooks = 'https://a.example/T0K3N,https://b.example/?key=T0K3N,https://c.example';
  const view = value(await settings.set('notify.webhooks', webhooks));
  assert.equal(view.value, 'https://a.example/…, https://b.example/…, https://c.example/');
  assert.deepEqual(settings.inEffect.notify.webhooks[0], 'https://a.example/T0K3N');
  const refused = [
    await refusal(settings.set('notify.webhooks', 'ftp://a.example/T0K3N')),
    await refusal(settings.set('notify.webhooks', 'https://T0K3N@a.example/')),
  ];
  writeFileSync(join(directory, 'one.yaml'), 'notify: {webhooks: "https://a.example/T0K3N"}\n');
  const loaded = loadSettings({ config: 'one.yaml', env: {}, cwd: directory });
  assert.ok(!loaded.ok);
  assert.doesNotMatch(JSON.stringify([settings.list(), refused, loaded]), /T0K3N/);
});

const HOOK = 'https://hooks.example.com/T0K3N-4711';
const HOOKS = JSON.stringify([HOOK]);

function sealing(store: MemoryStore, key = 1): SealedSettings {
  const random = { bytes: (count: number) => randomBytes(count) };
  return new SealedSettings(store, new Sealer(createSecretKey(Buffer.alloc(32, key)), random));
}

test('addresses with a token in them are sealed in the database, other settings can be read there', async () => {
  const store = new MemoryStore();
  const sealed = sealing(store);
  await sealed.saveSetting('notify.webhooks', HOOKS);
  await sealed.saveSetting('calls.atOnce', '50');
  const onDisk = await store.settings();
  assert.match(onDisk.get('notify.webhooks') ?? '', /^\{"sealed":"[^"]+"\}$/);
  assert.ok(!JSON.stringify([...onDisk]).includes('T0K3N'));
  assert.equal(onDisk.get('calls.atOnce'), '50');
  assert.deepEqual(
    await sealing(store).settings(),
    new Map([
      ['notify.webhooks', HOOKS],
      ['calls.atOnce', '50'],
    ]),
  );
  await sealed.saveSetting('notify.webhooks', undefined);
  assert.equal((await store.settings()).has('notify.webhooks'), false);
});

test('what another key sealed, or what was sealed for another setting, is as good as none', async () => {
  const store = new MemoryStore();
  await sealing(store).saveSetting('notify.webhooks', HOOKS);
  assert.equal((await sealing(store, 2).settings()).size, 0);
  await store.saveSetting('guard.sharedList', (await store.settings()).get('notify.webhooks'));
  assert.deepEqual([...(await sealing(store).settings()).keys()], ['notify.webhooks']);
});

test('addresses that were kept in the clear are read, and sealed when the data is opened', async () => {
  const store = new MemoryStore();
  await store.saveSetting('notify.webhooks', HOOKS);
  const sealed = sealing(store);
  assert.equal((await sealed.settings()).get('notify.webhooks'), HOOKS);
  await sealed.sealOld();
  assert.ok(!(await store.settings()).get('notify.webhooks')?.includes('T0K3N'));
  assert.equal((await sealed.settings()).get('notify.webhooks'), HOOKS);
});

test('a value on trial is in force and nowhere kept, and gone when it is taken back', async () => {
  const { settings, store, changes } = opened();
  const tried = await settings.tryOut('guard.amberRequests', '100');
  assert.ok(tried.ok);
  assert.deepEqual([tried.value.setting.value, tried.value.setting.nextValue], ['100', null]);
  assert.equal(settings.inEffect.guard.amberRequests, 100);
  assert.equal((await store.settings()).size, 0, 'a restart knows nothing of it');
  value(await settings.set('calls.ringTimeoutSeconds', '33'));
  assert.deepEqual(
    [settings.inEffect.guard.amberRequests, settings.inEffect.calls.ringTimeoutSeconds],
    [100, 33],
    'other changes leave it alone',
  );
  tried.value.revert();
  assert.deepEqual(
    [settings.inEffect.guard.amberRequests, settings.inEffect.calls.ringTimeoutSeconds],
    [2_000, 33],
  );
  assert.deepEqual([...(await store.settings()).keys()], ['calls.ringTimeoutSeconds']);
  assert.equal(changes(), 3);
});

test('a value on trial is kept when that is wanted, and what cannot be kept stays on trial', async () => {
  const { settings, store } = opened();
  const tried = await settings.tryOut('guard.amberRequests', '100');
  assert.ok(tried.ok);
  const save = store.saveSetting.bind(store);
  store.saveSetting = () => Promise.reject(new StoreError('STORE_FULL', 'The disk is full'));
  const failed = await tried.value.keep();
  assert.equal(failed.ok ? '' : failed.error.code, 'STORE_FULL');
  assert.equal(settings.inEffect.guard.amberRequests, 100);
  store.saveSetting = save;
  assert.ok((await tried.value.keep()).ok);
  assert.deepEqual([...(await store.settings())], [['guard.amberRequests', '100']]);
  tried.value.revert();
  assert.equal(settings.inEffect.guard.amberRequests, 100, 'what is kept is not on trial any more');
});

test('what somebody changes meanwhile is his: it is neither kept anew nor taken back', async () => {
  const { settings, store } = opened();
  const tried = await settings.tryOut('guard.amberRequests', '100');
  assert.ok(tried.ok);
  assert.equal(settings.keptBesideTrials?.guard.amberRequests, 2_000);
  value(await settings.set('guard.amberRequests', '500'));
  assert.ok((await tried.value.keep()).ok);
  tried.value.revert();
  assert.equal(settings.inEffect.guard.amberRequests, 500);
  const again = await settings.tryOut('guard.amberRequests', undefined);
  assert.ok(again.ok);
  assert.equal(settings.inEffect.guard.amberRequests, 2_000);
  const whole = new Map([['guard.amberRequests', '700']]);
  assert.ok((await settings.changeWith(whole, () => store.saveSetting('guard.amberRequests', '700'))).ok);
  again.value.revert();
  assert.equal(settings.inEffect.guard.amberRequests, 700);
});

test('what is not whole with the other settings is not tried out', async () => {
  const { settings } = opened();
  for (const [name, text] of [
    ['guard.amberRequests', '5000'],
    ['guard.amberRequests', 'many'],
    ['guard.amberRequestz', '5'],
  ] as const) {
    assert.equal((await settings.tryOut(name, text)).ok, false, `${name} ${text}`);
    assert.equal((await settings.valuesAfter(name, text)).ok, false);
  }
  assert.equal(settings.inEffect.guard.amberRequests, 2_000);
});
