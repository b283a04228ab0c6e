import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import fc from 'fast-check';
import { RtpPortPool } from './port-pool.ts';

const random = { bytes: (count: number): Uint8Array => randomBytes(count) };

function at(ms: number): MonotonicMs {
  return ms as MonotonicMs;
}

test('pairs begin at even ports inside the range, and none is given twice', () => {
  const pool = new RtpPortPool({ first: 20_000, last: 20_399, random });
  assert.equal(pool.pairs, 200);
  const ports = Array.from({ length: 200 }, () => pool.take(at(0)));
  assert.equal(new Set(ports).size, 200);
  for (const port of ports)
    assert.ok(port !== undefined && port % 2 === 0 && port >= 20_000 && port <= 20_398);
  assert.equal(pool.take(at(0)), undefined);
});

test('a pair rests for 30 s before it is given again', () => {
  const pool = new RtpPortPool({ first: 20_000, last: 20_001, random });
  assert.equal(pool.take(at(0)), 20_000);
  pool.release(20_000, at(1_000));
  assert.equal(pool.resting, 1);
  assert.equal(pool.take(at(30_999)), undefined);
  assert.equal(pool.take(at(31_000)), 20_000);
});

test('a pair that was never used need not rest', () => {
  const pool = new RtpPortPool({ first: 20_000, last: 20_001, random });
  assert.equal(pool.take(at(0)), 20_000);
  pool.releaseUnused(20_000);
  assert.equal(pool.resting, 0);
  assert.equal(pool.take(at(0)), 20_000);
});

test('whatever is taken and given back, the books fit', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant('take' as const), fc.nat(40_000))), (steps) => {
      const pool = new RtpPortPool({ first: 100, last: 119, random });
      const held: number[] = [];
      const releasedAt = new Map<number, number>();
      let now = 0;
      for (const step of steps) {
        if (step === 'take') {
          const port = pool.take(at(now));
          if (port === undefined) continue;
          assert.ok(!held.includes(port));
          assert.ok(now - (releasedAt.get(port) ?? -30_000) >= 30_000);
          held.push(port);
        } else {
          now += step;
          const port = held.shift();
          if (port === undefined) continue;
          pool.release(port, at(now));
          releasedAt.set(port, now);
        }
        assert.equal(pool.taken, held.length);
        assert.ok(pool.taken + pool.resting <= pool.pairs);
      }
    }),
  );
});

test('one port says nothing of the next: no serial correlation in 2,000 draws', () => {
  const pool = new RtpPortPool({ first: 10_000, last: 49_999, random });
  const ports = Array.from({ length: 2_000 }, () => pool.take(at(0)) ?? 0);
  const mean = ports.reduce((sum, port) => sum + port, 0) / ports.length;
  let [together, alone] = [0, 0];
  for (const [i, port] of ports.entries()) {
    alone += (port - mean) ** 2;
    if (i > 0) together += (port - mean) * ((ports[i - 1] as number) - mean);
  }
  assert.ok(Math.abs(together / alone) < 0.12, String(together / alone));
  assert.ok(Math.abs(mean - 30_000) < 1_500);
});
