import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emergencyNumbersOf } from './emergency-numbers.ts';
import { COUNTRIES } from './numbering-plan.ts';

test('every list is one of short numbers, of a country that there is', () => {
  const known = COUNTRIES.filter((country) => emergencyNumbersOf(country).length > 0);
  assert.ok(known.length > 50);
  for (const country of known) {
    for (const number of emergencyNumbersOf(country)) assert.match(number, /^\d{2,5}$/, country);
  }
});

test('a country without a list, and no country, have nothing but what holds everywhere', () => {
  for (const country of ['US', '', '__proto__', 'constructor']) {
    assert.deepEqual(emergencyNumbersOf(country), []);
  }
});
