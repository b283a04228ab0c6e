import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CountryCode,
  getCountries,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';
import examples from 'libphonenumber-js/mobile/examples';
import type { HomeNumbering } from './number-class.ts';
import { COUNTRIES } from './numbering-plan.ts';
import { parseInternational } from './parse-international.ts';
import { destinationKey, readFinalNumber } from './read-final-number.ts';
import { LONDON, NEW_YORK } from './testing.ts';

/** `+number country class`, or the refusal. */
function read(dialled: string, home: HomeNumbering = LONDON): string {
  const result = readFinalNumber(dialled, home);
  if (!result.ok) return result.error;
  const { number, country, numberClass } = result.value;
  return `${number} ${country ?? '-'} ${numberClass}`;
}

test('local, national, international and ornamented spellings of one number are one number', () => {
  const spellings = [
    '79460958',
    '02079460958',
    '2079460958',
    '00442079460958',
    '+442079460958',
    '+44 (0)20 7946-0958',
    'tel:+44-20-7946-0958',
    '%2B442079460958',
    '＋４４２０７９４６０９５８',
    '٠٢٠٧٩٤٦٠٩٥٨',
    '۰۲۰۷۹۴۶۰۹۵۸',
    '\u202a+44\u00a020\u20117946\u20110958\u202c',
  ];
  for (const dialled of spellings) assert.equal(read(dialled), '+442079460958 GB national-fixed', dialled);
});

test('a North American number is dialled with seven, ten or eleven digits', () => {
  for (const dialled of ['5551234', '2125551234', '12125551234', '+12125551234', '01112125551234']) {
    assert.equal(read(dialled, NEW_YORK), '+12125551234 US national-fixed', dialled);
  }
});

test('what has no certain meaning is refused, and says why', () => {
  const refused = {
    '': 'empty',
    ' - ': 'empty',
    '*6702079460958': 'service-code',
    '#31#02079460958': 'service-code',
    '79460958;phone-context=+44': 'parameters',
    '+442079460958;isub=1': 'parameters',
    '02079460958,,5': 'parameters',
    '%252B442079460958': 'not-a-number',
    '%zz': 'not-a-number',
    '++442079460958': 'not-a-number',
    '9011+442079460958': 'not-a-number',
    '0800FLOWERS': 'not-a-number',
    '0207946095²': 'not-a-number',
    '02079460958\r\nTo: x': 'not-a-number',
    '02079460958@example.net': 'not-a-number',
    '+0044': 'unassigned',
    '+999123456': 'unassigned',
    '+44207946095820794609582': 'unassigned',
    ['0'.repeat(65)]: 'too-long',
  };
  for (const [dialled, reason] of Object.entries(refused)) assert.equal(read(dialled), reason, dialled);
});

test('nothing is read while the home country is not set', () => {
  for (const country of ['', 'XX', 'gb', '__proto__']) {
    assert.equal(read('+442079460958', { ...LONDON, country }), 'unknown-home');
  }
});

test('the country is that of the numbering plan, not of the calling code', () => {
  assert.equal(read('+18765551234', NEW_YORK), '+18765551234 JM mobile');
  assert.equal(read('+12684601234', NEW_YORK).slice(13, 15), 'AG');
  assert.equal(read('+18092345678', NEW_YORK), '+18092345678 DO international');
  assert.equal(read('+447781234567'), '+447781234567 GG mobile');
});

test('country and class are two things', () => {
  assert.equal(read('+33612345678'), '+33612345678 FR mobile');
  assert.equal(read('+33142685300'), '+33142685300 FR international');
  assert.equal(read('07400123456'), '+447400123456 GB mobile');
  assert.equal(read('09098790123'), '+449098790123 GB premium');
  assert.equal(read('08001234567'), '+448001234567 GB toll-free');
  assert.equal(read('+19002345678', NEW_YORK), '+19002345678 US premium');
});

test('satellites and global services belong to no country, whether the library knows the number or not', () => {
  const classes = {
    satellite: ['+870773111632', '+881612345678', '+882123456789', '+88312345678901'],
    'global-service': ['+80012345678', '+80812345678', '+8781012345678', '+888123456789', '+979123456789'],
  };
  for (const [numberClass, numbers] of Object.entries(classes)) {
    for (const number of numbers) {
      assert.equal(read(number), `${number} - ${numberClass}`);
      const result = readFinalNumber(number, LONDON);
      assert.equal(result.ok && destinationKey(result.value), number.slice(0, 4));
    }
  }
});

test('a number that fits no plan is unknown, and has no country where several share its calling code', () => {
  assert.equal(read('+4412'), '+4412 - unknown');
  assert.equal(read('+37112'), '+37112 LV unknown');
  const result = readFinalNumber('+4412', LONDON);
  assert.equal(result.ok && destinationKey(result.value), undefined);
});

test('free numbers that North America shares are at home in each of its countries', () => {
  assert.equal(read('+18002345678', { ...NEW_YORK, country: 'CA' }), '+18002345678 CA toll-free');
  assert.equal(read('+18002345678'), '+18002345678 US toll-free');
});

/** Countries that share a range with a larger one: the library names the larger. */
const NAMED_FOR_A_LARGER: Partial<Record<CountryCode, CountryCode>> = {
  AX: 'FI',
  BL: 'GP',
  CC: 'AU',
  CX: 'AU',
  EH: 'MA',
  IM: 'GB',
  MF: 'GP',
  SJ: 'NO',
  VA: 'IT',
};

test('the example number of every country is read as that country, from home and from abroad', () => {
  const countries: CountryCode[] = getCountries();
  assert.equal(countries.length, 245);
  for (const country of countries) {
    const example = getExampleNumber(country, examples)?.number;
    assert.ok(example !== undefined, country);
    for (const home of [LONDON, NEW_YORK, { ...LONDON, country, areaCode: '' }]) {
      const result = readFinalNumber(example, home);
      assert.equal(result.ok && result.value.country, NAMED_FOR_A_LARGER[country] ?? country, example);
      assert.equal(result.ok && result.value.number, example);
      assert.notEqual(result.ok && result.value.numberClass, 'unknown', example);
    }
  }
});

test('whatever is dialled, the answer is an E.164 number or a refusal, and reading it again changes nothing', () => {
  const key = fc.constantFrom(...Array.from('0123456789+*#%;:. -()٣４+2Btel'));
  const dialled = fc.oneof(fc.string({ unit: key, maxLength: 24 }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(dialled, fc.constantFrom(LONDON, NEW_YORK), (text, home) => {
      const result = readFinalNumber(text, home);
      if (!result.ok) return;
      assert.match(result.value.number, /^\+[1-9]\d{1,14}$/);
      assert.deepEqual(readFinalNumber(result.value.number, home), result);
    }),
  );
});

/** What the library makes of it, as our own reader would say it. */
function libraryReading(text: string) {
  const parsed = parsePhoneNumberFromString(text, { extract: false });
  if (parsed === undefined) return undefined;
  const { number, countryCallingCode: callingCode, country } = parsed;
  return { number, callingCode, country, type: parsed.getType() };
}

const EXAMPLES = getCountries().map((country) => String(getExampleNumber(country, examples)?.number));
const CODES = [...Object.keys(metadata.country_calling_codes), ...Object.keys(metadata.nonGeographic)];

test('the countries are those of the library', () => {
  assert.deepEqual(COUNTRIES, getCountries().toSorted());
});

test('every example number, whole, with a 0 too many, cut short and too long, is read as the library reads it', () => {
  const spoilt = EXAMPLES.flatMap((number) => [
    number,
    number.replace(/^\+(44|49|39|7|1)?/, '+$10'),
    number.slice(0, -1),
    `${number}5`,
  ]);
  for (const text of spoilt) assert.deepEqual(parseInternational(text), libraryReading(text), text);
});

test('whatever digits follow a calling code or a part of a number, they are read as the library reads them', () => {
  const beginnings = fc.oneof(
    fc.constantFrom(...CODES).map((code) => `+${code}`),
    fc
      .tuple(fc.constantFrom(...EXAMPLES), fc.integer({ min: 1, max: 10 }))
      .map(([all, cut]) => all.slice(0, -cut)),
    fc.constant('+'),
  );
  const digits = fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), maxLength: 18 });
  fc.assert(
    fc.property(beginnings, digits, (beginning, rest) => {
      const text = `${beginning}${rest}`;
      assert.deepEqual(parseInternational(text), libraryReading(text), text);
    }),
    { numRuns: 2_000 },
  );
});
