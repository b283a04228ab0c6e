import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Site } from './site.ts';

test('the first start asks nothing, makes the key, the certificate and the database for its owner alone, and says what to do next', async (t) => {
  const site = await Site.make({ env: { RINGWALL_WELCOME: '1' } });
  t.after(() => site.close());
  const data = join(site.folder, 'data');
  site.env['RINGWALL_STORAGE_DIRECTORY'] = data;
  const first = await site.start();
  await first.waitFor(/Try it without a phone: {2}npx ringwall try/);
  assert.match(first.said, /npx ringwall extension add 101 --name "Anna"/);
  assert.match(
    first.said,
    new RegExp(`Point phones at 127\\.0\\.0\\.1, port ${site.port + 1}, transport TLS`),
  );
  const made = ['ringwall.db', 'sealing.key', 'self-signed.pem'];
  for (const name of made) assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  const [key, certificate] = ['sealing.key', 'self-signed.pem'].map((name) => readFileSync(join(data, name)));
  for (const number of ['101', '102']) await site.addExtension(number); // eslint-disable-line no-await-in-loop
  await first.stop();
  assert.deepEqual(
    readdirSync(data).filter((name) => !made.includes(name)),
    ['last-stop.txt'],
    'nothing else is left when it has stopped',
  );

  const second = await site.start();
  await second.waitFor(/Try it without a phone/);
  assert.doesNotMatch(second.said, /extension add/);
  assert.deepEqual(readFileSync(join(data, 'sealing.key')), key);
  assert.deepEqual(readFileSync(join(data, 'self-signed.pem')), certificate);
});

test('a command that works while the program is stopped makes what the first start would, and it goes on with that', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  const data = join(site.folder, 'data');
  site.env['RINGWALL_STORAGE_DIRECTORY'] = data;
  const early = await site.run('status');
  assert.deepEqual([early.code, early.out], [1, '']);
  assert.match(early.err, /There is no data in .*Start the program once/);
  const added = await site.run('extension', 'add', '101', '--json');
  assert.equal(added.code, 0, added.err);
  const { phone } = JSON.parse(added.out) as { readonly phone: Parameters<Site['phone']>[0] };
  await site.start();
  await site.registered(phone, 'tls');
});
