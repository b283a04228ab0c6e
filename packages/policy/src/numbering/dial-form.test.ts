import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { dialForm } from './dial-form.ts';
import type { FinalNumber } from './number-class.ts';
import { readFinalNumber } from './read-final-number.ts';
import { LONDON, NEW_YORK } from './testing.ts';

test('a number is written as the provider wants it', () => {
  const number = '+442079460123' as FinalNumber;
  assert.equal(dialForm(number, 'e164', LONDON), '+442079460123');
  assert.equal(dialForm(number, 'national', LONDON), '02079460123');
  assert.equal(dialForm(number, 'national', NEW_YORK), '011442079460123');
  assert.equal(dialForm('+12125551234' as FinalNumber, 'national', NEW_YORK), '12125551234');
});

test('what is sent reads as the number that was judged, for every country and from two homes', () => {
  for (const country of getCountries()) {
    const number = getExampleNumber(country, examples)?.number as FinalNumber;
    for (const home of [LONDON, NEW_YORK]) {
      const read = readFinalNumber(dialForm(number, 'national', home), home);
      assert.equal(read.ok && read.value.number, number, country);
    }
  }
});
