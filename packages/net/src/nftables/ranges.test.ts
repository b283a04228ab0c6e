import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cidr, cidrContains, formatIp, parseCidr } from '@ringwall/base';
import fc from 'fast-check';
import { flattenRanges, type RangeRule, RangeTable, type RangeVerdict } from './ranges.ts';
import { formatRange } from './sets.ts';

function rule(verdict: 'ban' | 'allow', text: string, expiresAt = Number.POSITIVE_INFINITY): RangeRule {
  const cidr = parseCidr(text);
  assert.ok(cidr.ok, text);
  return { network: cidr.value, verdict, expiresAt };
}

const written = (pieces: readonly RangeVerdict[]): readonly string[] =>
  pieces.map((piece) => `${piece.verdict} ${formatRange(piece)} ${piece.expiresAt}`);

test('a network that is allowed within one that is banned cuts it in two', () => {
  assert.deepEqual(written(flattenRanges([rule('allow', '10.1.2.0/24'), rule('ban', '10.1.0.0/16', 50)])), [
    'ban 10.1.0.0-10.1.1.255 50',
    'allow 10.1.2.0-10.1.2.255 Infinity',
    'ban 10.1.3.0-10.1.255.255 50',
  ]);
});

test('a ban within a longer one lasts as long as that, and one within what is allowed only its own time', () => {
  assert.deepEqual(
    written(
      flattenRanges([
        rule('ban', '10.0.0.0/30', 9),
        rule('ban', '10.0.0.0/31', 5),
        rule('allow', '10.0.1.0/30'),
        rule('ban', '10.0.1.2/31', 7),
      ]),
    ),
    [
      'ban 10.0.0.0-10.0.0.1 9',
      'ban 10.0.0.2-10.0.0.3 9',
      'allow 10.0.1.0-10.0.1.1 Infinity',
      'ban 10.0.1.2-10.0.1.3 7',
    ],
  );
});

test('the whole of a family can be banned, and the other family is another', () => {
  assert.deepEqual(written(flattenRanges([rule('ban', '0.0.0.0/0', 3), rule('ban', '::/0', 4)])), [
    'ban 0.0.0.0-255.255.255.255 3',
    'ban ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 4',
  ]);
});

/** Networks that often lie within each other. */
const networks: fc.Arbitrary<Cidr> = fc
  .record({ family: fc.constantFrom(4 as const, 6 as const), low: fc.nat(63), prefixLength: fc.nat(6) })
  .map(({ family, low, prefixLength }) => {
    const hostBits = BigInt(6 - prefixLength);
    const base = family === 4 ? 10n << 24n : 0x2001_0db8n << 96n;
    return {
      family,
      bits: base | ((BigInt(low) >> hostBits) << hostBits),
      prefixLength: (family === 4 ? 26 : 122) + prefixLength,
    };
  });

const rules: fc.Arbitrary<RangeRule> = fc.record({
  network: networks,
  verdict: fc.constantFrom('ban' as const, 'allow' as const),
  expiresAt: fc.integer({ min: 1, max: 20 }),
});

/** Until when is the address banned? By looking at every rule, from the widest to the most specific. */
function bannedUntil(all: readonly RangeRule[], family: 4 | 6, bits: bigint): number | 'allowed' | undefined {
  const holding = all
    .filter(({ network }) => cidrContains(network, { family, bits }))
    .toSorted(
      (a, b) =>
        a.network.prefixLength - b.network.prefixLength ||
        (a.verdict === 'ban' ? 0 : 1) - (b.verdict === 'ban' ? 0 : 1),
    );
  let until: number | 'allowed' | undefined;
  for (const { verdict, expiresAt } of holding) {
    if (verdict === 'allow') until = 'allowed';
    else until = Math.max(expiresAt, typeof until === 'number' ? until : 0);
  }
  return until;
}

test('every address has the verdict of the most specific network, and no piece overlaps another', () => {
  const distinct = fc.uniqueArray(rules, {
    maxLength: 12,
    selector: ({ network, verdict }) => `${verdict} ${formatIp(network)}/${network.prefixLength}`,
  });
  fc.assert(
    fc.property(distinct, (all) => {
      const table = new RangeTable(100);
      for (const each of all) {
        table.set(each.verdict === 'allow' ? { ...each, expiresAt: Number.POSITIVE_INFINITY } : each, 0);
      }
      const { come, gone } = table.changes(0);
      assert.deepEqual(gone, []);
      for (const [family, base] of [
        [4, 10n << 24n],
        [6, 0x2001_0db8n << 96n],
      ] as const) {
        for (let bits = base; bits < base + 64n; bits++) {
          const pieces = come.filter(
            (piece) => piece.family === family && piece.first <= bits && bits <= piece.last,
          );
          assert.ok(pieces.length <= 1, 'overlap');
          const [piece] = pieces;
          const found = piece?.verdict === 'allow' ? 'allowed' : piece?.expiresAt;
          assert.equal(found, bannedUntil(all, family, bits), formatIp({ family, bits }));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever comes and goes, removals before additions leave the kernel with what is wanted', () => {
  const steps = fc.array(fc.record({ rule: rules, isAdded: fc.boolean() }), { maxLength: 20 });
  fc.assert(
    fc.property(steps, (all) => {
      const table = new RangeTable(100);
      const kernel = new Map<string, RangeVerdict>();
      const wanted = new Map<string, RangeRule>();
      for (const [now, { rule: next, isAdded }] of all.entries()) {
        const expiresAt = next.verdict === 'allow' ? Number.POSITIVE_INFINITY : next.expiresAt + now;
        const key = `${next.verdict} ${formatIp(next.network)}/${next.network.prefixLength}`;
        if (isAdded) {
          table.set({ ...next, expiresAt }, now);
          wanted.set(key, { ...next, expiresAt });
        } else {
          table.delete(next.network, next.verdict);
          wanted.delete(key);
        }
        for (const [range, piece] of kernel) if (piece.expiresAt < now) kernel.delete(range);
        for (const [name, each] of wanted) if (each.expiresAt <= now) wanted.delete(name);
        const { gone, come } = table.changes(now);
        for (const piece of gone) kernel.delete(formatRange(piece));
        for (const piece of come) {
          for (const other of kernel.values()) {
            const isApart =
              other.family !== piece.family || other.last < piece.first || piece.last < other.first;
            assert.ok(isApart, 'the kernel would refuse it');
          }
          kernel.set(formatRange(piece), piece);
        }
        for (const [family, base] of [[4, 10n << 24n]] as const) {
          for (let bits = base; bits < base + 64n; bits++) {
            const piece = [...kernel.values()].find(
              (each) => each.family === family && each.first <= bits && bits <= each.last,
            );
            const found = piece?.verdict === 'allow' ? 'allowed' : piece?.expiresAt;
            assert.equal(found, bannedUntil([...wanted.values()], family, bits));
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('a full table refuses what is new, and takes it again when something has expired', () => {
  const table = new RangeTable(2);
  assert.ok(table.set(rule('ban', '10.0.0.0/24', 5), 0));
  assert.ok(table.set(rule('ban', '10.0.1.0/24', 9), 0));
  assert.equal(table.set(rule('ban', '10.0.2.0/24', 9), 4), false);
  assert.ok(table.set(rule('ban', '10.0.1.0/24', 12), 4), 'a new time for a known network');
  assert.ok(table.set(rule('ban', '10.0.2.0/24', 9), 5));
  assert.equal(table.size, 2);
});
