import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkName, checkNumber } from './extension-rules.ts';

test('a number has 2 to 8 digits and nothing else', () => {
  for (const number of ['10', '101', '00', '12345678']) assert.ok(checkNumber(number).ok, number);
  for (const text of ['', '1', '123456789', '10a', ' 101', '101\n', '-10', '1.0', '١٠١', '1e3', '*97']) {
    const checked = checkNumber(text);
    assert.ok(!checked.ok, text);
    assert.equal(checked.error.code, 'EXTENSION_NUMBER');
    assert.match(checked.error.text, /cannot be an extension number\. Use 2 to 8 digits\./);
  }
});

test('an emergency number is refused, with the country where it is one', () => {
  for (const number of ['000', '110', '112', '118', '119', '911', '933', '999']) {
    const checked = checkNumber(number);
    assert.ok(!checked.ok, number);
    assert.equal(checked.error.code, 'EXTENSION_NUMBER');
    assert.match(checked.error.text, new RegExp(`^${number} cannot.* emergency number in [A-Z]`));
  }
  for (const number of ['100', '101', '109', '1120', '9110', '0112'])
    assert.ok(checkNumber(number).ok, number);
});

test('what was typed is shown short and without what could harm a terminal', () => {
  const checked = checkNumber(`\u001b[2J${'9'.repeat(10_000)}`);
  assert.ok(!checked.ok);
  assert.ok(checked.error.text.length < 120);
  assert.ok(!checked.error.text.includes('\u001b'));
});

test('a name is a line of 1 to 64 characters, without the spaces around it', () => {
  assert.deepEqual(checkName('  Zoë „Q" O’Neil 🙂 '), { ok: true, value: 'Zoë „Q" O’Neil 🙂' });
  assert.deepEqual(checkName('Zoe\u0308'), { ok: true, value: 'Zoë' });
  assert.ok(checkName('x'.repeat(64)).ok);
  for (const name of [
    '',
    '   ',
    'x'.repeat(65),
    'a\nb',
    'a\tb',
    'a\u0000b',
    '\u001b[2J',
    'a\u202eb',
    'a\u2028b',
    'a\ud800',
  ]) {
    const checked = checkName(name);
    assert.ok(!checked.ok, JSON.stringify(name));
    assert.equal(checked.error.code, 'REQUEST_MALFORMED');
    assert.match(checked.error.text, /the name/);
  }
});

test('a name that was taken is taken again as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const checked = checkName(text);
      if (!checked.ok) return;
      assert.deepEqual(checkName(checked.value), checked);
      assert.ok(!/[\r\n\0]/.test(checked.value));
    }),
  );
});
