import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newTrunkDocument, type TrunkDocument } from '@ringwall/contract';
import type { WallMs } from '@ringwall/base';
import { MemoryStore } from '@ringwall/store';
import { makeSelfSigned } from '../certificate/self-signed.ts';
import { Sealer } from '../secrets/sealer.ts';
import { buildTrunks } from './build-trunks.ts';
import { TrunkAdministration } from './trunk-administration.ts';
import { TrunkSecrets } from './trunk-secrets.ts';

const PASSWORD = 'Secret-of-the-trunk-4711';
const ACME: TrunkDocument = { ...newTrunkDocument('sip.provider.example', 'register'), user: '442079460000' };

function office(key = 1) {
  const store = new MemoryStore();
  const sealer = new Sealer(createSecretKey(Buffer.alloc(32, key)), { bytes: (count) => randomBytes(count) });
  const secrets = new TrunkSecrets(sealer);
  const state = { changes: 0 };
  const trunks = new TrunkAdministration({ store, secrets, onChanged: () => void state.changes++ });
  const built = async () => buildTrunks(await store.items(), secrets);
  return { store, secrets, trunks, state, built };
}

async function refusal(asked: Promise<{ readonly ok: boolean; readonly error?: { readonly code: string } }>) {
  const answer = await asked;
  return answer.ok ? '' : (answer.error?.code ?? '');
}

test('a trunk is stored with its password sealed, and comes back as the PBX needs it', async () => {
  const { store, trunks, state, built } = office();
  assert.ok((await trunks.save('acme', ACME, { password: PASSWORD }, true)).ok);
  const [item] = await store.items();
  assert.ok(item?.sealed !== undefined);
  for (const text of [item.json, Buffer.from(item.sealed).toString('latin1')]) {
    assert.ok(!text.includes(PASSWORD));
  }
  const [trunk] = [...(await built()).trunks.values()];
  assert.deepEqual(trunk?.account, { user: ACME.user, password: PASSWORD, realm: 'sip.provider.example' });
  assert.equal(trunk?.caller.number, ACME.user, 'who calls is shown as the account');
  assert.equal(state.changes, 1);
});

test('what is changed keeps the password, and what is removed takes it along', async () => {
  const { store, trunks, built } = office();
  await trunks.save('acme', ACME, { password: PASSWORD }, true);
  assert.ok((await trunks.save('acme', { ...ACME, callsAtOnce: 20 }, {}, false)).ok);
  const [trunk] = [...(await built()).trunks.values()];
  assert.deepEqual([trunk?.callsAtOnce, trunk?.account?.password], [20, PASSWORD]);
  assert.ok((await trunks.remove('acme')).ok);
  assert.deepEqual(await store.items(), []);
});

test('mistakes are refused by a code and change nothing', async () => {
  const { store, trunks, state } = office();
  assert.equal(await refusal(trunks.save('acme', ACME, {}, true)), 'TRUNK_PASSWORD');
  assert.equal(await refusal(trunks.save('acme', { ...ACME, user: '' }, {}, true)), 'TRUNK_USER');
  assert.equal(await refusal(trunks.save('acme', ACME, { password: PASSWORD }, false)), 'TRUNK_UNKNOWN');
  assert.equal(await refusal(trunks.remove('acme')), 'TRUNK_UNKNOWN');
  assert.equal(state.changes, 0);
  await trunks.save('acme', ACME, { password: PASSWORD }, true);
  assert.equal(await refusal(trunks.save('acme', ACME, { password: PASSWORD }, true)), 'TRUNK_EXISTS');
  assert.equal((await store.items()).length, 1);
});

test('a trunk that cannot be read, or was sealed by another key, is left out and named', async () => {
  const { store, trunks, built } = office();
  await trunks.save('acme', ACME, { password: PASSWORD }, true);
  const item = { kind: 'trunk' as const, name: 'broken', json: '{"host":', sealed: undefined };
  await store.changeItems([{ do: 'save-item', ...item }]);
  const { trunks: read, warnings } = await built();
  assert.deepEqual([...read.keys()], ['acme']);
  assert.match(warnings[0]?.text ?? '', /The trunk broken is stored in a way that cannot be read/);
  const other = buildTrunks(await store.items(), office(2).secrets);
  assert.deepEqual([other.trunks.size, other.warnings.length], [0, 2]);
});

const SECURE: TrunkDocument = { ...ACME, transport: 'tls' };
const { certificate: CA, key: KEY } = makeSelfSigned(['root.example'], Date.UTC(2026, 10, 22) as WallMs, {
  bytes: (count) => randomBytes(count),
});

test('a CA of its own is stored without what else its file held, shown in words, kept, and taken away', async () => {
  const { store, trunks, built } = office();
  const saved = await trunks.save('acme', SECURE, { password: PASSWORD, ca: KEY + CA }, true);
  assert.ok(saved.ok);
  assert.deepEqual(
    saved.value.authorities.map(({ subject }) => subject),
    ['CN=root.example'],
  );
  assert.ok(!JSON.stringify(saved.value).includes('BEGIN'), 'it is not shown as it is');
  assert.ok(!(await store.items())[0]?.json.includes('PRIVATE KEY'));
  const used = async () => [...(await built()).trunks.values()].map(({ ca }) => ca);
  assert.deepEqual(await used(), [CA]);
  const changed = await trunks.save('acme', { ...SECURE, callsAtOnce: 20 }, {}, false);
  assert.ok(changed.ok && changed.value.authorities.length === 1);
  assert.deepEqual(await used(), [CA]);
  assert.ok((await trunks.save('acme', SECURE, { ca: null }, false)).ok);
  assert.deepEqual(await used(), [undefined]);
  assert.deepEqual(
    JSON.parse((await store.items())[0]?.json ?? ''),
    SECURE,
    'as it was stored before there were CAs',
  );
});

test('a CA that is none, or that nothing would be checked by, is refused and changes nothing', async () => {
  const { store, trunks } = office();
  const save = async (trunk: TrunkDocument, ca: string) =>
    refusal(trunks.save('acme', trunk, { password: PASSWORD, ca }, true));
  assert.equal(await save(SECURE, KEY), 'TRUNK_CA');
  assert.equal(await save(ACME, CA), 'TRUNK_CA_TRANSPORT');
  assert.deepEqual(await store.items(), []);
});

test('a trunk whose stored CA cannot be read is left out, and not taken for one that has none', async () => {
  const { store, trunks, built } = office();
  await trunks.save('acme', SECURE, { password: PASSWORD, ca: CA }, true);
  const [item] = await store.items();
  assert.ok(item !== undefined);
  const json = JSON.stringify({ ...SECURE, ca: CA.slice(0, 100) });
  await store.changeItems([{ do: 'save-item', ...item, json }]);
  const { trunks: read, warnings } = await built();
  assert.deepEqual([read.size, warnings.length], [0, 1]);
});

test('a trunk that was stored before it had codecs, and the like, is read as it worked then', async () => {
  const { store, trunks, built } = office();
  const { codecs: _, dtmf: __, ...before } = ACME;
  await trunks.save('acme', ACME, { password: PASSWORD }, true);
  const [item] = await store.items();
  assert.ok(item !== undefined);
  await store.changeItems([{ do: 'save-item', ...item, json: JSON.stringify(before) }]);
  const { trunks: read, warnings } = await built();
  assert.deepEqual(warnings, []);
  const [trunk] = [...read.values()];
  assert.deepEqual([trunk?.codecs, trunk?.dtmf], [[], 'auto']);
});

test('what is set of codecs, identity and failures reaches the PBX as it needs it', async () => {
  const { trunks, built } = office();
  const set = {
    codecs: ['pcma', 'g722'],
    dtmf: 'rfc4733',
    forwardedBy: 'history-info',
    originalCaller: true,
    nextAfter: ['5xx', 'no-answer'],
    silenceSeconds: 4,
    whenDown: 'never',
    optionsSeconds: 0,
  } as const;
  assert.ok((await trunks.save('acme', { ...ACME, ...set }, { password: PASSWORD }, true)).ok);
  const [trunk] = [...(await built()).trunks.values()];
  assert.equal(trunk?.caller.domain, undefined);
  const named = { ...ACME, ...set, fromDomain: 'pbx.customer.example' };
  assert.ok((await trunks.save('acme', named, {}, false)).ok);
  assert.equal((await built()).trunks.values().next().value?.caller.domain, 'pbx.customer.example');
  const wanted = { ...set, codecs: ['PCMA', 'G722'] };
  for (const [name, value] of Object.entries(wanted)) {
    assert.deepEqual(trunk?.[name as keyof typeof wanted], value, name);
  }
});
