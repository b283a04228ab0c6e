import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { choice, flag, listOf, nullable, object, oneOf, optional, type Shape, text, whole } from './shape.ts';

const person = object({
  name: text({ min: 1, max: 10 }),
  age: optional(whole(0, 150)),
  tags: listOf(choice(['a', 'b']), 2),
  boss: nullable(flag),
});

function refusal(shape: Shape<unknown>, value: unknown): string {
  const read = shape.read(value, 'person');
  assert.equal(read.ok, false);
  return read.ok ? '' : read.error;
}

test('an object is copied field by field, and a field may be left out only where that was declared', () => {
  const value = { name: 'Anna', tags: ['a'], boss: null };
  const read = person.read(value, '');
  assert.deepEqual(read, { ok: true, value });
  assert.ok(read.ok && read.value !== value);
  assert.equal(refusal(person, { name: 'Anna', tags: [] }), 'person.boss is missing');
});

test('a field that nobody declared is an error that names it', () => {
  assert.equal(
    refusal(person, { name: 'Anna', tags: [], boss: true, agee: 3 }),
    'person."agee" is not known: did you mean age?',
  );
  assert.equal(refusal(person, JSON.parse('{"__proto__":{},"name":"A"}')), 'person."__proto__" is not known');
});

test('the error says where the value stands and what it must be', () => {
  assert.equal(
    refusal(person, { name: 'Anna', tags: ['a', 'c'], boss: null }),
    'person.tags[1] is "c", and must be one of a, b',
  );
  assert.match(refusal(person, { name: 'Anna', tags: ['a', 'a', 'a'], boss: null }), /a list of at most 2/);
  assert.match(refusal(person, { name: '', tags: [], boss: null }), /1 to 10 characters/);
  assert.match(refusal(person, { name: 'Anna', age: 1.5, tags: [], boss: null }), /person\.age is 1\.5/);
});

test('fields of the prototype do not count as given', () => {
  const shape = object({ toString: text({ max: 5 }) });
  assert.equal(refusal(shape, {}), 'person.toString is missing');
});

test('one of several objects is told apart by its kind', () => {
  const event = oneOf({ born: { at: whole(0, 9) }, gone: { why: text({ max: 5 }) } });
  assert.deepEqual(event.read({ kind: 'gone', why: 'x' }, ''), {
    ok: true,
    value: { kind: 'gone', why: 'x' },
  });
  assert.equal(refusal(event, { kind: 'born', why: 'x' }), 'person."why" is not known');
  assert.match(refusal(event, { kind: 'constructor' }), /a kind that is known/);
  assert.match(refusal(event, null), /person\.kind is empty/);
});

test('whatever is read, nothing throws, and what was taken is taken again', () => {
  const near = fc.record(
    {
      name: fc.oneof(fc.string(), fc.anything()),
      age: fc.oneof(fc.nat(), fc.anything()),
      tags: fc.oneof(fc.array(fc.constantFrom('a', 'b')), fc.anything()),
      boss: fc.oneof(fc.boolean(), fc.anything()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true }), near), (value) => {
      const read = person.read(value, '');
      if (read.ok) assert.deepEqual(person.read(read.value, ''), read);
      else assert.ok(read.error.length > 0);
    }),
    { numRuns: 500 },
  );
});
