import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallerBlacklist, isCallerPattern } from './caller-blacklist.ts';

function blocks(patterns: readonly string[], number: string, name = ''): boolean {
  const list = new CallerBlacklist(patterns.map((pattern) => ({ pattern, extension: undefined })));
  return list.find({ number, name }, undefined, false) !== undefined;
}

test('a number is refused however the provider writes it', () => {
  for (const written of ['+442079460123', '00442079460123', '442079460123']) {
    assert.ok(blocks(['442079460123'], written), written);
  }
  assert.ok(blocks(['+442079460123'], '+442079460123'));
  assert.ok(!blocks(['442079460123'], '+4420794601234'));
});

test('a star stands for any characters, at either end and between', () => {
  assert.ok(blocks(['*2145551234'], '+12145551234'));
  assert.ok(blocks(['+44*'], '+442079460123'));
  assert.ok(blocks(['+44*0123'], '+442079460123'));
  assert.ok(!blocks(['+44*0124'], '+442079460123'));
  assert.ok(!blocks(['12*21'], '121'), 'the ends do not overlap');
  assert.ok(blocks(['*eremy'], '1', 'Jeremy'));
  assert.ok(!blocks(['*eremy'], '1', 'JEREMY'), 'names are compared to the letter');
});

test('who withholds his number can be refused by name', () => {
  assert.ok(blocks(['anonymous'], ''));
  assert.ok(!blocks(['anonymous'], '+442079460123'));
});

test('the entries of an extension hold for it alone, and for calls from inside too; those of the house do not', () => {
  const list = new CallerBlacklist([
    { pattern: '+44*', extension: undefined },
    { pattern: '102', extension: '101' },
    { pattern: '103', extension: undefined },
  ]);
  const found = (number: string, extension: string, isInside: boolean) =>
    list.find({ number, name: '' }, extension, isInside) !== undefined;
  assert.deepEqual(
    [
      found('102', '101', true),
      found('102', '104', true),
      found('103', '101', true),
      found('+441', '104', false),
    ],
    [true, false, false, true],
  );
});

test('a pattern without a star means itself alone', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{0,12}$/);
  fc.assert(
    fc.property(digits, digits, (pattern, number) => {
      assert.equal(blocks([pattern], number), pattern === number);
    }),
  );
});

test('a pattern that is made of a number by leaving parts out refuses it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{4,12}$/), fc.nat(3), fc.nat(3), (number, from, more) => {
      assert.ok(blocks([`${number.slice(0, from)}*${number.slice(from + more)}`], number));
    }),
  );
});

test('what would refuse everybody is no pattern', () => {
  for (const text of ['', '*', '***', '* *', 'a\nb', 'x'.repeat(65)]) assert.ok(!isCallerPattern(text), text);
  for (const text of ['+44*', 'anonymous', '*eremy']) assert.ok(isCallerPattern(text), text);
});
