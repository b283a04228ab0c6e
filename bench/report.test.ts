import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median } from './measure/quantiles.ts';
import { report } from './report.ts';
import type { Row } from './rows/row.ts';

const ROW: Row = {
  id: 'a',
  title: 'A thing',
  unit: 'µs',
  contestants: ['ringwall', 'kamailio'],
  target: { of: 'ratio', atMost: 2 },
  stage: { name: 's', userCount: 1, warmUp: () => Promise.resolve() },
  measure: () => Promise.resolve(1),
};

test('a ratio is of the medians, and the target is met or missed by it', () => {
  const met = report(
    [ROW],
    new Map([
      ['a ringwall', [10, 30, 20]],
      ['a kamailio', [10, 10, 50]],
    ]),
    median,
  );
  assert.match(met.text, /20\.0 \(10\.0–30\.0\) µs +kamailio 10\.0 \(10\.0–50\.0\) µs +2\.00 × +≤ 2 × +met/);
  assert.deepEqual(met.missed, []);
  const missed = report(
    [ROW],
    new Map([
      ['a ringwall', [21]],
      ['a kamailio', [10]],
    ]),
    median,
  );
  assert.deepEqual(missed.missed, ['a']);
});

test('what was not measured is said to be, and is no miss', () => {
  const table = report([ROW], new Map([['a kamailio', [10]]]), median);
  assert.match(table.text, /not measured/);
  assert.deepEqual(table.missed, []);
});

test('a row without a peer is held against its own figure', () => {
  const row: Row = { ...ROW, contestants: ['ringwall'], target: { of: 'figure', atMost: 5 } };
  assert.deepEqual(report([row], new Map([['a ringwall', [5.5]]]), median).missed, ['a']);
  assert.match(
    report([row], new Map([['a ringwall', [4]]]), median).markdown(3),
    /\| A thing \| 4\.00 µs \|/,
  );
});
