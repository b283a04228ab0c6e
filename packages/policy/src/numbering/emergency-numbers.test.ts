import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emergencyNumbersOf, whereForHelp } from './emergency-numbers.ts';
import { COUNTRIES } from './numbering-plan.ts';

test('every list is one of short numbers, of a country that there is', () => {
  const known = COUNTRIES.filter((country) => emergencyNumbersOf(country).length > 0);
  assert.ok(known.length > 200);
  for (const country of known) {
    for (const number of emergencyNumbersOf(country)) assert.match(number, /^\d{2,5}$/, country);
  }
});

test('a country without a list, and no country, have nothing but what holds everywhere', () => {
  for (const country of ['US', '', '__proto__', 'constructor']) {
    assert.deepEqual(emergencyNumbersOf(country), []);
  }
});

test('where a number is dialled for help is said in the names of countries that people know', () => {
  assert.equal(whereForHelp('999'), 'United Kingdom, Ireland and others');
  assert.equal(whereForHelp('110'), 'Germany, Japan, China and others');
  assert.equal(whereForHelp('111'), 'New Zealand and others');
  for (const number of ['100', '101', '190', '']) assert.equal(whereForHelp(number), undefined);
});
