import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import { RtpPortPool } from '@ringwall/net';
import fc from 'fast-check';
import { PortStock } from './port-stock.ts';

const random = { bytes: (count: number): Uint8Array => randomBytes(count) };
const clock = { monotonic: () => 0 as MonotonicMs, wall: () => 0 as WallMs };

interface Rig {
  readonly stock: PortStock;
  readonly pool: RtpPortPool;
  /** What the thread was asked to open and has not answered. */
  readonly ordered: number[];
}

function rig(pairs: number, ready: number): Rig {
  const pool = new RtpPortPool({ first: 20_000, last: 20_000 + 2 * pairs - 1, random });
  const ordered: number[] = [];
  const stock = new PortStock({ pool, clock, ready, order: (rtpPorts) => ordered.push(...rtpPorts) });
  return { stock, pool, ordered };
}

const leg = (n: number): LegId => `leg-${n}` as LegId;

test('the first leg waits for its ports; by then there are some for the next, who gets them at once', () => {
  const { stock, ordered } = rig(200, 32);
  assert.equal(ordered.length, 0, 'nothing is opened before anybody asks');
  assert.deepEqual(stock.take(leg(1)), { kind: 'wait' });
  const [first, ...others] = ordered.splice(0);
  assert.equal(stock.opened(first as number), leg(1));
  for (const port of others) assert.equal(stock.opened(port), undefined);
  assert.deepEqual(stock.take(leg(2)), { kind: 'ports', rtpPort: others[0] });
});

test('where nothing may be open ahead, each leg has its own pair opened, and no other', () => {
  const { stock, ordered, pool } = rig(2, 0);
  assert.equal(stock.take(leg(1)).kind, 'wait');
  assert.equal(ordered.length, 1);
  assert.equal(stock.take(leg(2)).kind, 'wait');
  assert.equal(stock.take(leg(3)).kind, 'none-left');
  assert.deepEqual(
    ordered.map((port) => stock.opened(port)),
    [leg(1), leg(2)],
  );
  assert.equal(stock.idle, 0);
  assert.equal(pool.taken, 2);
});

test('a pair that another program has rests, and another is tried; after ten in a row the leg gets none', () => {
  const { stock, ordered, pool } = rig(50, 0);
  stock.take(leg(1));
  for (let i = 1; i < 10; i++) assert.deepEqual(stock.refused(ordered.shift() as number, 'EADDRINUSE'), []);
  assert.deepEqual(stock.refused(ordered.shift() as number, 'EADDRINUSE'), [leg(1)]);
  assert.equal(pool.resting, 10);
  assert.equal(ordered.length, 0);
  assert.equal(stock.take(leg(2)).kind, 'wait', 'the next leg may try again');
});

test('what no other pair would mend ends the wait at once', () => {
  const { stock, ordered } = rig(50, 0);
  stock.take(leg(1));
  assert.deepEqual(stock.refused(ordered.shift() as number, 'EMFILE'), [leg(1)]);
  assert.equal(ordered.length, 0);
});

test('when the thread is gone, every pair without a leg is free again', () => {
  const { stock, ordered, pool } = rig(200, 32);
  stock.take(leg(1));
  stock.opened(ordered.shift() as number);
  const late = ordered.shift() as number;
  stock.opened(ordered.shift() as number);
  stock.clear();
  assert.equal(pool.taken, 1, 'the pair of the leg is its own affair');
  assert.equal(stock.idle, 0);
  assert.equal(stock.opened(late), undefined);
  assert.equal(stock.idle, 0);
});

test('whatever comes in whatever order: no pair is given twice, the books fit, and little is kept', () => {
  const step = fc.constantFrom('take', 'dismiss', 'opened', 'refused', 'release');
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 60 }),
      (steps, ready, pairs) => {
        const { stock, pool, ordered } = rig(pairs, ready);
        const waiting: LegId[] = [];
        const held: number[] = [];
        const give = (rtpPort: number): void => {
          assert.ok(!held.includes(rtpPort));
          held.push(rtpPort);
        };
        for (const [n, what] of steps.entries()) {
          const rtpPort = what === 'opened' || what === 'refused' ? ordered.shift() : undefined;
          if (what === 'take') {
            const answer = stock.take(leg(n));
            if (answer.kind === 'ports') give(answer.rtpPort);
            if (answer.kind === 'wait') waiting.push(leg(n));
          } else if (what === 'dismiss') {
            const gone = waiting.shift();
            if (gone !== undefined) stock.dismiss(gone);
          } else if (what === 'release') {
            const used = held.shift();
            if (used !== undefined) pool.releaseUnused(used);
          } else if (rtpPort !== undefined && what === 'opened') {
            const taker = stock.opened(rtpPort);
            assert.equal(taker, waiting.shift());
            if (taker !== undefined) give(rtpPort);
          } else if (rtpPort !== undefined) {
            for (const lost of stock.refused(rtpPort, 'EADDRINUSE')) waiting.splice(waiting.indexOf(lost), 1);
          }
          assert.equal(pool.taken, held.length + stock.idle);
          assert.ok(waiting.length <= ordered.length, 'who waits has something to wait for');
        }
      },
    ),
  );
});
