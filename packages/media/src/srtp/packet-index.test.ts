import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StreamIndex, StreamIndexes } from './packet-index.ts';

/** RFC 3711 3.3.1 as it is written, to compare with. */
function reference(highest: number, sequenceNumber: number): number {
  const [rollover, low] = [Math.floor(highest / 65_536), highest % 65_536];
  const candidates = [rollover - 1, rollover, rollover + 1].map((roc) => roc * 65_536 + sequenceNumber);
  const wanted = rollover * 65_536 + low;
  return candidates.reduce((best, candidate) =>
    Math.abs(candidate - wanted) < Math.abs(best - wanted) ? candidate : best,
  );
}

test('RFC 3711 3.3.1: the index is the nearest to the highest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 65_536, max: 2 ** 40 }), fc.nat(65_535), (highest, sequenceNumber) => {
      fc.pre(Math.abs(sequenceNumber - (highest % 65_536)) !== 32_768);
      const stream = new StreamIndex(1);
      stream.accept(highest);
      assert.equal(stream.estimate(sequenceNumber), reference(highest, sequenceNumber));
    }),
  );
});

test('before the beginning there is nothing', () => {
  const stream = new StreamIndex(1);
  assert.equal(stream.estimate(5), 5);
  stream.accept(5);
  assert.ok(!stream.isFresh(stream.estimate(65_530)));
});

test('the key ends with its 2^48 packets', () => {
  const stream = new StreamIndex(1);
  stream.accept(2 ** 48 - 1);
  assert.ok(!stream.isFresh(stream.estimate(0)));
});

test('every index is taken once, in any order inside the window', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 33), fc.array(fc.nat(300), { maxLength: 400 }), (start, offsets) => {
      const stream = new StreamIndex(1);
      const seen = new Set<number>();
      let highest = -1;
      for (const offset of offsets) {
        const index = start + offset;
        const fresh = index > highest || (index > highest - 128 && !seen.has(index));
        assert.equal(stream.isFresh(index), fresh, `${index} after ${highest}`);
        if (!fresh) continue;
        stream.accept(index);
        seen.add(index);
        highest = Math.max(highest, index);
      }
    }),
  );
});

test('of more streams than there is room for, the one unused for longest gives way', () => {
  const streams = new StreamIndexes(2);
  for (const ssrc of [1, 2]) streams.use(new StreamIndex(ssrc));
  assert.ok(streams.find(1));
  streams.use(new StreamIndex(3));
  assert.equal(streams.find(2), undefined);
  assert.ok(streams.find(1));
  assert.ok(streams.find(3));
});
