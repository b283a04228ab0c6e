import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallerBlacklist, isCallerPattern } from './caller-blacklist.ts';

function blocks(patterns: readonly string[], number: string, name = '', home = ''): boolean {
  const entries = patterns.map((pattern) => ({ pattern, extension: undefined }));
  const list = new CallerBlacklist(entries, home);
  return list.find({ number, name }, undefined, false) !== undefined;
}

test('a number is refused however the provider writes it', () => {
  for (const written of ['+442079460123', '00442079460123', '442079460123']) {
    assert.ok(blocks(['442079460123'], written), written);
  }
  assert.ok(blocks(['+442079460123'], '+442079460123'));
  assert.ok(!blocks(['442079460123'], '+4420794601234'));
});

const ONE_CALLER = ['+442079460123', '00442079460123', '02079460123'];

for (const home of ['', 'GB']) {
  test(`a number written with +, with 00 and as a national one is one caller${home === '' ? '' : ', at home in Britain'}`, () => {
    for (const pattern of ONE_CALLER) {
      for (const number of ONE_CALLER) assert.ok(blocks([pattern], number, '', home), `${pattern} ${number}`);
    }
    for (const pattern of ['+442079460123', '00442079460123', '442079460123', '+44 (0)20 7946-0123']) {
      for (const number of ['+442079460123', '00442079460123', '442079460123']) {
        assert.ok(blocks([pattern], number, '', home), `${pattern} ${number}`);
      }
    }
  });
}

test('numbers that only end alike are not one caller', () => {
  const different = [
    ['+442079460123', '+492079460123'],
    ['+442079460123', '079460123'],
    ['02079460123', '+992079460123'],
    ['02079460123', '+4412079460123'],
    ['079460123', '+442079460123'],
    ['0123', '+440123'],
    ['0101', '+44101'],
    ['102', '+44102'],
    ['+44102', '102'],
    ['+44102', '44102'],
    ['02079460123', '2079460123'],
  ] as const;
  for (const [pattern, number] of different) assert.ok(!blocks([pattern], number), `${pattern} ${number}`);
});

test('where the home country is known, a national number is of no other', () => {
  assert.ok(blocks(['02079460123'], '+492079460123'), 'not known: it may be of any country');
  assert.ok(!blocks(['02079460123'], '+492079460123', '', 'GB'));
  assert.ok(!blocks(['+492079460123'], '02079460123', '', 'GB'));
  assert.ok(blocks(['+390612345678'], '0612345678', '', 'IT'), 'some countries keep the 0');
  assert.ok(blocks(['020*'], '+442079460123', '', 'GB'));
  assert.ok(!blocks(['020*'], '+442079460123'), 'it would refuse the world');
});

test('two international numbers are one caller only by all of their digits', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{9,12}$/);
  const prefix = fc.constantFrom('+', '00');
  const home = fc.constantFrom('', 'GB', 'IT', 'US');
  fc.assert(
    fc.property(digits, digits, prefix, prefix, home, fc.boolean(), (a, b, p, q, country, isSame) => {
      const other = isSame ? a : b;
      assert.equal(blocks([p + a], q + other, '', country), a === other);
    }),
  );
});

test('a star stands for any characters, at either end and between', () => {
  assert.ok(blocks(['*2145551234'], '+12145551234'));
  assert.ok(blocks(['+44*'], '+442079460123'));
  assert.ok(blocks(['+44*0123'], '+442079460123'));
  assert.ok(blocks(['+44*'], '00442079460123'));
  assert.ok(blocks(['0044*'], '+442079460123'));
  assert.ok(!blocks(['+44*'], '4420'), 'it may be a number of ours');
  assert.ok(!blocks(['+44*0124'], '+442079460123'));
  assert.ok(!blocks(['12*21'], '121'), 'the ends do not overlap');
  assert.ok(blocks(['*eremy'], '1', 'Jeremy'));
  assert.ok(!blocks(['*eremy'], '1', 'JEREMY'), 'names are compared to the letter');
});

test('who withholds his number can be refused by name', () => {
  assert.ok(blocks(['anonymous'], ''));
  assert.ok(!blocks(['anonymous'], '+442079460123'));
  assert.ok(!blocks(['anonymous'], '+442079460123', 'anonymous'), 'the number decides');
  assert.ok(blocks(['anonymous'], '', 'anonymous'));
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
