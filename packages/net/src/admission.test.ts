import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Admission, type Seat } from './admission.ts';
import { STREAM_LIMITS } from './stream-limits.ts';

function fill(admission: Admission, address: string, count: number): Seat[] {
  return Array.from({ length: count }, () => {
    assert.equal(admission.refusal(address, false), undefined);
    return admission.sit(address);
  });
}

test('ten strangers come in from one address, the eleventh does not', () => {
  const admission = new Admission(STREAM_LIMITS);
  const seats = fill(admission, '192.0.2.1', 10);
  assert.equal(admission.refusal('192.0.2.1', false), 'address');
  assert.equal(admission.refusal('192.0.2.2', false), undefined);
  admission.leave(seats[0] as Seat);
  assert.equal(admission.refusal('192.0.2.1', false), undefined);
});

test('fifty strangers come in from one /24, whatever their addresses', () => {
  const admission = new Admission(STREAM_LIMITS);
  for (let host = 1; host <= 5; host++) fill(admission, `192.0.2.${host}`, 10);
  assert.equal(admission.refusal('192.0.2.77', false), 'network');
  assert.equal(admission.refusal('192.0.3.77', false), undefined);
});

test('an IPv6 /64 counts as one address and a /48 as one network', () => {
  const admission = new Admission(STREAM_LIMITS);
  for (let host = 1; host <= 10; host++) fill(admission, `2001:db8:1:1::${host}`, 1);
  assert.equal(admission.refusal('2001:db8:1:1:ffff::1', false), 'address');
  for (let subnet = 2; subnet <= 5; subnet++) fill(admission, `2001:db8:1:${subnet}::1`, 10);
  assert.equal(admission.refusal('2001:db8:1:9::1', false), 'network');
  assert.equal(admission.refusal('2001:db8:2:9::1', false), undefined);
});

test('a promoted connection takes no stranger’s place and opens the door for others from its address', () => {
  const admission = new Admission(STREAM_LIMITS);
  const [phone, ...others] = fill(admission, '192.0.2.1', 10);
  assert.equal(others.length, 9);
  admission.promote(phone as Seat);
  assert.deepEqual([admission.strangers, admission.promoted], [9, 1]);
  fill(admission, '192.0.2.1', STREAM_LIMITS.strangersPerKnownAddress - 9);
  assert.equal(admission.refusal('192.0.2.1', false), 'address');
  admission.demote(phone as Seat);
  assert.equal(admission.refusal('192.0.2.1', false), 'address');
  assert.deepEqual([admission.strangers, admission.promoted], [101, 0]);
});

test('an address that a phone is registered from has the higher limit before any connection is promoted', () => {
  const admission = new Admission(STREAM_LIMITS);
  fill(admission, '192.0.2.1', 10);
  assert.equal(admission.refusal('192.0.2.1', true), undefined);
});

test('past the limit on all connections nobody comes in, known or not', () => {
  const admission = new Admission({ ...STREAM_LIMITS, connections: 3 });
  for (const seat of fill(admission, '192.0.2.1', 3)) admission.promote(seat);
  assert.equal(admission.refusal('198.51.100.1', true), 'connections');
});

test('whatever comes, is promoted, demoted and leaves, nothing is left counted in the end', () => {
  const step = fc.record({
    host: fc.integer({ min: 0, max: 3 }),
    does: fc.constantFrom('sit', 'promote', 'demote', 'leave'),
    which: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const admission = new Admission({ ...STREAM_LIMITS, strangersPerAddress: 1, strangersPerNetwork: 1 });
      const seats: Seat[] = [];
      for (const { host, does, which } of steps) {
        const seat = seats[which % Math.max(seats.length, 1)];
        if (does === 'sit') seats.push(admission.sit(`192.0.${host}.1`));
        else if (seat === undefined) continue;
        else if (does === 'promote') admission.promote(seat);
        else if (does === 'demote') admission.demote(seat);
        else {
          admission.leave(seat);
          seats.splice(seats.indexOf(seat), 1);
        }
        assert.equal(admission.strangers + admission.promoted, seats.length);
        assert.equal(admission.promoted, seats.filter(({ promoted }) => promoted).length);
      }
      for (const seat of seats) admission.leave(seat);
      for (const host of [0, 1, 2, 3]) assert.equal(admission.refusal(`192.0.${host}.1`, false), undefined);
    }),
    { numRuns: 200 },
  );
});
