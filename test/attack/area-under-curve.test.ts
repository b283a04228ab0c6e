import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Dice } from '../fuzz/dice.ts';
import { areaDeviation, areaUnderCurve } from './harness/area-under-curve.ts';

test('the area is the share of pairs in which the first is larger, equal ones counting half', () => {
  const figures = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(figures, figures, (first, second) => {
      const pairs = first.flatMap((a) => second.map((b) => (Math.sign(a - b) + 1) / 2));
      const share = pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
      assert.ok(Math.abs(areaUnderCurve(first, second) - share) < 1e-9);
    }),
  );
});

test('where there is no difference, the area strays from a half by its deviation', () => {
  const dice = new Dice(1);
  const draw = () => Array.from({ length: 60 }, () => dice.below(2 ** 32));
  const areas = Array.from({ length: 2_000 }, () => areaUnderCurve(draw(), draw()));
  const strayed = Math.sqrt(areas.reduce((sum, area) => sum + (area - 0.5) ** 2, 0) / areas.length);
  assert.ok(Math.abs(strayed / areaDeviation(60, 60) - 1) < 0.1, `${strayed}`);
});
