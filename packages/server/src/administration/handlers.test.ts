import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ok, type Result, type WallMs } from '@ringwall/base';
import type { AdminError, ControlHandlers, PhoneSettings } from '@ringwall/contract';
import type { Binding, CallId, CallRecord, ExtensionNumber } from '@ringwall/pbx';
import { CallerHitCounts, DEFAULT_LIMITS } from '@ringwall/policy';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { type OpenData, openData } from '../program/open-data.ts';
import { aGuardSide } from './guard-test-support.ts';
import { handlers, type RunningSide } from './handlers.ts';

const ADDRESSES: PhoneSettings['addresses'] = [{ transport: 'tls', host: 'pbx.example', port: 5061 }];
const NOW = 1_900_000_000_000 as WallMs;

async function data(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<OpenData> {
  const directory = mkdtempSync(join(tmpdir(), 'ringwall-'));
  const opened = await openData({
    place: { config: undefined, cwd: directory, env: { RINGWALL_STORAGE_DIRECTORY: directory, ...env } },
    clock: new SystemClock(),
    random: new SystemRandom(),
    make: true,
    onChanged: () => {},
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.error[0]?.text);
  t.after(async () => {
    await opened.value.store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return opened.value;
}

function binding(extension: string, contact: string): Binding {
  const local = { address: '192.0.2.254', port: 5061 };
  return {
    extension: extension as ExtensionNumber,
    contact,
    key: contact,
    instanceId: undefined,
    regId: undefined,
    flow: { transport: 'tls', local, remote: { address: '192.0.2.7', port: 40_000 }, connection: 1 },
    path: [],
    callId: 'c',
    cseq: 1,
    userAgent: 'Test',
    registeredAt: NOW,
    expiresAt: NOW,
    behindNat: false,
  };
}

/** A program that runs, with two phones on 101 and one on 20. */
function running(done: string[] = []): RunningSide {
  const bindings = [binding('101', 'sip:a@x'), binding('101', 'sip:b@x'), binding('20', 'sip:c@x')];
  return {
    configured: async () => void done.push('configured'),
    snapshot: () => {
      throw new Error('nobody asked');
    },
    bindings: () => bindings,
    bindingsOf: (extension) => bindings.filter((each) => each.extension === extension),
    calls: () => [],
    callerHits: () => new CallerHitCounts(),
    trunks: () => [],
    forecast: () => undefined,
    forecastInbound: () => undefined,
    explainLimits: () => undefined,
    rates: () => DEFAULT_LIMITS,
    limitsOn: () => true,
    frozen: () => [],
    releaseFrozen: async () => false,
    devicesOf: () => [],
    acceptDevice: async () => true,
    forgetDevice: async () => true,
    retry: () => undefined,
    askTrunks: () => void done.push('asked'),
    emergencyTest: {
      unanswered: [],
      rehearse: () => undefined,
      isForHelp: (number) => number === '112',
      arm: () => NOW,
    },
    notifier: { test: async () => [] },
    status: async () => ({
      pid: 1,
      startedAt: NOW,
      listeners: ['tls:0.0.0.0:5061'],
      metrics: null,
      mediaPorts: null,
      certificate: null,
      lastStop: null,
      warnings: [],
    }),
    phoneAddresses: () => ADDRESSES,
    certificateSelfSigned: () => false,
    guard: aGuardSide().side,
    trial: { 'try.begin': async () => no('begin'), 'try.end': async () => ok({}) },
    reloadCertificate: async () => no('reload'),
    stop: () => void done.push('stop'),
  };
}

function no(text: string): Result<never, AdminError> {
  return { ok: false, error: { code: 'INTERNAL', text } };
}

function value<Value>(result: Result<Value, AdminError>): Value {
  assert.ok(result.ok, result.ok ? '' : result.error.text);
  return result.value;
}

function code(result: Result<unknown, AdminError>): string {
  return result.ok ? 'ok' : result.error.code;
}

async function table(t: TestContext, side?: RunningSide): Promise<ControlHandlers> {
  return handlers({ clock: new SystemClock(), data: await data(t), version: '1.2.3', running: side });
}

test('an extension is added, shown, changed, disabled, given a new secret and removed', async (t) => {
  const ask = await table(t, running());
  const added = value(await ask['extension.add']({ number: '101', name: 'Anna' }));
  assert.deepEqual(
    [added.extension.name, added.extension.lanOnly, added.extension.bindings],
    ['Anna', true, 2],
  );
  assert.deepEqual(
    [added.phone.addresses, added.phone.certificateSelfSigned, added.phone.srtp],
    [ADDRESSES, false, 'required'],
  );
  assert.equal(code(await ask['extension.add']({ number: '101' })), 'EXTENSION_EXISTS');

  const shown = value(await ask['extension.show']({ number: '101' }));
  assert.deepEqual(
    shown.bindings?.map(({ contact }) => contact),
    ['sip:a@x', 'sip:b@x'],
  );
  assert.ok(!JSON.stringify(shown).includes(added.phone.password));

  const set = value(await ask['extension.set']({ number: '101', name: 'Ann', rtpMode: 'required' }));
  assert.deepEqual([set.extension.name, set.extension.rtpMode], ['Ann', 'required']);
  assert.equal(value(await ask['extension.set']({ number: '101', rtpMode: null })).extension.rtpMode, null);
  assert.equal(value(await ask['extension.disable']({ number: '101' })).extension.enabled, false);
  assert.equal(value(await ask['extension.enable']({ number: '101' })).extension.enabled, true);

  const renewed = value(await ask['extension.new-secret']({ number: '101' }));
  assert.notEqual(renewed.phone.password, added.phone.password);
  assert.notEqual(renewed.phone.authId, added.phone.authId);
  assert.equal(value(await ask['extension.remove']({ number: '101' })).extension.number, '101');
  for (const name of [
    'extension.show',
    'extension.remove',
    'extension.enable',
    'extension.new-secret',
  ] as const)
    assert.equal(code(await ask[name]({ number: '101' })), 'EXTENSION_UNKNOWN', name);
});

test('a number is an extension or a code, and a PIN is shown where it is made', async (t) => {
  const ask = await table(t, running());
  assert.equal(code(await ask['extension.add']({ number: '777' })), 'NUMBER_IS_CODE');
  const added = value(await ask['extension.add']({ number: '101', isPinProtected: true }));
  assert.match(added.pin ?? '', /^\d{6}$/);
  assert.ok(!JSON.stringify(await ask['extension.show']({ number: '101' })).includes(added.pin ?? ''));
  const taken = await ask['setting.set']({ name: 'codes.pinLock', value: '101' });
  assert.equal(code(taken), 'CODE_IS_EXTENSION');
  const group = { name: '', members: ['101'], strategy: 'all', ringSeconds: 20, next: null } as const;
  value(await ask['ring-group.save']({ number: '600', group, mustBeNew: true }));
  const ofGroup = await ask['setting.set']({ name: 'codes.echo', value: '600' });
  assert.equal(code(ofGroup), 'CODE_IS_EXTENSION');
  assert.equal(code(await ask['setting.set']({ name: 'codes.pinLock', value: '*43' })), 'SETTING_CONFLICT');
  value(await ask['setting.set']({ name: 'codes.pinLock', value: '' }));
  assert.equal(value(await ask['extension.add']({ number: '777' })).pin, undefined);
  const { pin } = value(await ask['extension.new-pin']({ number: '101', digits: 4 }));
  assert.match(pin, /^\d{4}$/);
});

test('a change is answered when calls are made by it, and a refused one at once', async (t) => {
  const done: string[] = [];
  const ask = await table(t, running(done));
  await ask['extension.add']({ number: '101' });
  await ask['extension.disable']({ number: '101' });
  assert.deepEqual(done, ['configured', 'configured']);
  await ask['extension.add']({ number: 'x' });
  assert.equal(done.length, 2);
});

test('extensions are listed in pages, and found by number and name', async (t) => {
  const ask = await table(t);
  for (const [number, name] of [
    ['101', 'Anna'],
    ['20', 'Ben'],
    ['102', 'Hannah'],
  ] as const)
    await ask['extension.add']({ number, name });
  const numbers = async (request: Parameters<(typeof ask)['extension.list']>[0]) => {
    const { extensions, matching } = value(await ask['extension.list'](request));
    return [extensions.map(({ number }) => number).join(' '), matching];
  };
  assert.deepEqual(await numbers({ limit: 2 }), ['20 101', 3]);
  assert.deepEqual(await numbers({ limit: 2, skip: 2 }), ['102', 3]);
  assert.deepEqual(await numbers({ limit: 9, search: 'ANNA' }), ['101 102', 2]);
  assert.deepEqual(await numbers({ limit: 9, search: '10' }), ['101 102', 2]);
});

test('bindings are listed by the order of numbers, and found by where they are', async (t) => {
  const ask = await table(t, running());
  const contacts = async (request: Parameters<(typeof ask)['bindings.list']>[0]) =>
    value(await ask['bindings.list'](request)).bindings.map(({ contact }) => contact);
  assert.deepEqual(await contacts({ limit: 9 }), ['sip:c@x', 'sip:a@x', 'sip:b@x']);
  assert.deepEqual(await contacts({ limit: 9, extension: '20' }), ['sip:c@x']);
  assert.deepEqual(await contacts({ limit: 1, skip: 1, search: '192.0.2.7' }), ['sip:a@x']);
});

test('a stopped program says where it will listen, and that it is stopped to whatever needs it running', async (t) => {
  const open = await data(t, {
    RINGWALL_SIP_DOMAINS: 'pbx.example',
    RINGWALL_SIP_LISTENERS: 'udp:0.0.0.0:5062,tls:0.0.0.0:5063,tcp:0.0.0.0:0',
  });
  const ask = handlers({ clock: new SystemClock(), data: open, version: '1.2.3', running: undefined });
  const { extension, phone } = value(await ask['extension.add']({ number: '101' }));
  assert.equal(extension.bindings, null);
  assert.deepEqual(phone.addresses, [
    { transport: 'tls', host: 'pbx.example', port: 5063 },
    { transport: 'udp', host: 'pbx.example', port: 5062 },
  ]);
  assert.equal(phone.certificateSelfSigned, true);
  const status = value(await ask.status({}));
  assert.deepEqual([status.running, status.pid, status.extensions.total], [false, null, 1]);
  assert.ok(status.settings.some(({ key, source }) => key === 'sip.domains' && source === 'environment'));
  for (const result of [
    await ask['bindings.list']({ limit: 1 }),
    await ask['calls.list']({ limit: 1 }),
    await ask['try.begin']({}),
    await ask['try.end']({ token: 'x' }),
    await ask['certificate.reload']({}),
    await ask.stop({}),
  ])
    assert.equal(code(result), 'NOT_RUNNING');
});

test('a running program is stopped after the answer, and tells its status', async (t) => {
  const done: string[] = [];
  const ask = await table(t, running(done));
  assert.deepEqual([value(await ask.stop({})), done], [{}, ['stop']]);
  const status = value(await ask.status({}));
  assert.deepEqual(
    [status.running, status.pid, status.bindings, status.extensions.registered],
    [true, 1, 3, 2],
  );
  assert.equal(value(await ask.version({})).version, '1.2.3');
});

test('records come in pages, newest first; those of one extension are found among those of all', async (t) => {
  const open = await data(t);
  const ask = handlers({ clock: new SystemClock(), data: open, version: '1.2.3', running: undefined });
  const record = (i: number): CallRecord => ({
    id: `c${i}` as CallId,
    caller: '101' as ExtensionNumber,
    callerAddress: '192.0.2.7',
    dialled: '102',
    redirections: [],
    asked: [],
    transfers: [],
    because: [],
    answeredBy: undefined,
    startedAt: (NOW + Math.floor(i / 4)) as WallMs,
    answeredAt: undefined,
    endedAt: NOW,
    outcome: 'no-answer',
    endedBy: 'caller',
    reason: 'Nobody answered',
    status: 487,
    legs:
      i % 500 === 0
        ? [
            {
              role: 'caller',
              extension: '105' as ExtensionNumber,
              outside: undefined,
              transport: 'udp',
              address: undefined,
              startedAt: undefined,
              answeredAt: undefined,
              endedAt: undefined,
              status: undefined,
              codec: '',
              srtpSuite: undefined,
              statistics: undefined,
            },
          ]
        : [],
  });
  await open.store.addCallRecords(Array.from({ length: 2_001 }, (_, i) => record(i)));
  const first = value(await ask['calls.records']({ limit: 3 }));
  assert.deepEqual(
    first.records.map(({ id }) => id),
    ['c2000', 'c1999', 'c1998'],
  );
  const next = value(await ask['calls.records']({ limit: 3, after: first.next ?? '' }));
  assert.deepEqual(
    next.records.map(({ id }) => id),
    ['c1997', 'c1996', 'c1995'],
  );
  const own = value(await ask['calls.records']({ limit: 4, extension: '105' }));
  assert.deepEqual(
    own.records.map(({ id }) => id),
    ['c2000', 'c1500', 'c1000', 'c500'],
  );
  const last = value(await ask['calls.records']({ limit: 4, extension: '105', after: own.next ?? '' }));
  assert.deepEqual([last.records.map(({ id }) => id), last.next], [['c0'], null]);
  assert.equal(value(await ask['calls.record']({ id: 'c7' })).record.dialled, '102');
  assert.equal(code(await ask['calls.record']({ id: 'c9999' })), 'RECORD_UNKNOWN');
});

test('records are judged again with other settings, which are kept nowhere; what cannot be judged is counted', async (t) => {
  const open = await data(t);
  const ask = handlers({ clock: new SystemClock(), data: open, version: '1.2.3', running: undefined });
  value(await ask['extension.add']({ number: '101' }));
  const asked = {
    by: '101' as ExtensionNumber,
    cause: 'dialled',
    from: 'extension',
    dialled: '902079460123',
    isCut: false,
    at: NOW,
    verdict: 'allow',
    rule: 'country-allowed',
    number: '+442079460123',
  } as const;
  const gone = { ...asked, by: '999' as ExtensionNumber };
  const record = (id: string, changes: Partial<CallRecord>): CallRecord => ({
    id: id as CallId,
    caller: undefined,
    callerAddress: '192.0.2.7',
    dialled: '1',
    redirections: [],
    asked: [],
    transfers: [],
    because: [],
    answeredBy: undefined,
    startedAt: NOW,
    answeredAt: undefined,
    endedAt: NOW,
    outcome: 'no-answer',
    endedBy: 'caller',
    reason: 'Nobody answered',
    status: 487,
    legs: [],
    ...changes,
  });
  await open.store.addCallRecords([
    record('old', { asked: undefined }),
    record('house', {}),
    record('mixed', { asked: [gone, { ...asked, isCut: true }, { ...asked, dialled: '112' }] }),
    record('short', { asked: [{ ...asked, dialled: '900', verdict: 'deny', rule: 'no-outbound-rule' }] }),
    ...Array.from({ length: 2_100 }, (_, i) => record(`c${i}`, { asked: [asked] })),
  ]);
  const request = { since: 0, changes: [] };
  const first = value(await ask['policy.replay'](request));
  assert.ok(first.next !== null && first.records < 2_104 && first.differences.length <= 2_000);
  const rest = value(await ask['policy.replay']({ ...request, after: first.next }));
  assert.deepEqual([rest.next, first.records + rest.records], [null, 2_104]);
  assert.deepEqual([rest.notAsked, rest.notJudged], [1, { olderVersion: 1, cut: 1, extensionGone: 1 }]);
  const differences = [...first.differences, ...rest.differences];
  assert.equal(differences.length, 2_100, 'a call for help passes still');
  assert.deepEqual(
    [differences[0]?.was, differences[0]?.now.verdict, differences[0]?.now.rule],
    [{ verdict: 'allow', rule: 'country-allowed' }, 'deny', 'no-outbound-rule'],
  );

  const name = 'numbering.emergencyNumbers';
  const file = 'numbering:\n  emergencyNumbers: ["900"]\n';
  const helped = value(await ask['policy.replay']({ ...request, file, after: first.next }));
  assert.deepEqual(
    helped.differences.filter(({ now }) => now.verdict === 'allow').map(({ dialled }) => dialled),
    ['900'],
  );
  for (const [changes, wrong] of [
    [[{ name: 'nothing.atAll', value: '1' }], 'SETTING_UNKNOWN'],
    [[{ name: 'outside.highRisk', value: 'perhaps' }], 'SETTING_VALUE'],
  ] as const) {
    assert.equal(code(await ask['policy.replay']({ since: 0, changes })), wrong);
  }
  assert.equal(code(await ask['policy.replay']({ ...request, file: 'outside: [' })), 'SETTINGS_FILE_SYNTAX');
  assert.equal(value(await ask['setting.show']({ name })).setting.source, 'default');
});

test('what the store refuses is told in its words', async (t) => {
  const open = await data(t);
  const ask = handlers({ clock: new SystemClock(), data: open, version: '1.2.3', running: undefined });
  await open.store.close();
  for (const result of [
    await ask.status({}),
    await ask['extension.list']({ limit: 1 }),
    await ask['calls.records']({ limit: 1 }),
  ])
    assert.match(code(result), /^STORE_/);
});

test('the emergency services are never called for a test, nor is anybody while there is no extension', async (t) => {
  const ask = await table(t, running());
  assert.equal(code(await ask['emergency.test']({ call: '112' })), 'EMERGENCY_TEST_NUMBER');
  assert.equal(code(await ask['emergency.test']({})), 'EMERGENCY_TEST_NOBODY');
  assert.equal(code(await ask['emergency.test']({ from: '102' })), 'EXTENSION_UNKNOWN');
  assert.equal(code(await (await table(t))['emergency.test']({})), 'NOT_RUNNING');
});
