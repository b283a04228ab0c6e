import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemClock } from '../loop/clock.ts';
import { LastStop } from '../program/last-stop.ts';
import { handlers } from './handlers.ts';
import { ADDRESSES, anOpenDirectory, code, running, table, value } from './handlers-test-support.ts';

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
  const open = await anOpenDirectory(t, {
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
  assert.equal(status.lastStop, null, 'it never ran');
  new LastStop(open.settings.dataDirectory).end('asked to by a command');
  assert.equal(value(await ask.status({})).lastStop, 'asked to by a command');
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

test('what the store refuses is told in its words', async (t) => {
  const open = await anOpenDirectory(t);
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
