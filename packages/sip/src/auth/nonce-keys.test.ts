import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later, type MonotonicMs } from '@ringwall/base';
import fc from 'fast-check';
import { writeDigits } from './digits64.ts';
import { NONCE_TIMES, NonceKeys } from './nonce-keys.ts';
import { anyText, flowFrom, REALM, seeded, START } from './test-support.ts';

const FLOW = flowFrom();

function at(ms: number): MonotonicMs {
  return later(START, ms);
}

test('a nonce that we minted is known again, with its age', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonce = keys.mint(FLOW, REALM, at(0));
  const opened = keys.open(nonce, FLOW, REALM, at(1_234));
  assert.equal(opened.is, 'ours');
  assert.ok(opened.is === 'ours' && opened.ageMs === 1_234 && opened.mintedAt === Math.floor(START));
});

test('no two nonces are the same, and none is longer than the others', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonces = Array.from({ length: 2_000 }, (_, i) =>
    keys.mint(flowFrom('192.0.2.7', i % 7), REALM, at(i % 3)),
  );
  assert.equal(new Set(nonces).size, nonces.length);
  assert.ok(nonces.every((nonce) => /^[A-Za-z0-9_-]{39}$/.test(nonce)));
});

test('a nonce is forged if it comes from another address, transport or realm', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonce = keys.mint(FLOW, REALM, at(0));
  assert.equal(keys.open(nonce, flowFrom('192.0.2.8'), REALM, at(0)).is, 'forged');
  assert.equal(keys.open(nonce, flowFrom('192.0.2.7', 5_060, 'tcp'), REALM, at(0)).is, 'forged');
  assert.equal(keys.open(nonce, FLOW, 'other', at(0)).is, 'forged');
});

test('a nonce is stale if it comes from another port of its address, as after a NAT moved it', () => {
  const keys = new NonceKeys(seeded(), START);
  assert.equal(
    keys.open(keys.mint(FLOW, REALM, at(0)), flowFrom('192.0.2.7', 5_061), REALM, at(0)).is,
    'stale',
  );
});

test('an IPv6 host may answer from another address of its /64, and from no other /64', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonce = keys.mint(flowFrom('2001:db8:0:1::1'), REALM, at(0));
  assert.equal(keys.open(nonce, flowFrom('2001:db8:0:1:abcd::9'), REALM, at(0)).is, 'ours');
  assert.equal(keys.open(nonce, flowFrom('2001:db8:0:2::1'), REALM, at(0)).is, 'forged');
});

test('every change of a nonce makes it forged or stale, never ours', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonce = keys.mint(FLOW, REALM, at(0));
  const digits = Array.from({ length: 64 }, (_, value) => writeDigits(value, 1));
  for (let place = 0; place < nonce.length; place++) {
    for (const digit of digits) {
      if (digit === nonce[place]) continue;
      const changed = nonce.slice(0, place) + digit + nonce.slice(place + 1);
      assert.notEqual(keys.open(changed, FLOW, REALM, at(0)).is, 'ours');
    }
  }
});

test('whatever is sent as a nonce is forged or stale, and nothing throws', () => {
  const keys = new NonceKeys(seeded(), START);
  const shaped = fc.stringMatching(/^[A-Za-z0-9_-]{39}$/);
  fc.assert(
    fc.property(fc.oneof(anyText, shaped), (nonce) => {
      assert.notEqual(keys.open(nonce, FLOW, REALM, at(0)).is, 'ours');
    }),
  );
});

test('characters that a narrower encoding would take for those of a nonce do not make a second one of it', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonce = keys.mint(FLOW, REALM, at(0));
  const alias = nonce.slice(0, 38) + String.fromCharCode(nonce.charCodeAt(38) + 0x100);
  assert.equal(Buffer.from(alias, 'latin1').toString('latin1'), nonce);
  assert.equal(keys.open(alias, FLOW, REALM, at(0)).is, 'forged');
});

test('other keys do not know the nonce: after a restart it is not ours', () => {
  const nonce = new NonceKeys(seeded('one'), START).mint(FLOW, REALM, at(0));
  for (let i = 0; i < 50; i++) {
    assert.notEqual(new NonceKeys(seeded(`two ${i}`), START).open(nonce, FLOW, REALM, at(0)).is, 'ours');
  }
});

test('keys change every ten minutes, and the one before is believed for ten more', () => {
  const keys = new NonceKeys(seeded(), START);
  const { rotateMs } = NONCE_TIMES;
  const nonce = keys.mint(FLOW, REALM, at(0));
  assert.equal(keys.open(nonce, FLOW, REALM, at(rotateMs - 1)).is, 'ours');
  assert.equal(keys.open(nonce, FLOW, REALM, at(rotateMs)).is, 'ours');
  assert.equal(keys.open(nonce, FLOW, REALM, at(2 * rotateMs - 1)).is, 'ours');
  assert.equal(keys.open(nonce, FLOW, REALM, at(2 * rotateMs)).is, 'stale');
  const next = keys.mint(FLOW, REALM, at(2 * rotateMs));
  assert.equal(keys.open(next, FLOW, REALM, at(2 * rotateMs + 1)).is, 'ours');
});

test('after a long silence the keys of before are not believed', () => {
  const keys = new NonceKeys(seeded(), START);
  const nonce = keys.mint(FLOW, REALM, at(0));
  assert.equal(keys.open(nonce, FLOW, REALM, at(50 * NONCE_TIMES.rotateMs)).is, 'stale');
});

test('at any time, a nonce is ours for as long as it may be answered, and stale after two turns of the keys', () => {
  const { rotateMs, reuseMs } = NONCE_TIMES;
  const times = fc.tuple(fc.nat(40 * rotateMs), fc.nat(4 * rotateMs));
  fc.assert(
    fc.property(times, fc.array(fc.nat(rotateMs), { maxLength: 5 }), ([mintedMs, waitMs], touches) => {
      const keys = new NonceKeys(seeded(), START);
      const nonce = keys.mint(FLOW, REALM, at(mintedMs));
      for (const touch of touches.toSorted((a, b) => a - b)) {
        if (touch < waitMs) keys.mint(FLOW, REALM, at(mintedMs + touch));
      }
      const { is } = keys.open(nonce, FLOW, REALM, at(mintedMs + waitMs));
      if (waitMs <= reuseMs) assert.equal(is, 'ours');
      if (waitMs > 2 * rotateMs) assert.equal(is, 'stale');
    }),
  );
});

test('one draw of chance serves five hundred nonces', () => {
  const random = seeded();
  const keys = new NonceKeys(random, START);
  for (let i = 0; i < 1_000; i++) keys.mint(FLOW, REALM, at(0));
  assert.ok(random.draws <= 5, `${random.draws} draws`);
});

test('the instant in a nonce does not tell how long the program has run', () => {
  const heads = ['a', 'b', 'c'].map((seed) =>
    new NonceKeys(seeded(seed), START).mint(FLOW, REALM, START).slice(0, 6),
  );
  assert.equal(new Set(heads).size, 3);
});

test('times in which a nonce would outlive its key are a mistake of ours', () => {
  assert.throws(() => new NonceKeys(seeded(), START, { ...NONCE_TIMES, reuseMs: 600_001 }), /outlive/);
});
