import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cidr, cidrContains, formatCidr, type IpAddress, parseCidr } from '../ip.ts';
import { networkWords } from './ip-words.ts';
import { PrefixMap } from './prefix-map.ts';

function cidr(text: string): Cidr {
  const read = parseCidr(text);
  assert.ok(read.ok, text);
  return read.value;
}

function containing<Value>(map: PrefixMap<Value>, ip: IpAddress): Value[] {
  const found: Value[] = [];
  const words = networkWords({ ...ip, prefixLength: 0 });
  map.search(
    ip.family,
    words,
    (value) => {
      found.push(value);
      return undefined;
    },
    0,
  );
  return found;
}

/** Few bits vary, so that networks hold each other often. */
const NETWORK: fc.Arbitrary<Cidr> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt({ min: 0n, max: 15n }), fc.nat(128))
  .map(([family, nibble, length]) => {
    const width = family === 4 ? 32 : 128;
    const prefixLength = length % (width + 1);
    const hostBits = BigInt(width - prefixLength);
    const bits = (nibble << BigInt(width - 4)) | nibble;
    return { family, bits: (bits >> hostBits) << hostBits, prefixLength };
  });

test('an address finds exactly the networks that hold it, the most specific first', () => {
  fc.assert(
    fc.property(
      fc.array(NETWORK, { maxLength: 40, size: 'max' }),
      NETWORK,
      fc.integer(),
      (networks, at, seed) => {
        const map = new PrefixMap<Cidr>(seed);
        for (const network of networks) map.set(network, network);
        const ip = { family: at.family, bits: at.bits };
        const expected = [...new Map(networks.map((network) => [formatCidr(network), network])).values()]
          .filter((network) => cidrContains(network, ip))
          .sort((a, b) => b.prefixLength - a.prefixLength);
        assert.deepEqual(containing(map, ip).map(formatCidr), expected.map(formatCidr));
      },
    ),
  );
});

test('it holds what a Map of texts would hold, whatever is set and deleted', () => {
  const step = fc.tuple(fc.boolean(), NETWORK, fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const map = new PrefixMap<number>(7);
      const model = new Map<string, number>();
      for (const [isSet, network, value] of steps) {
        if (isSet) {
          map.set(network, value);
          model.set(formatCidr(network), value);
        } else {
          assert.equal(map.delete(network), model.delete(formatCidr(network)));
        }
        assert.equal(map.get(network), model.get(formatCidr(network)));
      }
      assert.equal(map.size, model.size);
      const inOrder = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
      assert.deepEqual(inOrder(map.values()), inOrder(model.values()));
    }),
  );
});

test('the search ends with the first answer', () => {
  const map = new PrefixMap<string>(1);
  for (const text of ['0.0.0.0/0', '192.0.2.0/24', '192.0.2.7']) map.set(cidr(text), text);
  const words = networkWords(cidr('192.0.2.7'));
  assert.equal(
    map.search(4, words, (value) => (value.includes('/24') ? value : undefined), 0),
    '192.0.2.0/24',
  );
  assert.equal(
    map.search(6, words, (value) => value, 0),
    undefined,
  );
});

test('networks that share a hash are told apart', () => {
  const map = new PrefixMap<number>(3);
  for (let i = 0; i < 100_000; i++) map.set({ family: 4, bits: BigInt(i), prefixLength: 32 }, i);
  assert.equal(map.size, 100_000);
  for (let i = 0; i < 100_000; i += 2) map.delete({ family: 4, bits: BigInt(i), prefixLength: 32 });
  for (let i = 0; i < 100_000; i += 997) {
    assert.equal(map.get({ family: 4, bits: BigInt(i), prefixLength: 32 }), i % 2 === 0 ? undefined : i);
  }
});
