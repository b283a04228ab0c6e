import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { StatusView } from '@ringwall/contract';
import { NOW, runOn } from '../test-support.ts';

const STATUS: StatusView = {
  running: true,
  version: '0.1.0',
  node: 'v24.21.0',
  pid: 4711,
  startedAt: NOW - 3_600_000,
  dataDirectory: '/srv/data',
  listeners: ['udp:0.0.0.0:5060', 'tls:0.0.0.0:5061'],
  metrics: '127.0.0.1:9464',
  extensions: { total: 3, enabled: 2, registered: 1 },
  bindings: 1,
  calls: 0,
  mediaPorts: { first: 16_384, last: 16_783, pairsInUse: 4 },
  certificate: {
    subject: 'CN=pbx',
    selfSigned: true,
    notAfter: NOW + 86_400_000 * 90,
    fingerprint: 'ab'.repeat(32),
  },
  settings: [{ key: 'calls.atOnce', value: '7', source: 'environment' }],
  lastStop: null,
  warnings: ['The disk is nearly full.'],
};

test('status shows where it listens, what is set and what to know', async () => {
  const ran = await runOn({ answers: { status: async () => ok(STATUS) } }, 'status');
  assert.equal(ran.code, 0);
  for (const line of [
    /Ringwall 0\.1\.0 is running\./,
    /Started +2026-11-22 13:00:00 \(60 min ago\), process 4711/,
    /Listens on +udp:0\.0\.0\.0:5060\n +tls:0\.0\.0\.0:5061/,
    /4 of 200 pairs in use/,
    /calls\.atOnce +7 +environment/,
    /Warning: The disk is nearly full\./,
    /CN=pbx, self-signed, ends .*\(in 90 days\)/,
  ]) {
    assert.match(ran.out, line);
  }
});

test('status of a stopped program is an answer with exit code 3', async () => {
  const stopped: StatusView = {
    ...STATUS,
    running: false,
    pid: null,
    startedAt: null,
    listeners: [],
    metrics: null,
    extensions: { total: 3, enabled: 2, registered: null },
    bindings: null,
    calls: null,
    mediaPorts: null,
    certificate: null,
    settings: [],
    lastStop: 'It was asked to stop.',
    warnings: [],
  };
  const ran = await runOn({ running: false, answers: { status: async () => ok(stopped) } }, 'status');
  assert.equal(ran.code, 3);
  assert.match(ran.out, /is stopped/);
  assert.match(ran.out, /Last stop +It was asked to stop\./);
  assert.match(ran.out, /Every setting is at its default/);
});
