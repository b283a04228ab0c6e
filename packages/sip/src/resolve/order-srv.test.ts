import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderSrv } from './order-srv.ts';

/** The same dice in every run. */
function dice(seed: number) {
  let drawn = 0;
  return {
    bytes: (count: number): Uint8Array =>
      createHash('sha512').update(`${seed} ${drawn++}`).digest().subarray(0, count),
  };
}

test('RFC 2782: among equals each comes first as often as its weight says', () => {
  const random = dice(1);
  const records = [
    { priority: 1, weight: 1, port: 1, target: 'light' },
    { priority: 1, weight: 3, port: 1, target: 'heavy' },
  ];
  let heavy = 0;
  for (let round = 0; round < 2_000; round++) {
    if (orderSrv(records, random)[0]?.target === 'heavy') heavy++;
  }
  // A draw of 0 to 4: two of five values fall on the light one.
  assert.ok(heavy > 1_100 && heavy < 1_300, `${heavy} of 2000`);
});

test('every record comes exactly once, and none before one of lower priority', () => {
  const record = fc.record({
    priority: fc.nat({ max: 3 }),
    weight: fc.nat({ max: 65_535 }),
    port: fc.nat({ max: 65_535 }),
    target: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 12 }), fc.nat(), (records, seed) => {
      const ordered = orderSrv(records, dice(seed));
      assert.equal(ordered.length, records.length);
      assert.deepEqual(new Set(ordered), new Set(records));
      for (const [at, { priority }] of ordered.entries()) {
        assert.ok(at === 0 || priority >= (ordered[at - 1]?.priority ?? 0));
      }
    }),
  );
});
