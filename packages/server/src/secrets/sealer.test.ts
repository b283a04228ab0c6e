import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Random } from '@ringwall/base';
import fc from 'fast-check';
import { Sealer } from './sealer.ts';

const systemRandom: Random = { bytes: (count) => randomBytes(count) };

const sealerOf = (byte: number, random: Random = systemRandom) =>
  new Sealer(createSecretKey(Buffer.alloc(32, byte)), random);

const bytes = (limits: fc.IntArrayConstraints = {}) => fc.uint8Array({ maxLength: 200, ...limits });

test('what is sealed opens again, with the same key for the same context', () => {
  fc.assert(
    fc.property(bytes(), fc.string(), (plain, context) => {
      const sealed = sealerOf(1).seal(plain, context);
      assert.deepEqual(sealerOf(1).open(sealed, context), plain);
      assert.equal(sealed.length, plain.length + 29);
    }),
  );
});

test('it opens for no other context and with no other key', () => {
  fc.assert(
    fc.property(bytes(), fc.string(), fc.string(), (plain, context, other) => {
      fc.pre(context !== other);
      const sealed = sealerOf(1).seal(plain, context);
      assert.equal(sealerOf(1).open(sealed, other), undefined);
      assert.equal(sealerOf(2).open(sealed, context), undefined);
    }),
  );
});

test('a changed bit anywhere, a missing byte or one too many: it does not open', () => {
  fc.assert(
    fc.property(bytes(), fc.nat(), fc.integer({ min: 0, max: 7 }), (plain, at, bit) => {
      const sealed = sealerOf(1).seal(plain, 'extension:101:ha1');
      const changed = Uint8Array.from(sealed);
      const index = at % changed.length;
      changed[index] = (changed[index] ?? 0) ^ (1 << bit);
      assert.equal(sealerOf(1).open(changed, 'extension:101:ha1'), undefined);
      assert.equal(sealerOf(1).open(sealed.subarray(0, index), 'extension:101:ha1'), undefined);
      assert.equal(sealerOf(1).open(Uint8Array.of(...sealed, 0), 'extension:101:ha1'), undefined);
    }),
  );
});

test('no bytes whatever make it throw', () => {
  fc.assert(
    fc.property(bytes(), (rubbish) => {
      assert.equal(sealerOf(1).open(rubbish, 'extension:101:ha1'), undefined);
      assert.equal(sealerOf(1).open(Uint8Array.of(1, ...rubbish), 'extension:101:ha1'), undefined);
    }),
  );
});

test('sealing the same twice gives two different things, neither of which shows the secret', () => {
  const plain = Buffer.from('5f4dcc3b5aa765d61d8327deb882cf99', 'hex');
  const sealer = sealerOf(1);
  const [first, second] = [sealer.seal(plain, 'c'), sealer.seal(plain, 'c')];
  assert.notDeepEqual(first, second);
  assert.notDeepEqual(first.subarray(1, 13), second.subarray(1, 13));
  assert.ok(!Buffer.from(first).includes(plain));
});

test('NIST GCM test case 14, with our associated data left out of the comparison: the ciphertext is AES-256-GCM', () => {
  const zeros: Random = { bytes: (count) => new Uint8Array(count) };
  const sealed = sealerOf(0, zeros).seal(new Uint8Array(16), 'any');
  assert.equal(Buffer.from(sealed.subarray(13, 29)).toString('hex'), 'cea7403d4d606b6e074ec5d3baf39d18');
});

test('a key of another length is a mistake of ours', () => {
  assert.throws(() => new Sealer(createSecretKey(Buffer.alloc(16)), systemRandom), /32 bytes/);
});
