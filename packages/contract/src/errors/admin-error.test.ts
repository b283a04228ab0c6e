import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminError, exitCodeOf, isErrorCode } from './admin-error.ts';
import { ERRORS } from './registry.ts';

test('an error fills the blanks of its sentences', () => {
  const error = adminError('EXTENSION_EXISTS', { number: '101' });
  assert.equal(error.code, 'EXTENSION_EXISTS');
  assert.equal(
    error.text,
    'There is an extension 101 already. Take another number, or change that one with: ringwall extension set 101.',
  );
  assert.equal(exitCodeOf(error), 1);
});

test('what fills a blank is taken as it is, though it looks like a blank or a replacement pattern', () => {
  const error = adminError('STORE_MISSING', { directory: '{directory} $& $1' });
  assert.ok(error.text.startsWith('There is no data in {directory} $& $1.'));
});

test('every code is upper case, and says in sentences what is wrong and what to do', () => {
  for (const [code, declared] of Object.entries(ERRORS)) {
    assert.match(code, /^[A-Z][A-Z_]+$/);
    assert.match(declared.says, /^[A-Z{].*[.}]$/, code);
    assert.match(declared.advice, /^[A-Z{].*[.}]$/, code);
  }
});

test('only codes of the registry are codes', () => {
  assert.ok(isErrorCode('STORE_BUSY'));
  assert.ok(!isErrorCode('toString'));
  assert.ok(!isErrorCode('__proto__'));
});
