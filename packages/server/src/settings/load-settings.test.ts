import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SETTING_ENTRIES } from '@ringwall/contract';
import { loadSettings } from './load-settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'ringwall-load-'));
after(() => rmSync(directory, { recursive: true, force: true }));

test('a relative path in the file starts at the file, one in the environment at the working directory', () => {
  mkdirSync(join(directory, 'etc'));
  writeFileSync(
    join(directory, 'etc', 'site.yaml'),
    'storage: {directory: ../var}\nsip: {tlsCertificateFile: tls/c.pem, tlsKeyFile: /k.pem}\n',
  );
  const place = { config: 'etc/site.yaml', cwd: directory };
  const file = loadSettings({ ...place, env: {} });
  assert.ok(file.ok);
  assert.equal(file.value.dataDirectory, join(directory, 'var'));
  assert.deepEqual(file.value.certificate, {
    certificateFile: join(directory, 'etc', 'tls', 'c.pem'),
    keyFile: '/k.pem',
  });
  const env = loadSettings({ ...place, env: { RINGWALL_STORAGE_DIRECTORY: 'here' } });
  assert.ok(env.ok);
  assert.equal(env.value.dataDirectory, join(directory, 'here'));
});

test('without a file, data lies in the working directory and the certificate is our own', () => {
  const cwd = mkdtempSync(join(directory, 'bare-'));
  const loaded = loadSettings({ config: undefined, env: {}, cwd });
  assert.ok(loaded.ok);
  assert.equal(loaded.value.dataDirectory, join(cwd, 'data'));
  assert.equal(loaded.value.certificate, undefined);
  assert.equal(loaded.value.file, undefined);
});

test('what is stored counts, and cannot move the data directory', () => {
  const place = { config: undefined, env: {}, cwd: directory };
  const loaded = loadSettings(place, new Map([['calls.atOnce', '7']]));
  assert.ok(loaded.ok && loaded.value.values.calls.atOnce === 7);
  assert.ok(!loadSettings(place, new Map([['storage.directory', '"/elsewhere"']])).ok);
});

test('errors of the file and of the settings come as sentences', () => {
  const missing = loadSettings({ config: 'no.yaml', env: {}, cwd: directory });
  assert.ok(!missing.ok && missing.error[0]?.code === 'SETTINGS_FILE_MISSING');
  const wrong = loadSettings({ config: undefined, env: { RINGWALL_SIP_REALM: '' }, cwd: directory });
  assert.ok(!wrong.ok && wrong.error[0]?.code === 'SETTING_VALUE');
});

test('every setting can be shown as a person would write it', () => {
  const env = { RINGWALL_SECURITY_TRUSTED_EDGES: '10.0.0.0/8,fd00::/8', RINGWALL_METRICS_ADDRESS: 'off' };
  const loaded = loadSettings({ config: undefined, env, cwd: directory });
  assert.ok(loaded.ok);
  assert.equal(loaded.value.shown('security.trustedEdges'), '10.0.0.0/8, fd00::/8');
  assert.equal(loaded.value.shown('metrics.address'), 'off');
  assert.equal(loaded.value.shown('media.ports'), '16384-20479');
  for (const { key } of SETTING_ENTRIES) assert.doesNotMatch(loaded.value.shown(key), /object/, key);
});
