import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallRate, indexRates, NO_RATES, rateFor } from './call-rates.ts';
import { readRates, writeRates } from './rate-file.ts';

const prefix = fc.stringMatching(/^\+([1-9][0-9]{0,5})?$/);
const rate: fc.Arbitrary<CallRate> = fc.record(
  {
    prefix,
    perMinute: fc.nat(2_000_000).map((millionths) => millionths / 1_000_000),
    perCall: fc.nat(500).map((cents) => cents / 100),
    name: fc.constantFrom('', 'United Kingdom', 'Côte d’Ivoire, mobile', '=2+3', '"quoted"'),
  },
  { noNullPrototype: true },
);
const rates = fc.uniqueArray(rate, { selector: (each) => each.prefix, maxLength: 40 });

test('the rate of a number is the one that a walk through all of them would find', () => {
  fc.assert(
    fc.property(rates, fc.stringMatching(/^\+[1-9][0-9]{0,12}$/), (list, number) => {
      const fits = list.filter((each) => number.startsWith(each.prefix));
      const longest = fits.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
      assert.deepEqual(rateFor(indexRates(list), number), longest);
    }),
  );
  assert.equal(rateFor(NO_RATES, '+442079460958'), undefined);
});

test('rates that were written to a file are read as they were', () => {
  fc.assert(
    fc.property(rates, (list) => {
      const read = readRates(writeRates(list));
      assert.ok(read.ok, read.ok ? '' : read.error.text);
      assert.deepEqual(read.value, list);
    }),
  );
});

test('the price list of a provider is read with its own columns and without pluses', () => {
  const read = readRates(
    'Prefix,Country,Name,Minute\n44,GB,United Kingdom,0.02\n+447,GB,"Mobile, all",0.1\n',
  );
  assert.deepEqual(read.ok && read.value, [
    { prefix: '+44', perMinute: 0.02, perCall: 0, name: 'United Kingdom' },
    { prefix: '+447', perMinute: 0.1, perCall: 0, name: 'Mobile, all' },
  ]);
});

test('what is wrong with a file of rates is said with its line', () => {
  const wrong = (text: string): string => {
    const read = readRates(text);
    return read.ok ? 'read' : `${read.error.line}: ${read.error.text}`;
  };
  assert.match(wrong(''), /^1: There is nothing/);
  assert.match(wrong('44,0.1\n'), /^1: No column is called "prefix"/);
  assert.match(wrong('prefix,minute\n44,0.1\n0044,0.1\n'), /^3: "0044" is no prefix/);
  assert.match(wrong('prefix,minute\n44,"0,1"\n'), /^2: What \+44 costs must be written like 0\.12/);
  assert.match(wrong('prefix,minute\n44,-1\n'), /^2: What/);
  assert.match(wrong('prefix,minute\n44,0.1\n+44,0.2\n'), /^3: The prefix \+44 is there twice/);
  assert.match(wrong(`prefix,minute\n${'44\n'.repeat(20_001)}`), /more than 20000 rates/);
});
