import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newTrunkDocument, type TrunkDocument } from '@ringwall/contract';
import { MemoryStore } from '@ringwall/store';
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
  assert.ok((await trunks.save('acme', ACME, PASSWORD, true)).ok);
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
  await trunks.save('acme', ACME, PASSWORD, true);
  assert.ok((await trunks.save('acme', { ...ACME, callsAtOnce: 20 }, undefined, false)).ok);
  const [trunk] = [...(await built()).trunks.values()];
  assert.deepEqual([trunk?.callsAtOnce, trunk?.account?.password], [20, PASSWORD]);
  assert.ok((await trunks.remove('acme')).ok);
  assert.deepEqual(await store.items(), []);
});

test('mistakes are refused by a code and change nothing', async () => {
  const { store, trunks, state } = office();
  assert.equal(await refusal(trunks.save('acme', ACME, undefined, true)), 'TRUNK_PASSWORD');
  assert.equal(await refusal(trunks.save('acme', { ...ACME, user: '' }, undefined, true)), 'TRUNK_USER');
  assert.equal(await refusal(trunks.save('acme', ACME, PASSWORD, false)), 'TRUNK_UNKNOWN');
  assert.equal(await refusal(trunks.remove('acme')), 'TRUNK_UNKNOWN');
  assert.equal(state.changes, 0);
  await trunks.save('acme', ACME, PASSWORD, true);
  assert.equal(await refusal(trunks.save('acme', ACME, PASSWORD, true)), 'TRUNK_EXISTS');
  assert.equal((await store.items()).length, 1);
});

test('a trunk that cannot be read, or was sealed by another key, is left out and named', async () => {
  const { store, trunks, built } = office();
  await trunks.save('acme', ACME, PASSWORD, true);
  const item = { kind: 'trunk', name: 'broken', json: '{"host":', sealed: undefined };
  await store.changeItems([{ do: 'save-item', ...item }]);
  const { trunks: read, warnings } = await built();
  assert.deepEqual([...read.keys()], ['acme']);
  assert.match(warnings[0]?.text ?? '', /The trunk broken is stored in a way that cannot be read/);
  const other = buildTrunks(await store.items(), office(2).secrets);
  assert.deepEqual([other.trunks.size, other.warnings.length], [0, 2]);
});
