import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, quantile } from './quantiles.ts';

test('the median is the middle value, or the mean of the middle two, and NaN of nothing', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test('a quantile is a value that was there, and sorts a copy', () => {
  const values = [5, 1, 4, 2, 3];
  assert.equal(quantile(values, 0), 1);
  assert.equal(quantile(values, 0.5), 3);
  assert.equal(quantile(values, 1), 5);
  assert.deepEqual(values, [5, 1, 4, 2, 3]);
});
