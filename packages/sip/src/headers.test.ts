import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headers } from './headers.ts';

test('fields keep their order, and a name may come more than once', () => {
  const headers = new Headers().append('via', '1').append('to', '2').append('via', '3');
  assert.equal(headers.size, 3);
  assert.equal(headers.get('via'), '1');
  assert.deepEqual(headers.all('via'), ['1', '3']);
  assert.equal(headers.get('from'), undefined);
  assert.deepEqual(headers.all('from'), []);
  assert.deepEqual(
    [...headers],
    [
      ['via', '1'],
      ['to', '2'],
      ['via', '3'],
    ],
  );
  assert.deepEqual([headers.nameAt(2), headers.valueAt(2)], ['via', '3']);
});

test('set takes the place of every field of that name', () => {
  const headers = new Headers().append('via', '1').append('to', '2').append('via', '3').set('via', '4');
  assert.deepEqual(
    [...headers],
    [
      ['to', '2'],
      ['via', '4'],
    ],
  );
  headers.delete('to');
  assert.equal(headers.has('to'), false);
});

test('appendAll adds behind, and leaves the others as they were', () => {
  const others = new Headers().append('b', '2');
  assert.deepEqual(
    [...new Headers().append('a', '1').appendAll(others)],
    [
      ['a', '1'],
      ['b', '2'],
    ],
  );
  assert.equal(others.size, 1);
});

test('names of JavaScript are names like others', () => {
  const headers = new Headers().append('__proto__', 'x');
  assert.equal(headers.get('__proto__'), 'x');
  assert.equal(headers.get('constructor'), undefined);
  assert.equal(headers.has('toString'), false);
});
