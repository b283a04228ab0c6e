import assert from 'node:assert/strict';
import { createSecretKey, hash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Random, Result, WallMs } from '@ringwall/base';
import {
  DEFAULT_CALLING_RIGHTS,
  type ExtensionNumber,
  NO_CODES,
  NO_DIALLING,
  type PbxSettings,
} from '@ringwall/pbx';
import { CallerBlacklist, DEFAULT_GUARD_POLICY, indexInbound } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { isPin } from '../pins/pin-hash.ts';
import { PinSecrets } from '../pins/pin-secrets.ts';
import { Sealer } from '../secrets/sealer.ts';
import { type BuiltSnapshot, buildSnapshot } from './build-snapshot.ts';
import { ExtensionSecrets } from './extension-secrets.ts';
import { Extensions } from './extensions.ts';

const NOW = 1_800_000_000_000 as WallMs;
const systemRandom: Random = { bytes: (count) => randomBytes(count) };

const settings: PbxSettings = {
  realm: 'pbx',
  domains: ['pbx.example.com'],
  answerToAddresses: true,
  addressNetworks: [],
  lanNetworks: [],
  publicAddress: undefined,
  mediaNetworks: [],
  bindingsPerExtension: 5,
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3_600,
  trustedEdges: [],
  keepAliveSeconds: 30,
  ringTimeoutSeconds: 60,
  maxCallSeconds: 14_400,
  sessionExpiresSeconds: 1_800,
  minSessionExpiresSeconds: 90,
  callsAtOnce: 100,
  callsPerExtension: 4,
  allowShortSrtpTag: false,
  guard: DEFAULT_GUARD_POLICY,
  canaries: [],
};

function world(options: { readonly random?: Random; readonly key?: number } = {}) {
  const store = new MemoryStore();
  const random = options.random ?? systemRandom;
  const sealer = new Sealer(createSecretKey(Buffer.alloc(32, options.key ?? 1)), systemRandom);
  const secrets = new ExtensionSecrets(sealer);
  const state = { changes: 0, realm: 'pbx' };
  const extensions = new Extensions({
    store,
    secrets,
    random,
    clock: { wall: () => NOW },
    realm: () => state.realm,
    isForHelp: (number) => number === '190',
    isRingGroup: async (number) => number === '600',
    passwordLength: () => 20,
    pins: new PinSecrets(sealer, random),
    codeSetting: (number) => (number === '777' ? 'codes.pinLock' : undefined),
    onChanged: () => state.changes++,
  });
  return { store, secrets, extensions, state };
}

async function snapshotOf(
  store: MemoryStore,
  secrets: ExtensionSecrets,
  realm = 'pbx',
  canaries: readonly string[] = [],
): Promise<ReturnType<typeof buildSnapshot>> {
  const [version, extensions] = await Promise.all([store.configurationVersion(), store.extensions()]);
  const pins = new PinSecrets(new Sealer(createSecretKey(Buffer.alloc(32, 1)), systemRandom), systemRandom);
  const source = { version, extensions, secrets, pins, settings: { ...settings, realm, canaries } };
  return buildSnapshot({
    ...source,
    policy: {
      trunks: new Map(),
      callerBlacklist: new CallerBlacklist([]),
      dialling: NO_DIALLING,
      codes: NO_CODES,
      inbound: indexInbound([]),
      ringGroups: new Map(),
    },
    warnings: [],
    sealingKeyFile: '/data/sealing.key',
  });
}

function value<Value>(result: Result<Value, { readonly text: string }>): Value {
  assert.ok(result.ok, result.ok ? '' : result.error.text);
  return result.value;
}

function code(result: Result<unknown, { readonly code: string }>): string {
  assert.ok(!result.ok, 'it was done');
  return result.error.code;
}

const number = (text: string) => text as ExtensionNumber;

test('a new extension is enabled, only for the LAN, named by its number, and gets secrets of its own', async () => {
  const { extensions, state } = world();
  const { extension, authId, password } = value(await extensions.add({ number: '101' }));
  assert.deepEqual(extension, {
    number: '101',
    name: '101',
    authId,
    enabled: true,
    lanOnly: true,
    secureTransportOnly: false,
    rtpMode: undefined,
    calling: DEFAULT_CALLING_RIGHTS,
    hasPin: false,
    createdAt: NOW,
  });
  assert.match(password, /^[a-zA-Z2-9]{20}$/);
  assert.match(authId, /^[a-z2-9]{10}$/);
  assert.equal(new Set([authId, password, '101']).size, 3);
  assert.equal(state.changes, 1);
});

test('what an administrator chose is kept', async () => {
  const { extensions } = world();
  const wanted = {
    number: '102',
    name: ' Anna ',
    lanOnly: false,
    secureTransportOnly: true,
    rtpMode: 'required',
  } as const;
  const { extension } = value(await extensions.add(wanted));
  assert.deepEqual(
    [extension.name, extension.lanOnly, extension.secureTransportOnly, extension.rtpMode],
    ['Anna', false, true, 'required'],
  );
});

test('the snapshot holds the HA1s of RFC 7616 for the password that was given out', async () => {
  const { extensions, store, secrets } = world();
  const { authId, password } = value(await extensions.add({ number: '101', name: 'Anna' }));
  const { snapshot, warnings } = value(await snapshotOf(store, secrets));
  const extension = snapshot.extensions.get(number('101'));
  assert.deepEqual(extension?.ha1, {
    md5: hash('md5', `${authId}:pbx:${password}`),
    sha256: hash('sha256', `${authId}:pbx:${password}`),
  });
  assert.equal(snapshot.byAuthId.get(authId), extension);
  assert.equal(snapshot.version, 1);
  assert.equal(snapshot.settings.realm, 'pbx');
  assert.deepEqual(warnings, []);
});

test('neither the password nor what stands for it is in what is stored, listed or shown', async () => {
  const { extensions, store, secrets } = world();
  const { password } = value(await extensions.add({ number: '101' }));
  const { snapshot } = value(await snapshotOf(store, secrets));
  const { md5, sha256 } = snapshot.extensions.get(number('101'))?.ha1 ?? { md5: '', sha256: '' };
  const [stored] = await store.extensions();
  assert.ok(stored !== undefined && md5 !== '');
  const sealed = Buffer.from(stored.sealedHa1);
  for (const secret of [Buffer.from(password), Buffer.from(md5, 'hex'), Buffer.from(sha256, 'hex')]) {
    assert.ok(!sealed.includes(secret));
  }
  const seen = JSON.stringify([
    { ...stored, sealedHa1: sealed.toString('latin1') },
    value(await extensions.list()),
    value(await extensions.show('101')),
    value(await extensions.disable('101')),
  ]);
  for (const secret of [password, md5, sha256]) assert.ok(!seen.includes(secret));
});

test('a wrong number or name, or a number that is taken, changes nothing', async () => {
  const { extensions, store, state } = world();
  value(await extensions.add({ number: '101' }));
  assert.equal(code(await extensions.add({ number: '1x1' })), 'EXTENSION_NUMBER');
  assert.equal(code(await extensions.add({ number: '112' })), 'EXTENSION_NUMBER');
  assert.equal(code(await extensions.add({ number: '102', name: 'a\u0007' })), 'REQUEST_MALFORMED');
  assert.equal(code(await extensions.add({ number: '101' })), 'EXTENSION_EXISTS');
  assert.equal(code(await extensions.change('101', { name: '' })), 'REQUEST_MALFORMED');
  assert.equal(state.changes, 1);
  assert.equal(await store.configurationVersion(), 1);
});

test('an extension that is not there is unknown to every command', async () => {
  const { extensions, state } = world();
  const answers = [
    await extensions.show('101'),
    await extensions.change('101', { name: 'Anna' }),
    await extensions.enable('101'),
    await extensions.disable('101'),
    await extensions.remove('101'),
    await extensions.newSecret('101'),
    await extensions.show('__proto__'),
  ];
  for (const answer of answers) assert.equal(code(answer), 'EXTENSION_UNKNOWN');
  assert.equal(state.changes, 0);
});

test('changing touches what is named, and can leave the RTP mode to the transport again', async () => {
  const { extensions } = world();
  value(await extensions.add({ number: '101', name: 'Anna', rtpMode: 'required' }));
  const { extension: renamed } = value(await extensions.change('101', { name: ' Berta ' }));
  assert.deepEqual([renamed.name, renamed.rtpMode, renamed.lanOnly], ['Berta', 'required', true]);
  const { extension: changed } = value(
    await extensions.change('101', { lanOnly: false, rtpMode: undefined }),
  );
  assert.deepEqual([changed.name, changed.rtpMode, changed.lanOnly], ['Berta', undefined, false]);
  assert.deepEqual(value(await extensions.show('101')), changed);
});

test('disabling keeps the secret, and enabling gives it back its use', async () => {
  const { extensions, store, secrets } = world();
  value(await extensions.add({ number: '101' }));
  const before = value(await snapshotOf(store, secrets)).snapshot.extensions.get(number('101'));
  assert.equal(value(await extensions.disable('101')).enabled, false);
  assert.equal(value(await extensions.enable('101')).enabled, true);
  const after = value(await snapshotOf(store, secrets)).snapshot.extensions.get(number('101'));
  assert.deepEqual(after, before);
});

test('new secrets replace the auth ID and the password, and nothing else', async () => {
  const { extensions, store, secrets } = world();
  const first = value(await extensions.add({ number: '101', name: 'Anna' }));
  const second = value(await extensions.newSecret('101'));
  assert.notEqual(second.authId, first.authId);
  assert.notEqual(second.password, first.password);
  assert.deepEqual(second.extension, { ...first.extension, authId: second.authId });
  const { snapshot } = value(await snapshotOf(store, secrets));
  assert.equal(snapshot.byAuthId.has(first.authId), false);
  assert.equal(
    snapshot.byAuthId.get(second.authId)?.ha1.sha256,
    hash('sha256', `${second.authId}:pbx:${second.password}`),
  );
});

test('removing gives the extension as it was, and the number is free', async () => {
  const { extensions, state } = world();
  const { extension } = value(await extensions.add({ number: '101', name: 'Anna' }));
  assert.deepEqual(value(await extensions.remove('101')), extension);
  assert.deepEqual(value(await extensions.list()), []);
  value(await extensions.add({ number: '101' }));
  assert.equal(state.changes, 3);
});

test('an auth ID that is taken is drawn again, and given up after three draws', async () => {
  let draws = 0;
  // Ten bytes are an auth ID: the first three of them come out the same.
  const random: Random = {
    bytes: (count) => (count === 10 && ++draws <= 3 ? new Uint8Array(count) : randomBytes(count)),
  };
  const { extensions } = world({ random });
  const first = value(await extensions.add({ number: '101' }));
  const second = value(await extensions.add({ number: '102' }));
  assert.equal(draws, 4);
  assert.equal(first.authId, '2222222222');
  assert.notEqual(second.authId, first.authId);

  const always: Random = { bytes: (count) => (count === 10 ? new Uint8Array(count) : randomBytes(count)) };
  const stuck = world({ random: always });
  value(await stuck.extensions.add({ number: '101' }));
  assert.equal(code(await stuck.extensions.add({ number: '102' })), 'AUTH_ID_EXISTS');
});

test('a store that refuses is an answer with its code and sentence', async () => {
  const { extensions, store, state } = world();
  await store.close();
  for (const result of [
    await extensions.add({ number: '101' }),
    await extensions.list(),
    await extensions.show('101'),
  ]) {
    assert.equal(code(result), 'STORE_BUSY');
  }
  assert.equal(state.changes, 0);
});

test('secrets sealed by another key: no snapshot, and the sentence names the file', async () => {
  const { extensions, store } = world({ key: 1 });
  value(await extensions.add({ number: '101' }));
  value(await extensions.add({ number: '102' }));
  const built = await snapshotOf(store, world({ key: 2 }).secrets);
  assert.ok(!built.ok);
  assert.equal(built.error.code, 'SEALING_KEY_WRONG');
  assert.match(built.error.text, /\/data\/sealing\.key/);
});

test('an empty store makes a snapshot with any key', async () => {
  const { store, secrets } = world();
  const { snapshot, warnings } = value(await snapshotOf(store, secrets));
  assert.equal(snapshot.extensions.size, 0);
  assert.deepEqual(warnings, []);
});

test('a secret copied from one extension to another does not open there: that one is left out, with a warning', async () => {
  const { extensions, store, secrets } = world();
  value(await extensions.add({ number: '101' }));
  value(await extensions.add({ number: '102' }));
  const [first] = await store.extensions();
  assert.ok(first !== undefined);
  await store.changeExtension(number('102'), { sealedHa1: first.sealedHa1 });
  const { snapshot, warnings } = value(await snapshotOf(store, secrets));
  assert.deepEqual([...snapshot.extensions.keys()], ['101']);
  assert.equal(snapshot.byAuthId.size, 1);
  const [warning] = warnings;
  assert.equal(warning?.code, 'SEALING_KEY_WRONG');
  assert.match(warning.text, /left out: 102\. .*new-secret/);
});

test('after the realm changed a warning counts the passwords that were made for the old one', async () => {
  const { extensions, store, secrets, state } = world();
  value(await extensions.add({ number: '101' }));
  value(await extensions.add({ number: '102' }));
  state.realm = 'example.com';
  value(await extensions.newSecret('102'));
  const { snapshot, warnings } = value(await snapshotOf(store, secrets, 'example.com'));
  assert.equal(snapshot.extensions.size, 2);
  assert.deepEqual(
    warnings.map((warning) => warning.code),
    ['REALM_CHANGED'],
  );
  assert.match(warnings[0]?.text ?? '', /1 extensions.*"pbx".*"example\.com"/);
});

test('a canary that is an extension is none, and a warning says so: its phone would be blacklisted', async () => {
  const { extensions, store, secrets } = world();
  value(await extensions.add({ number: '101' }));
  const { snapshot, warnings } = value(await snapshotOf(store, secrets, 'pbx', ['101', '999']));
  assert.deepEqual(snapshot.settings.canaries, ['999']);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['CANARY_IS_EXTENSION'],
  );
});

test('a snapshot after a change opens only what is new, and forgets what is gone', async () => {
  const { extensions, store, secrets } = world();
  for (let i = 0; i < 5; i++) value(await extensions.add({ number: String(200 + i) }));
  const first = value(await snapshotOf(store, secrets));
  value(await extensions.remove('200'));
  value(await extensions.newSecret('201'));
  const second = value(await snapshotOf(store, secrets));
  const ha1 = (built: BuiltSnapshot, of: string) => built.snapshot.extensions.get(number(of))?.ha1;
  assert.equal(ha1(second, '202'), ha1(first, '202'));
  assert.notDeepEqual(ha1(second, '201'), ha1(first, '201'));
  assert.equal(ha1(second, '200'), undefined);
});

test('what an extension may do outside is changed one right at a time, and reaches the snapshot', async () => {
  const { extensions, store, secrets } = world();
  value(await extensions.add({ number: '101' }));
  value(await extensions.change('101', { calling: { isInternalOnly: true, callerId: '+442079460101' } }));
  const { calling } = value(await extensions.change('101', { calling: { isInternalOnly: false } })).extension;
  assert.deepEqual(calling, { ...DEFAULT_CALLING_RIGHTS, callerId: '+442079460101' });
  const built = value(await snapshotOf(store, secrets));
  assert.deepEqual(built.snapshot.extensions.get(number('101'))?.calling, calling);
});

test('an extension that is to be protected gets a PIN, which is shown once and stored as no more than a sealed hash', async () => {
  const { extensions, store, secrets } = world();
  const added = value(await extensions.add({ number: '101', isPinProtected: true }));
  assert.match(added.pin ?? '', /^\d{6}$/);
  value(await extensions.add({ number: '102' }));
  const first = value(await extensions.change('102', { calling: { isPinProtected: true } }));
  assert.match(first.pin ?? '', /^\d{6}$/);
  assert.equal(first.extension.hasPin, true);
  const again = value(await extensions.change('102', { calling: { isPinProtected: true } }));
  assert.equal(again.pin, undefined);
  await store.savePinAttempts([{ of: '102', wrong: 3, lastAt: NOW }]);
  const { pin = '' } = value(await extensions.newPin('102', 8));
  assert.deepEqual(await store.pinAttempts(), [], 'a new PIN may be tried anew');
  assert.match(pin, /^\d{8}$/);
  const built = value(await snapshotOf(store, secrets));
  const hash = built.snapshot.extensions.get(number('102'))?.pinHash ?? '';
  assert.deepEqual([await isPin(pin, hash), await isPin(first.pin ?? '', hash)], [true, false]);
});

test('what is protected by a PIN that cannot be read is told', async () => {
  const { extensions, store, secrets } = world();
  value(await extensions.add({ number: '101', isPinProtected: true }));
  await store.changeExtension(number('101'), { sealedPin: new Uint8Array(60) });
  const { warnings } = value(await snapshotOf(store, secrets));
  assert.deepEqual(
    warnings.map((each) => each.code),
    ['PIN_MISSING'],
  );
});

test('a number that is dialled for help, or for a service, can be no extension', async () => {
  const { extensions } = world();
  assert.equal(code(await extensions.add({ number: '777' })), 'NUMBER_IS_CODE');
  assert.equal(code(await extensions.add({ number: '190' })), 'NUMBER_FOR_HELP');
});
