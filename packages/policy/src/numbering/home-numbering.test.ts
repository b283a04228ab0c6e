import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeNumbering } from './home-numbering.ts';
import { COUNTRIES } from './numbering-plan.ts';

const NONE = { areaCode: '', internationalPrefix: '', nationalPrefix: '' };

test('a country brings its own prefixes', () => {
  for (const [country, international, national] of [
    ['GB', '00', '0'],
    ['DE', '00', '0'],
    ['FR', '00', '0'],
    ['US', '011', '1'],
    ['IT', '00', ''],
    ['ES', '00', ''],
    ['AU', '0011', '0'],
    ['JP', '010', '0'],
    ['RU', '810', '8'],
    ['HU', '00', '06'],
  ] as const) {
    const { internationalPrefix, nationalPrefix } = homeNumbering({ ...NONE, country });
    assert.deepEqual([internationalPrefix, nationalPrefix], [international, national], country);
  }
});

test('every country has an international prefix of digits', () => {
  assert.equal(COUNTRIES.length, 245);
  for (const country of COUNTRIES) {
    const home = homeNumbering({ ...NONE, country });
    assert.match(home.internationalPrefix, /^\d{1,4}$/, country);
    assert.match(home.nationalPrefix, /^\d{0,2}$/, country);
  }
});

test('what the administrator sets goes before what the country has', () => {
  const home = homeNumbering({
    country: 'KR',
    areaCode: '2',
    internationalPrefix: '002',
    nationalPrefix: '9',
  });
  assert.deepEqual(home, { country: 'KR', areaCode: '2', internationalPrefix: '002', nationalPrefix: '9' });
});
