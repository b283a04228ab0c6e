import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Result, WallMs } from '@ringwall/base';
import type { AdminError } from '@ringwall/contract';
import type { Binding, ExtensionNumber } from '@ringwall/pbx';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { readConfiguration } from '../program/configuration.ts';
import { pbxSettings } from '../settings/pbx-settings.ts';
import { openData } from '../program/open-data.ts';
import { createTestGuard } from './guard-test-support.ts';
import { Probation } from './probation.ts';
import { configuredLists } from './configured-lists.ts';
import { changeSetting, type RunningSettings, shutOutBySettings } from './setting-changes.ts';

const LATER = 9_000_000_000_000 as WallMs;
const LAN = 'security.lanNetworks';

function phone(address: string): Binding {
  const local = { address: '192.168.1.1', port: 5_060 };
  return {
    extension: '101' as ExtensionNumber,
    contact: `sip:101@${address}`,
    key: address,
    instanceId: undefined,
    regId: undefined,
    flow: { transport: 'udp', local, remote: { address, port: 5_060 }, connection: 0 },
    path: [],
    callId: 'c',
    cseq: 1,
    userAgent: 'Test',
    registeredAt: LATER,
    expiresAt: LATER,
    behindNat: false,
  };
}

/** 101, for the LAN alone, is registered from 192.168.1.20. */
async function office(t: TestContext, isRunning = true, bindings = [phone('192.168.1.20')]) {
  const directory = mkdtempSync(join(tmpdir(), 'ringwall-'));
  const clock = new SystemClock();
  const opened = await openData({
    place: { config: undefined, cwd: directory, env: { RINGWALL_STORAGE_DIRECTORY: directory } },
    clock,
    random: new SystemRandom(),
    make: true,
    onChanged: () => {},
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.error[0]?.text);
  const data = opened.value;
  t.after(async () => {
    await data.store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  assert.ok((await data.extensions.add({ number: '101' })).ok);
  await data.store.saveBindings(new Map([['101' as ExtensionNumber, bindings]]));
  const built = await readConfiguration(data, []);
  assert.ok(built.ok);
  const waits: (() => void)[] = [];
  const reverted: string[] = [];
  const probation = new Probation({
    later: (_, run) => void waits.push(run),
    onReverted: (what) => reverted.push(what),
  });
  const guard = createTestGuard();
  const running: RunningSettings | undefined = isRunning
    ? {
        guard: { guard, now: () => guard.sweptAt, probation },
        snapshot: () => ({ ...built.value.snapshot, settings: pbxSettings(data.storedSettings.inEffect) }),
        bindings: () => bindings,
      }
    : undefined;
  const change = (name: string, text: string | undefined, confirmed = false) =>
    changeSetting({ data, clock, running }, name, text, confirmed);
  const lan = () => data.storedSettings.show(LAN);
  const kept = async () => (await data.store.settings()).get(LAN);
  const lists = configuredLists({
    store: data.store,
    clock,
    ownAddresses: () => [],
    running: undefined,
    settingsShutOut: (after) => shutOutBySettings({ data, clock, running }, after),
  });
  const configuration = data.configurationWith(lists);
  return { data, change, configuration, waits, reverted, probation, lan, kept };
}

function told(result: Result<unknown, AdminError>): string {
  return result.ok ? 'ok' : result.error.text;
}

test('a setting that puts a registered phone out is refused, and says which', async (t) => {
  const { change, data, kept } = await office(t);
  const refused = await change(LAN, '10.0.0.0/8');
  assert.match(
    told(refused),
    /^This would shut out 192\.168\.1\.20 \(a phone of 101\)\. Nothing was changed/,
  );
  assert.equal(await kept(), undefined);
  assert.equal(data.storedSettings.inEffect.security.lanNetworks.length, 8);
  const harmless = await change(LAN, '192.168.0.0/16');
  assert.ok(harmless.ok && harmless.value.confirmWithin === null);
  assert.equal(await kept(), '["192.168.0.0/16"]');
});

test('confirmed it is on trial: taken back after a minute, which is told, and not on disk before', async (t) => {
  const { change, waits, reverted, lan, kept } = await office(t);
  const tried = await change(LAN, '10.0.0.0/8', true);
  assert.ok(tried.ok);
  assert.equal(tried.value.confirmWithin, 60);
  assert.equal(tried.value.setting.value, '10.0.0.0/8');
  assert.equal(await kept(), undefined);
  waits[0]?.();
  const after = lan();
  assert.ok(after.ok && after.value.value === after.value.default);
  assert.deepEqual(reverted, [`another value of ${LAN}, which shuts out 192.168.1.20 (a phone of 101)`]);
});

test('what is confirmed within the minute is kept', async (t) => {
  const { change, probation, waits, reverted, lan, kept } = await office(t);
  assert.ok((await change(LAN, '10.0.0.0/8', true)).ok);
  assert.deepEqual(await probation.confirm(), { ok: true, value: 1 });
  waits[0]?.();
  assert.equal(await kept(), '["10.0.0.0/8"]');
  const after = lan();
  assert.ok(after.ok && after.value.value === '10.0.0.0/8');
  assert.deepEqual(reverted, []);
});

test('typed twice, a value on trial is not kept without being confirmed, and can be taken back by hand', async (t) => {
  const { data, change, kept } = await office(t);
  assert.ok((await change(LAN, '10.0.0.0/8', true)).ok);
  assert.match(told(await change(LAN, '10.0.0.0/8')), /This would shut out/);
  const again = await change(LAN, '10.0.0.0/8', true);
  assert.ok(again.ok && again.value.confirmWithin === 60);
  assert.equal(await kept(), undefined);
  const back = await change(LAN, undefined);
  assert.ok(back.ok && back.value.confirmWithin === null);
  assert.equal(data.storedSettings.inEffect.security.lanNetworks.length, 8);
});

test('what the guard may hold against a phone, and what takes effect at the next start', async (t) => {
  const { change } = await office(t);
  for (const [name, text] of [
    ['guard.amberRequests', '20'],
    ['guard.failedAuthLimit', '3'],
    ['sip.domains', 'other.example'],
    ['calls.ringTimeoutSeconds', '30'],
  ] as const) {
    const changed = await change(name, text);
    assert.ok(changed.ok && changed.value.confirmWithin === null, `${name}: ${told(changed)}`);
  }
  assert.match(
    told(await change('sip.answerToAddresses', 'false')),
    /a phone of 101, if it asks for an address/,
  );
  assert.match(told(await change('guard.amberRequests', 'few')), /guard\.amberRequests/);
});

test('with the program stopped it is refused as well, and kept at once when it was confirmed', async (t) => {
  const { change, kept } = await office(t, false);
  assert.match(told(await change(LAN, '10.0.0.0/8')), /a phone of 101/);
  const changed = await change(LAN, '10.0.0.0/8', true);
  assert.ok(changed.ok && changed.value.confirmWithin === null);
  assert.equal(await kept(), '["10.0.0.0/8"]');
});

test('a file whose settings put a registered phone out is refused as the command is, and says which', async (t) => {
  const { configuration, data, kept } = await office(t);
  const apply = async (text: string, force: boolean) =>
    configuration.apply(text, [], { expected: await data.store.configurationVersion(), force });
  const text = 'settings: { security: { lanNetworks: [10.0.0.0/8] } }';
  const plan = await configuration.plan(text, []);
  assert.ok(plan.ok && 'value' in plan.value);
  assert.equal(plan.value.value.shutsOut, '192.168.1.20 (a phone of 101)');
  assert.match(told(await apply(text, false)), /would shut out 192\.168\.1\.20 \(a phone of 101\)/);
  assert.equal(await kept(), undefined);
  const harmless = await apply('settings: { security: { lanNetworks: [192.168.0.0/16] } }', false);
  assert.ok(harmless.ok, told(harmless));
  const forced = await apply(text, true);
  assert.ok(forced.ok, told(forced));
  assert.equal(await kept(), '["10.0.0.0/8"]');
});

test('what put phones out on trial is not kept unasked by a file either, when the phones are gone already', async (t) => {
  const bindings = [phone('192.168.1.20')];
  const { change, configuration, data, kept } = await office(t, true, bindings);
  assert.ok((await change(LAN, '10.0.0.0/8', true)).ok);
  bindings.length = 0;
  const refused = await configuration.apply('settings: { security: { lanNetworks: [10.0.0.0/8] } }', [], {
    expected: await data.store.configurationVersion(),
    force: false,
  });
  assert.match(told(refused), /would shut out 192\.168\.1\.20 \(a phone of 101\)/);
  assert.equal(await kept(), undefined);
  assert.ok((await change(LAN, undefined)).ok);
});

test('whom one change on trial put out, another one sees as well, and is on trial too', async (t) => {
  const bindings = [phone('192.168.1.20')];
  const { change, data, waits, reverted } = await office(t, true, bindings);
  assert.ok((await change(LAN, '10.0.0.0/8', true)).ok);
  bindings.length = 0;
  assert.match(
    told(await change('sip.answerToAddresses', 'false')),
    /a phone of 101, if it asks for an address/,
  );
  const harmless = await change('guard.amberRequests', '200');
  assert.ok(harmless.ok && harmless.value.confirmWithin === null, 'and what would put nobody out is kept');
  assert.ok((await change('sip.answerToAddresses', 'false', true)).ok);
  for (const run of waits) run();
  assert.equal(data.storedSettings.inEffect.sip.answerToAddresses, true);
  assert.equal(reverted.length, 2);
  const free = await change('sip.answerToAddresses', 'false');
  assert.ok(free.ok && free.value.confirmWithin === null, 'nobody is registered any more');
});

test('a change on trial that another one replaced is not said to be taken back', async (t) => {
  const { change, waits, reverted, lan, probation } = await office(t);
  assert.ok((await change(LAN, '10.0.0.0/8', true)).ok);
  assert.ok((await change(LAN, '172.16.0.0/12', true)).ok);
  waits[0]?.();
  assert.deepEqual(reverted, []);
  const between = lan();
  assert.ok(between.ok && between.value.value === '172.16.0.0/12');
  assert.deepEqual(await probation.confirm(), { ok: true, value: 1 });
  waits[1]?.();
  assert.deepEqual(reverted, []);
});
