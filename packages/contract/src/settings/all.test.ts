import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from './read-settings.ts';
import { SECTION_SAYS, SETTING_ENTRIES, SETTING_SECTIONS, settingEntry } from './all.ts';

test('every setting has a sentence, and every number a unit, bounds and a default within them', () => {
  assert.ok(SETTING_ENTRIES.length > 30);
  for (const { key, setting } of SETTING_ENTRIES) {
    assert.match(setting.says, /^[A-Z0-9].*[^ .]\.$/s, key);
    assert.ok(setting.limits.length > 0, key);
    assert.ok(setting.read(setting.toJson(setting.default)).ok, key);
    if (setting.type !== 'number') continue;
    const { min = Number.NaN, max = Number.NaN } = setting;
    assert.ok(setting.unit !== undefined && min < max, key);
    assert.ok(min <= Number(setting.default) && Number(setting.default) <= max, key);
    assert.ok(setting.read(min).ok && setting.read(max).ok, key);
    assert.ok(!setting.read(min - 1).ok && !setting.read(max + 1).ok, key);
  }
});

test('a number that counts time says its unit in its name', () => {
  for (const { key, setting } of SETTING_ENTRIES) {
    if (setting.unit === 'seconds') assert.match(key, /Seconds$/);
    if (setting.unit === 'days') assert.match(key, /Days$/);
  }
});

test('keys and names of environment variables are unique, and found again', () => {
  assert.equal(new Set(SETTING_ENTRIES.map((entry) => entry.environmentName)).size, SETTING_ENTRIES.length);
  for (const entry of SETTING_ENTRIES) assert.equal(settingEntry(entry.key), entry);
  assert.equal(
    settingEntry('calls.ringTimeoutSeconds')?.environmentName,
    'RINGWALL_CALLS_RING_TIMEOUT_SECONDS',
  );
});

test('every section says what it is about', () => {
  assert.deepEqual(Object.keys(SECTION_SAYS), Object.keys(SETTING_SECTIONS));
});

test('whatever is needed before the database is open is not in the database', () => {
  assert.equal(settingEntry('storage.directory')?.setting.inDatabase, false);
});

test('a code is one thing only, and nothing that is dialled for help', () => {
  const problems = (stored: Readonly<Record<string, unknown>>): string[] => {
    const json = Object.entries(stored).map(([key, value]) => [key, JSON.stringify(value)] as const);
    const read = readSettings({ stored: new Map(json), yaml: undefined, env: {} });
    return read.ok ? [] : read.error.map(({ text }) => text);
  };
  assert.deepEqual(problems({ 'codes.pinLock': '', 'codes.echo': '' }), []);
  assert.match(problems({ 'codes.pinLock': '*43' }).join(), /codes.echo and codes.pinLock are both \*43/);
  assert.match(problems({ 'codes.echo': '112' }).join(), /codes.echo is 112, which is dialled for help/);
  const britain = { 'numbering.country': 'GB', 'numbering.outsidePrefixes': ['9'] };
  assert.match(problems({ ...britain, 'codes.pinLock': '9999' }).join(), /dialled for help \(999\)/);
  assert.match(problems({ 'codes.pinLock': '999' }).join(), /dialled for help/);
  assert.match(problems({ 'codes.echo': '11' }).join(), /codes.echo is 11, and whoever dials 112 for help/);
  assert.match(problems({ 'codes.pinLock': '#7' }).join(), /two or more digits and \*/);
});
