import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { err, ok, type WallMs } from '@ringwall/base';
import type { Notification } from './notification.ts';
import type { OutwardRequest } from './outward.ts';
import { Webhooks } from './webhooks.ts';

const NOTICE: Notification = {
  at: 1_800_000_000_000 as WallMs,
  kind: 'guard-ban',
  severity: 'notice',
  text: '192.0.2.7 is blacklisted',
  fields: { source: '192.0.2.7' },
};

/** A sender whose time passes when the test says so. */
function rig(answer: (url: string) => number | string | Promise<number>, key: string | null = 'k') {
  const sent: OutwardRequest[] = [];
  const waits: { readonly ms: number; readonly run: () => void }[] = [];
  const told = { sent: 0, failed: [] as string[], dropped: 0 };
  const state = { urls: ['https://hook.example/a-secret'] };
  const webhooks = new Webhooks({
    urls: () => state.urls,
    key: () => key ?? undefined,
    now: () => 1_800_000_000_500,
    send: async (request) => {
      sent.push(request);
      const said = await answer(request.url);
      return typeof said === 'string' ? err(said) : ok({ status: said, headers: {}, body: Buffer.alloc(0) });
    },
    later: (ms, run) => waits.push({ ms, run }),
    onSent: () => void told.sent++,
    onFailed: (why) => told.failed.push(why),
    onDropped: (count) => void (told.dropped += count),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { webhooks, sent, waits, told, settle, state };
}

test('what is sent is JSON, and its signature covers the time and every byte', async () => {
  const { webhooks, sent, told, settle } = rig(() => 204);
  webhooks.notify(NOTICE);
  await settle();
  const [request] = sent;
  assert.ok(request?.body !== undefined);
  assert.deepEqual(JSON.parse(request.body.toString()), NOTICE);
  const code = createHmac('sha256', 'k').update(`1800000000.${request.body.toString()}`).digest('hex');
  assert.equal(request.headers['ringwall-signature'], `t=1800000000,v1=${code}`);
  assert.equal(told.sent, 1);
});

test('one that is not taken is tried again, later each time, and given up after five', async () => {
  const { webhooks, sent, waits, told, settle } = rig(() => 500);
  webhooks.notify(NOTICE);
  for (let i = 0; i < 6; i++) {
    await settle();
    waits[i]?.run();
  }
  assert.equal(sent.length, 5);
  assert.deepEqual(
    waits.map(({ ms }) => ms),
    [1_000, 4_000, 16_000, 64_000],
  );
  assert.deepEqual(told.failed, ['https://hook.example: It answers 500']);
});

test('without a key nothing is sent unsigned', async () => {
  const { webhooks, sent, settle } = rig(() => 200, null);
  const [tried] = await webhooks.test(NOTICE);
  await settle();
  assert.match(tried?.failed ?? '', /no key to sign with/);
  assert.equal(sent.length, 0);
});

test('a thousand wait at most, and those beyond are counted', async () => {
  const { webhooks, told, sent } = rig(() => 'slow');
  for (let i = 0; i < 1_200; i++) webhooks.notify(NOTICE);
  assert.equal(told.dropped, 200);
  assert.ok(sent.length <= 4);
});

test('an address that never answers holds up no other', async () => {
  const { webhooks, sent, told, settle, state } = rig((url) =>
    url.startsWith('https://dead.') ? new Promise<number>(() => {}) : 204,
  );
  state.urls = ['https://dead.example/', 'https://hook.example/'];
  for (let i = 0; i < 1_100; i++) webhooks.notify(NOTICE);
  for (let i = 0; i < 1_100; i++) await settle(); // eslint-disable-line no-await-in-loop -- one after the other
  assert.equal(sent.filter(({ url }) => url === 'https://hook.example/').length, 1_000);
  assert.equal(told.sent, 1_000);
  assert.equal(told.dropped, 200, 'a hundred beyond the room of each');
});

test('what waits for an address that is no longer wanted is left out, and counted', async () => {
  const { webhooks, sent, waits, told, settle, state } = rig(() => 500);
  for (let i = 0; i < 5; i++) webhooks.notify(NOTICE);
  await settle();
  state.urls = [];
  webhooks.notify(NOTICE);
  await settle();
  for (const { run } of waits) run();
  await settle();
  assert.deepEqual([told.dropped, told.failed, sent.length <= 5], [5, [], true]);
});
