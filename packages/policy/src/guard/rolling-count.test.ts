import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import fc from 'fast-check';
import { RollingCount } from './rolling-count.ts';

test('it counts what happened within the window, to a sixtieth of it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { maxLength: 100, size: 'max' }), fc.nat(100_000), (waits, start) => {
      const rolling = new RollingCount(6_000, start as MonotonicMs);
      const times: number[] = [];
      let now = start;
      for (const wait of waits) {
        now += wait;
        times.push(now);
        rolling.add(now as MonotonicMs);
        const atLeast = times.filter((at) => at > now - 5_900).length;
        const atMost = times.filter((at) => at > now - 6_000).length;
        const count = rolling.count(now as MonotonicMs);
        assert.ok(atLeast <= count && count <= atMost, `${atLeast} <= ${count} <= ${atMost}`);
      }
    }),
  );
});
