import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HomeNumbering } from '../numbering/number-class.ts';
import { LONDON } from '../numbering/testing.ts';
import { type CallPolicy, DEFAULT_CALL_POLICY } from './call-policy.ts';
import { decideExternalCall } from './decide-external-call.ts';
import { dialling } from './testing.ts';

const NEW_YORK: HomeNumbering = {
  country: 'US',
  internationalPrefix: '011',
  nationalPrefix: '1',
  areaCode: '212',
};

/** What scanners and people put before a number: outside lines, foreign prefixes, carriers, service codes, schemes. */
const BEFORE = [
  '',
  '0',
  '00',
  '000',
  '9',
  '90',
  '900',
  '9011',
  '011',
  '+',
  '++',
  '00+',
  '9+',
  '%2B',
  '%252B',
  '＋',
  '*67',
  '*82',
  '*31#',
  '#31#',
  '#',
  '1010288',
  '1010288011',
  'tel:',
  'tel:+',
  'TEL:%2b',
  'sip:',
  '\u200b+',
];

const AFTER = [
  '',
  '#',
  ';phone-context=+1',
  ';isub=1',
  ';ext=2',
  ',,3',
  '%20',
  '\u0000',
  '@example.net',
  '\u202c',
];

const AS_WRITTEN: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => digits.replaceAll(/(?=(?:\d{3})+$)/g, ' '),
  (digits) => digits.replaceAll(/(?=(?:\d{4})+$)/g, '-'),
  (digits) => `(${digits.slice(0, 3)})${digits.slice(3)}`,
  (digits) => inScript(digits, 0xff_10),
  (digits) => inScript(digits, 0x06_60),
  (digits) => inScript(digits, 0x06_f0),
  (digits) => inScript(digits, 0x09_66),
  (digits) => inScript(digits, 0x1_d7_ce),
  (digits) => digits.replaceAll(/\d/g, (digit) => `%3${digit}`),
];

function inScript(digits: string, zero: number): string {
  return digits.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

function spellings(bodies: readonly string[]): ReadonlySet<string> {
  const all = bodies.flatMap((body) =>
    AS_WRITTEN.flatMap((written) =>
      BEFORE.flatMap((before) => AFTER.map((after) => before + written(body) + after)),
    ),
  );
  return new Set(all);
}

function allowed(dialled: Iterable<string>, home: HomeNumbering): string[] {
  // Without the high-risk ranges, which would hide a country that is read wrongly.
  const policy: CallPolicy = { ...DEFAULT_CALL_POLICY, homeCountry: home.country, highRiskRanges: [] };
  return [...dialled].filter(
    (text) => decideExternalCall(dialling(text, {}, home), policy).verdict === 'allow',
  );
}

test('a number in Jamaica is not called from New York, in whatever way it is written', () => {
  const all = spellings(['8765551234', '18765551234', '118765551234']);
  assert.ok(all.size > 200);
  assert.deepEqual(allowed(all, NEW_YORK), []);
});

test('a premium number is not called in its own country, in whatever way it is written', () => {
  const all = spellings(['9098790123', '09098790123', '449098790123', '4409098790123']);
  assert.ok(all.size > 200);
  assert.deepEqual(allowed(all, LONDON), []);
});

test('the same spellings of a number that may be called are not all refused', () => {
  const called = allowed(spellings(['2125551234', '12125551234']), NEW_YORK);
  assert.ok(called.includes('+12125551234'));
  assert.ok(called.length > 20, `${called.length} spellings`);
});
