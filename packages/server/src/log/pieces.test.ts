import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pieces } from './pieces.ts';

test('lines are written together, in order, and none is left', () => {
  const written: string[] = [];
  const pieces = new Pieces((piece) => written.push(piece));
  for (let i = 0; i < 5_000; i++) pieces.write(`line ${i}\n`);
  pieces.flush();
  assert.equal(written.join(''), Array.from({ length: 5_000 }, (_, i) => `line ${i}\n`).join(''));
  assert.ok(written.length < 10, `${written.length} pieces`);
});

test('a line alone is written soon, and nothing is written when there is none', async () => {
  const written: string[] = [];
  const pieces = new Pieces((piece) => written.push(piece));
  pieces.flush();
  pieces.write('alone\n');
  assert.deepEqual(written, []);
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.deepEqual(written, ['alone\n']);
});
