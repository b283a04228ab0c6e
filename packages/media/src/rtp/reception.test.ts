import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Reception } from './reception.ts';

test('a stream without gaps loses nothing, through the wrap of its numbers', () => {
  const reception = new Reception();
  for (let i = 0; i < 70_000; i++) assert.equal(reception.arrived((65_000 + i) & 0xffff), 'in-order');
  assert.equal(reception.lost, 0);
  assert.equal(reception.highest, 65_000 + 69_999);
});

test('gaps are lost packets, and a late one fills its gap', () => {
  const reception = new Reception();
  for (const number of [10, 11, 14]) reception.arrived(number);
  assert.equal(reception.lost, 2);
  assert.equal(reception.arrived(12), 'late');
  assert.equal(reception.lost, 1);
});

test('any order of any packets inside the window counts what is missing', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.uniqueArray(fc.nat(60), { minLength: 1 }), (start, offsets) => {
      const reception = new Reception();
      reception.arrived(start);
      const kept = offsets.filter((offset) => offset > 0);
      for (const offset of kept) assert.notEqual(reception.arrived((start + offset) & 0xffff), 'jump');
      assert.equal(reception.lost, Math.max(0, ...kept) - kept.length);
    }),
  );
});

test('RFC 3550 A.1: a jump is no part of the stream unless the next packet follows it', () => {
  const reception = new Reception();
  for (const number of [1, 2, 3]) reception.arrived(number);
  assert.equal(reception.arrived(30_000), 'jump');
  assert.equal(reception.arrived(4), 'in-order');
  assert.equal(reception.arrived(50_000), 'jump');
  assert.equal(reception.arrived(20_000), 'jump');
  assert.equal(reception.arrived(20_001), 'restart');
  assert.equal(reception.arrived(20_002), 'in-order');
  assert.equal(reception.lost, 0);
});

test('losses before a restart stay counted', () => {
  const reception = new Reception();
  for (const number of [1, 4, 40_000, 40_001, 40_003]) reception.arrived(number);
  assert.equal(reception.lost, 3);
});

test('RFC 3550 A.8: even spacing has no jitter, and steady jitter is found', () => {
  const even = new Reception();
  const shaken = new Reception();
  for (let i = 0; i < 500; i++) {
    even.timed((0xffff_f000 + i * 160) % 0x1_0000_0000, i * 160 + 7);
    shaken.timed(i * 160, i * 160 + (i % 2) * 40);
  }
  assert.ok(even.jitterTicks < 1e-9);
  assert.ok(Math.abs(shaken.jitterTicks - 40) < 1, String(shaken.jitterTicks));
});
