import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_POLICY } from '@ringwall/policy';
import { guardConflicts, guardPolicy, type GuardValues } from './guard.ts';
import { guardSettings } from './sections/guard.ts';

const DEFAULTS = Object.fromEntries(
  Object.entries(guardSettings).map(([name, setting]) => [name, setting.default]),
) as GuardValues;

test('the defaults of the settings are those of the guard, and do not contradict each other', () => {
  assert.deepEqual(guardPolicy(DEFAULTS, []), DEFAULT_GUARD_POLICY);
  assert.deepEqual(guardConflicts(DEFAULTS), []);
});

test('the bounds are those that administrators of such systems know', () => {
  const bounds = (name: keyof GuardValues) => [guardSettings[name].min, guardSettings[name].max];
  assert.equal(bounds('failedAuthLimit')[0], 3);
  assert.equal(bounds('unansweredChallenges')[0], 100);
  assert.deepEqual(bounds('blacklistSeconds'), [60, 1_000_000_000]);
});

test('limits that contradict each other are refused together, each with a remedy', () => {
  const errors = guardConflicts({
    ...DEFAULTS,
    amberRequests: 4_000,
    failedAuthFastWindowSeconds: 3_600,
    failedAuthWindowSeconds: 600,
    repliesPerSecondToNetwork: 2_000,
  });
  assert.deepEqual(
    errors.map(({ text }) => text.split('.').at(-2)?.trim()),
    [
      'Let a source meet the amber barrier before the red one',
      'Make the window for guessing in haste the shorter one',
      'Let one network have no more answers than all together',
    ],
  );
});

test('every setting of the guard has a sentence, and every number a default within its bounds', () => {
  for (const [name, setting] of Object.entries(guardSettings)) {
    assert.match(setting.says, /^[A-Z][^\n]*\.$/, name);
    assert.ok(setting.read(setting.toJson(setting.default as never)).ok, name);
    if (setting.type === 'number') assert.ok(setting.unit !== undefined && setting.min !== undefined, name);
  }
});
