import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collidesWithEmergency, emergencyNumber } from './emergency.ts';

const BRITISH = { numbers: ['999'], outsidePrefixes: ['0', '9'] };

test('emergency numbers are recognised with and without every outside-line prefix', () => {
  for (const number of ['112', '911', '999']) {
    for (const prefix of ['', '0', '9', '+']) assert.equal(emergencyNumber(prefix + number, BRITISH), number);
  }
});

test('a number that only begins or ends like one is none', () => {
  for (const dialled of ['', '9', '1120', '5999', '00112', '99']) {
    assert.equal(emergencyNumber(dialled, BRITISH), undefined);
  }
});

test('112 and 911 hold where no country is set', () => {
  assert.equal(emergencyNumber('112', { numbers: [], outsidePrefixes: [] }), '112');
  assert.equal(emergencyNumber('999', { numbers: [], outsidePrefixes: [] }), undefined);
});

test('an extension has no emergency number, and the code of a service is not even the beginning of one', () => {
  for (const number of ['999', '9999', '112', '110', '988'])
    assert.ok(collidesWithEmergency(number, BRITISH) !== undefined, number);
  for (const number of ['99', '11', '101', ''])
    assert.equal(collidesWithEmergency(number, BRITISH), undefined);
  for (const code of ['99', '11', '09', '999'])
    assert.ok(collidesWithEmergency(code, BRITISH, 'beginning') !== undefined, code);
  for (const code of ['*11', '*9', '77', '1122', ''])
    assert.equal(collidesWithEmergency(code, BRITISH, 'beginning'), undefined, code);
});
