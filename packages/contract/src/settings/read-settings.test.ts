import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SETTING_ENTRIES } from './all.ts';
import { defaultSettings, readSettings, type SettingsInput } from './read-settings.ts';

const NOTHING: SettingsInput = { stored: new Map(), yaml: undefined, env: {} };

function errorsOf(input: Partial<SettingsInput>): string[] {
  const read = readSettings({ ...NOTHING, ...input });
  assert.equal(read.ok, false);
  return read.ok ? [] : read.error.map((error) => error.text);
}

test('with nothing set, every setting has its default and says so', () => {
  const { values, sources } = defaultSettings();
  assert.equal(values.sip.realm, 'pbx');
  assert.equal(values.registrar.bindingsPerExtension, 5);
  assert.deepEqual([...new Set(sources.values())], ['default']);
  assert.equal(sources.size, SETTING_ENTRIES.length);
});

test('the environment beats the file, the file the database, the database the default', () => {
  const stored = new Map([
    ['calls.atOnce', '11'],
    ['calls.perExtension', '12'],
    ['calls.ringTimeoutSeconds', '13'],
  ]);
  const yaml = { calls: { atOnce: 21, perExtension: 22 } };
  const read = readSettings({ stored, yaml, env: { RINGWALL_CALLS_AT_ONCE: '31', PATH: '/bin' } });
  assert.ok(read.ok);
  const { values, sources } = read.value;
  assert.equal(values.calls.atOnce, 31);
  assert.equal(values.calls.perExtension, 22);
  assert.equal(values.calls.ringTimeoutSeconds, 13);
  assert.equal(values.calls.maxCallSeconds, 14_400);
  assert.equal(sources.get('calls.atOnce'), 'environment');
  assert.equal(sources.get('calls.perExtension'), 'file');
  assert.equal(sources.get('calls.ringTimeoutSeconds'), 'database');
  assert.equal(sources.get('calls.maxCallSeconds'), 'default');
});

test('an unknown setting in the file is an error that suggests the nearest one', () => {
  assert.deepEqual(errorsOf({ yaml: { sip: { relm: 'x' } } }), [
    '"sip.relm" in the settings file is not a setting. Did you mean sip.realm?',
  ]);
  assert.match(
    errorsOf({ yaml: { calls: { ring_timeout_seconds: 5 } } })[0] ?? '',
    /calls\.ringTimeoutSeconds\?/,
  );
});

test('a setting in the wrong section is found in the right one', () => {
  assert.match(
    errorsOf({ yaml: { sip: { passwordLength: 12 } } })[0] ?? '',
    /mean security\.passwordLength\?/,
  );
});

test('an unknown section, a dotted name and a section without settings are errors with a way out', () => {
  assert.match(errorsOf({ yaml: { spi: {} } })[0] ?? '', /Did you mean sip\?/);
  assert.match(
    errorsOf({ yaml: { 'sip.realm': 'x' } })[0] ?? '',
    /"sip:" and below it, indented, "realm: …"/,
  );
  assert.match(errorsOf({ yaml: { sip: 'realm' } })[0] ?? '', /Indent its settings below it/);
  assert.match(errorsOf({ yaml: ['sip'] })[0] ?? '', /Write a section/);
  assert.match(errorsOf({ yaml: 'sip' })[0] ?? '', /Write a section/);
});

test('an empty file and an empty section set nothing', () => {
  assert.ok(readSettings({ ...NOTHING, yaml: null }).ok);
  assert.ok(readSettings({ ...NOTHING, yaml: { sip: null } }).ok);
});

test('an unknown RINGWALL_ variable is an error that suggests the nearest one', () => {
  assert.deepEqual(errorsOf({ env: { RINGWALL_SIP_RELM: 'x' } }), [
    '"RINGWALL_SIP_RELM" in the environment is not a setting. Did you mean RINGWALL_SIP_REALM?',
  ]);
  assert.match(errorsOf({ env: { RINGWALL_CONFG: 'x' } })[0] ?? '', /RINGWALL_CONFIG\?/);
  assert.match(errorsOf({ env: { RINGWALL_TELEPATHY: 'x' } })[0] ?? '', /correct or unset it/);
});

test('variables of other programs, and the path of the settings file, are no business of the settings', () => {
  assert.ok(
    readSettings({
      ...NOTHING,
      env: { RINGWALL_CONFIG: '/x', RINGWALL_WELCOME: '1', RINGWALLED: '1', HOME: '/root' },
    }).ok,
  );
});

test('a wrong value in the file is an error even when the environment beats it', () => {
  const errors = errorsOf({ yaml: { calls: { atOnce: 0 } }, env: { RINGWALL_CALLS_AT_ONCE: '5' } });
  assert.equal(errors.length, 1);
  assert.match(
    errors[0] ?? '',
    /^calls\.atOnce in the settings file is 0, and must be from 1 to 10000 calls\. /,
  );
});

test('a wrong value in the database is put right by overriding it', () => {
  const stored = new Map([['calls.atOnce', 'no json']]);
  assert.match(errorsOf({ stored })[0] ?? '', /^calls\.atOnce in the database is empty/);
  assert.ok(readSettings({ ...NOTHING, stored, env: { RINGWALL_CALLS_AT_ONCE: '5' } }).ok);
});

test('an unknown row, and one that the database may not hold, are errors', () => {
  assert.match(errorsOf({ stored: new Map([['a.b', '1']]) })[0] ?? '', /"a\.b" in the database/);
  assert.match(errorsOf({ stored: new Map([['storage.directory', '"/x"']]) })[0] ?? '', /in the database/);
});

test('settings that contradict each other are refused together with a remedy', () => {
  const registrar = { minExpiresSeconds: 600, maxExpiresSeconds: 300 };
  assert.match(errorsOf({ yaml: { registrar } })[0] ?? '', /no longer than the longest/);
  assert.match(errorsOf({ yaml: { sip: { tlsKeyFile: 'a' } } })[0] ?? '', /only one is given/);
  assert.match(errorsOf({ yaml: { security: { idleSeconds: 3_600 } } })[0] ?? '', /the longer one/);
  assert.match(
    errorsOf({ yaml: { calls: { sessionExpiresSeconds: 90, minSessionExpiresSeconds: 91 } } })[0] ?? '',
    /timer/,
  );
  assert.match(errorsOf({ yaml: { security: { connectionsAtOnce: 10 } } })[0] ?? '', /fewer connections/);
  assert.match(
    errorsOf({ yaml: { security: { strangerConnectionsPerAddress: 1_000, strangerConnections: 99 } } })[0] ??
      '',
    /one address/,
  );
});

test('names of the prototype are no settings', () => {
  assert.equal(errorsOf({ yaml: JSON.parse('{"__proto__":{"realm":"x"},"constructor":{}}') }).length, 2);
  assert.equal(errorsOf({ yaml: { sip: JSON.parse('{"__proto__":1,"toString":2}') as unknown } }).length, 2);
});

test('a thousand mistakes give fifty errors', () => {
  const sip = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`wrong${i}`, i]));
  assert.equal(errorsOf({ yaml: { sip } }).length, 50);
});

test('whatever the file, the environment and the database hold, reading never throws and errors are sentences', () => {
  const keys = fc.oneof(fc.constantFrom(...SETTING_ENTRIES.map((entry) => entry.name)), fc.string());
  const sections = fc.oneof(fc.constantFrom('sip', 'calls', 'media', 'security', 'metrics'), fc.string());
  const value = fc.oneof(fc.anything({ withBigInt: true, withDate: true }), fc.string());
  const yaml = fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
    fc.dictionary(sections, fc.oneof(value, fc.dictionary(keys, value, { maxKeys: 4 })), { maxKeys: 4 }),
  );
  const names = fc.oneof(
    fc.constantFrom(...SETTING_ENTRIES.map((entry) => entry.environmentName)),
    fc.string().map((text) => `RINGWALL_${text}`),
  );
  const env = fc.dictionary(names, fc.string(), { maxKeys: 4 });
  const stored = fc
    .dictionary(
      fc.oneof(fc.constantFrom(...SETTING_ENTRIES.map((e) => e.key)), fc.string()),
      fc.oneof(fc.json(), fc.string()),
      {
        maxKeys: 4,
      },
    )
    .map((entries) => new Map(Object.entries(entries)));
  fc.assert(
    fc.property(yaml, env, stored, (file, environment, rows) => {
      const read = readSettings({ yaml: file, env: environment, stored: rows });
      if (read.ok) return;
      assert.ok(read.error.length > 0 && read.error.length <= 50);
      for (const { text } of read.error) assert.match(text, /^[^\n]+[.?]$/s, text);
    }),
    { numRuns: 500 },
  );
});
