import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inNetworks } from '@ringwall/base';
import { defaultSettings, readSettings, type Settings } from '@ringwall/contract';
import { isLive, listenersToOpen, mediaWorkers, pbxSettings, streamLimits } from './pbx-settings.ts';

function settingsWith(yaml: unknown): Settings {
  const read = readSettings({ stored: new Map(), yaml, env: {} });
  assert.ok(read.ok);
  return read.value;
}

test('the defaults are those of a careful stranger', () => {
  const settings = pbxSettings(defaultSettings().values);
  assert.equal(settings.realm, 'pbx');
  assert.deepEqual(settings.domains, []);
  assert.equal(settings.answerToAddresses, true);
  assert.equal(settings.bindingsPerExtension, 5);
  assert.deepEqual([settings.minExpiresSeconds, settings.maxExpiresSeconds], [60, 3_600]);
  assert.deepEqual(
    [settings.trustedEdges, settings.mediaNetworks, settings.allowShortSrtpTag],
    [[], [], false],
  );
  assert.equal(settings.publicAddress, undefined);
});

test('the LAN is the private, link-local and loopback networks and nothing else', () => {
  const { lanNetworks } = pbxSettings(defaultSettings().values);
  for (const near of [
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.1.1',
    '127.0.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ]) {
    assert.ok(inNetworks(lanNetworks, near), near);
  }
  for (const far of ['8.8.8.8', '172.32.0.1', '100.64.0.1', '2001:db8::1', '::', '192.169.0.1']) {
    assert.ok(!inNetworks(lanNetworks, far), far);
  }
});

test('names are in lower case, and an empty public address is none', () => {
  const sip = { domains: ['PBX.example.com'], publicAddress: '203.0.113.7', answerToAddresses: false };
  const settings = pbxSettings(settingsWith({ sip }).values);
  assert.deepEqual(settings.domains, ['pbx.example.com']);
  assert.equal(settings.publicAddress, '203.0.113.7');
  assert.equal(settings.answerToAddresses, false);
});

test('the IPv6 listeners of the default are left out without IPv6, and chosen ones never', () => {
  assert.equal(listenersToOpen(defaultSettings(), true).length, 6);
  assert.deepEqual(
    listenersToOpen(defaultSettings(), false).map((listener) => listener.address),
    ['0.0.0.0', '0.0.0.0', '0.0.0.0'],
  );
  const chosen = settingsWith({ sip: { listeners: ['udp:[::1]:5060'] } });
  assert.equal(listenersToOpen(chosen, false).length, 1);
});

test('one processor is left to the signalling, and there is always a worker', () => {
  const { values } = defaultSettings();
  assert.deepEqual(
    [1, 2, 8].map((processors) => mediaWorkers(values, processors)),
    [1, 1, 7],
  );
  assert.equal(mediaWorkers(settingsWith({ media: { workers: 3 } }).values, 8), 3);
});

test('a registered phone keeps its connection from one registration to the next', () => {
  const { values } = defaultSettings();
  const { promotedIdleMs = 0, strangerIdleMs = 0 } = streamLimits(values);
  assert.ok(promotedIdleMs > values.registrar.maxExpiresSeconds * 1_000);
  assert.ok(strangerIdleMs <= 60_000);
});

test('the guard gets its policy in milliseconds, with the LAN, and takes a change at once', () => {
  const settings = pbxSettings(
    settingsWith({
      guard: { blacklistSeconds: 60, canaries: ['999'] },
      security: { lanNetworks: ['10.0.0.0/8'] },
    }).values,
  );
  assert.equal(settings.guard.blacklistMs, 60_000);
  assert.equal(settings.guard.lanNetworks, settings.lanNetworks);
  assert.deepEqual(settings.canaries, ['999']);
  assert.ok(isLive('guard.blacklistSeconds') && isLive('guard.canaries') && !isLive('sip.realm'));
});
