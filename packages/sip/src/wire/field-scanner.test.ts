import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldScanner } from './field-scanner.ts';
import { fieldName, fieldValue } from './field-text.ts';

function scan(head: string): { fields: [string, string][]; problem: string | undefined; rest: string } {
  const bytes = Buffer.from(`${head}\r\nbody`, 'latin1');
  const ascii = bytes.toString('latin1');
  const scanner = new FieldScanner(bytes, 0);
  const fields: [string, string][] = [];
  while (scanner.next()) fields.push([fieldName(scanner, ascii), fieldValue(scanner, bytes, ascii)]);
  return { fields, problem: scanner.problem, rest: ascii.slice(scanner.at) };
}

test('fields are found with their canonical names and trimmed values', () => {
  assert.deepEqual(scan('Via: a\r\nT \t:b \t\r\nX-Foo:\r\n'), {
    fields: [
      ['via', 'a'],
      ['to', 'b'],
      ['x-foo', ''],
    ],
    problem: undefined,
    rest: 'body',
  });
});

test('a continuation line belongs to the field before it, its white space counts as one space', () => {
  assert.deepEqual(scan('Subject: a\r\n  b \r\n\tc\r\n \r\nVia:\r\n d\r\n').fields, [
    ['subject', 'a b c'],
    ['via', 'd'],
  ]);
});

test('values are UTF-8, or Latin-1 where they are not valid UTF-8', () => {
  assert.deepEqual(scan('S: J\u00c3\u00b6rg\r\nSubject: J\u00f6rg\r\n').fields, [
    ['subject', 'J\u00f6rg'],
    ['subject', 'J\u00f6rg'],
  ]);
});

test('overlong UTF-8 is not decoded to what it hides', () => {
  assert.deepEqual(scan('S: \u00c0\u00af\r\n').fields, [['subject', '\u00c0\u00af']]);
});

test('a lone CR, a lone LF, a NUL and other control characters end it', () => {
  for (const bad of [
    '\n',
    '\r',
    '\0',
    '\x01',
    '\x1b',
    '\x7f',
    'a\nVia: b',
    'a\rb',
    '\\\0',
    '\\\r',
    '\\\\\x07',
  ]) {
    assert.equal(scan(`Subject: x${bad}y\r\n`).problem, 'FORBIDDEN_BYTE', JSON.stringify(bad));
  }
});

test('a control character may stand behind a backslash', () => {
  assert.deepEqual(scan('Subject: "\\\x07"\r\n').fields, [['subject', '"\\\x07"']]);
});

test('a line without a proper name is an error', () => {
  for (const bad of [
    ': a',
    'Foo',
    'Foo bar: a',
    ' To: a',
    'T\u00f6: a',
    'To\u00a0: a',
    'To\r\n : a',
    '"a": b',
  ]) {
    assert.equal(scan(`${bad}\r\n`).problem, 'FIELD_SYNTAX', JSON.stringify(bad));
  }
  for (const bad of ['To\0: a', '\nTo: a', '\rTo: a']) {
    assert.equal(scan(`${bad}\r\n`).problem, 'FORBIDDEN_BYTE', JSON.stringify(bad));
  }
});

test('skipLine goes on behind a line that is no field, unless a line end is wrong', () => {
  const scanner = new FieldScanner(Buffer.from('no field\r\nTo: a\r\n\r\n'), 0);
  assert.equal(scanner.next(), false);
  assert.ok(scanner.skipLine());
  assert.ok(scanner.next());
  assert.equal(scanner.known?.name, 'to');
  const broken = new FieldScanner(Buffer.from('no field\nTo: a\r\n\r\n'), 0);
  assert.equal(broken.next(), false);
  assert.equal(broken.skipLine(), false);
  assert.equal(broken.problem, 'FORBIDDEN_BYTE');
});
