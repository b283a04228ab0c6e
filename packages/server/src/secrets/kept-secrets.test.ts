import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { MemoryStore } from '@ringwall/store';
import { KeptSecrets } from './kept-secrets.ts';
import { Sealer } from './sealer.ts';

const random = { bytes: (count: number) => randomBytes(count) };

function secretsOf(store: MemoryStore, key = 1): KeptSecrets {
  return new KeptSecrets(store, new Sealer(createSecretKey(Buffer.alloc(32, key)), random), random);
}

test('a secret is on disk sealed, and is there again after a restart', async () => {
  const store = new MemoryStore();
  await secretsOf(store).set('smtp-password', 'Secret-4711');
  const [item] = await store.items();
  assert.ok(!`${item?.json}${Buffer.from(item?.sealed ?? []).toString('latin1')}`.includes('Secret-4711'));
  const again = secretsOf(store);
  assert.equal(again.get('smtp-password'), undefined, 'before it is loaded');
  await again.load();
  assert.equal(again.get('smtp-password'), 'Secret-4711');
});

test('one that another key sealed, or that was sealed for another purpose, does not open', async () => {
  const store = new MemoryStore();
  await secretsOf(store).set('smtp-password', 'Secret-4711');
  const other = secretsOf(store, 2);
  await other.load();
  assert.equal(other.get('smtp-password'), undefined);
  const [item] = await store.items();
  assert.ok(item !== undefined);
  await store.changeItems([{ do: 'save-item', ...item, name: 'webhook-key' }]);
  const moved = secretsOf(store);
  await moved.load();
  assert.equal(moved.get('webhook-key'), undefined);
});

test('a key that is issued is long, and another each time', async () => {
  const secrets = secretsOf(new MemoryStore());
  const keys = [await secrets.issue('webhook-key'), await secrets.issue('webhook-key')];
  assert.ok(keys.every((key) => /^[0-9a-f]{64}$/.test(key)) && keys[0] !== keys[1]);
  assert.equal(secrets.get('webhook-key'), keys[1]);
});
