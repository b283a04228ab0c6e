import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ADDRESS, type Ended, Site } from './site.ts';

async function site(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Site> {
  const made = await Site.make({ env });
  t.after(() => made.close());
  return made;
}

/** One sentence or two on stderr, nothing on stdout, the exit code, and no control socket left. */
function refused({ code, out, err }: Ended, at: Site, expected: { code: number; says: RegExp }): void {
  assert.deepEqual([code, out], [expected.code, ''], err);
  assert.match(err, /^ringwall: [^\n]+[.?] \([A-Z_]+\)\n$/, 'one line');
  assert.match(err, expected.says);
  assert.ok(!existsSync(join(at.folder, 'control.sock')), 'a control socket is left');
  assert.ok(!existsSync(join(at.folder, 'last-stop.txt')), 'it claims to have run');
}

test('a wrong setting: what is wrong, what it means, and not even a data directory', async (t) => {
  const at = await site(t, { RINGWALL_SIP_LISTENERS: 'udp:127.0.0.1:99999' });
  at.env['RINGWALL_STORAGE_DIRECTORY'] = join(at.folder, 'new');
  refused(await at.run('start'), at, { code: 4, says: /RINGWALL_SIP_LISTENERS.*99999/ });
  assert.deepEqual(readdirSync(at.folder), []);
});

test('a setting that does not exist', async (t) => {
  const at = await site(t, { RINGWALL_SIP_LISTENER: 'udp:127.0.0.1:5060' });
  refused(await at.run('start'), at, { code: 4, says: /Did you mean RINGWALL_SIP_LISTENERS\?/ });
});

test('a UDP port in use', async (t) => {
  const at = await site(t);
  const other = createSocket('udp4').bind(at.port, ADDRESS);
  await once(other, 'listening');
  t.after(() => other.close());
  refused(await at.run('start'), at, {
    code: 5,
    says: new RegExp(`${at.port}.*another|Another.*${at.port}`),
  });
});

test('a TCP port in use, TLS or metrics', async (t) => {
  const at = await site(t);
  for (const port of [at.port + 1, at.port + 2]) {
    const other = createServer().listen(port, ADDRESS);
    await once(other, 'listening');
    refused(await at.run('start'), at, { code: 5, says: new RegExp(String(port)) });
    other.close();
  }
});

test('an address that is not of this machine', async (t) => {
  const at = await site(t, { RINGWALL_SIP_LISTENERS: 'udp:192.0.2.1:5060' });
  refused(await at.run('start'), at, { code: 4, says: /192\.0\.2\.1/ });
});

test('no port for sound that is free', async (t) => {
  const at = await site(t);
  at.env['RINGWALL_MEDIA_PORTS'] = `${at.mediaPort}-${at.mediaPort + 3}`;
  const others = [0, 3].map((i) => createSocket('udp4').bind(at.mediaPort + i, ADDRESS));
  await Promise.all(others.map((other) => once(other, 'listening')));
  t.after(() => others.forEach((other) => other.close()));
  refused(await at.run('start'), at, { code: 5, says: /media\.ports/ });
});

test('a data directory that others may enter', async (t) => {
  const at = await site(t);
  chmodSync(at.folder, 0o755);
  refused(await at.run('start'), at, { code: 1, says: /chmod 700/ });
});

test('a data directory that cannot be made, and one whose user is another', async (t) => {
  const at = await site(t);
  writeFileSync(join(at.folder, 'file'), '');
  const env = { RINGWALL_STORAGE_DIRECTORY: join(at.folder, 'file', 'data') };
  refused(await at.runWith({ env }, 'start'), at, { code: 1, says: /file\/data/ });
  if (process.getuid?.() === 0) {
    // Root may do everything: then somebody else tries.
    refused(await at.runWith({ user: 65_534 }, 'start'), at, { code: 1, says: /user|right|permission/i });
  }
});

test('a database that is none, and one that lost its key', async (t) => {
  const at = await site(t);
  const database = join(at.folder, 'ringwall.db');
  writeFileSync(database, 'dear diary\n'.repeat(1_000), { mode: 0o600 });
  refused(await at.run('start'), at, { code: 1, says: /ringwall\.db.*not a database/ });
  rmSync(database);
  assert.equal((await at.run('extension', 'add', '101')).code, 0);
  const [key] = readdirSync(at.folder).filter((name) => name.includes('key'));
  assert.ok(key !== undefined);
  rmSync(join(at.folder, key));
  refused(await at.run('start'), at, { code: 1, says: /key/ });
});

test('a certificate that is missing, and one that is no certificate', async (t) => {
  const at = await site(t);
  const [certificate, key] = [join(at.folder, 'a.pem'), join(at.folder, 'b.pem')];
  Object.assign(at.env, { RINGWALL_SIP_TLS_CERTIFICATE_FILE: certificate, RINGWALL_SIP_TLS_KEY_FILE: key });
  refused(await at.run('start'), at, { code: 4, says: /a\.pem cannot be read: there is no such file/ });
  writeFileSync(certificate, 'x');
  writeFileSync(key, 'x');
  refused(await at.run('start'), at, { code: 4, says: /a\.pem.*not a PEM certificate/ });
});

test('a control socket that cannot be made takes down again what was opened before it', async (t) => {
  const at = await site(t);
  mkdirSync(join(at.folder, 'control.sock', 'in-the-way'), { recursive: true });
  const { code, err } = await at.run('start');
  assert.equal(code, 1);
  assert.match(err, /^ringwall: [^\n]+ \(CONTROL_NOT_A_SOCKET\)\n$/);
});

test('a second program on the same data says so, and commands reach the first', async (t) => {
  const at = await site(t);
  await at.start();
  const other = { RINGWALL_SIP_LISTENERS: `udp:${ADDRESS}:${at.port + 3}`, RINGWALL_METRICS_ADDRESS: 'off' };
  const second = await at.runWith({ env: other }, 'start');
  assert.equal(second.code, 5, second.err);
  assert.match(second.err, /^ringwall: [^\n]+\. \(STORE_BUSY\)\n$/);
  const status = JSON.parse((await at.run('--json', 'status')).out) as { running: boolean; pid: number };
  assert.deepEqual([status.running, status.pid], [true, at.program.pid]);
});

test("port 0 is the system's choice, and the status says what it chose", async (t) => {
  const at = await site(t, {
    RINGWALL_SIP_LISTENERS: `udp:${ADDRESS}:0,tls:${ADDRESS}:0`,
    RINGWALL_METRICS_ADDRESS: 'off',
  });
  await at.start();
  const { listeners } = (await at.ask('status', {})) as { listeners: readonly string[] };
  assert.equal(listeners.length, 2);
  for (const listener of listeners) assert.match(listener, /^(udp|tls):127\.0\.0\.1:[1-9]\d+$/);
  const trial = await at.run('try');
  assert.equal(trial.code, 0, trial.out);
});
