import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../interop/harness/process.ts';
import { ADDRESS, Site } from './site.ts';

test('a trunk over TCP connects to its provider, and says who it is there', async (t) => {
  let heard = '';
  const provider = createServer((socket) => {
    socket.on('error', () => {}); // The program ends before us.
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    t.after(() => socket.destroy());
  });
  provider.listen(0, ADDRESS);
  await once(provider, 'listening');
  t.after(() => provider.close());
  const site = await Site.make();
  t.after(async () => site.close());
  await site.start();
  const at = provider.address();
  assert.ok(typeof at === 'object' && at !== null);
  const words = ['--host', ADDRESS, '--port', `${at.port}`, '--transport', 'tcp', '--by-address'];
  const added = await site.run('trunk', 'add', 'acme', ...words);
  assert.equal(added.code, 0, added.err);
  await eventually(
    async () => /^OPTIONS sip:.*\r\nVia: SIP\/2\.0\/TCP /s.test(heard) || undefined,
    'it asked',
    10_000,
  );
});
