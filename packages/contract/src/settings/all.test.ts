import assert from 'node:assert/strict';
import { test } from 'node:test';
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
