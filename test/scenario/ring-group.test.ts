import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RingGroup } from '@ringwall/pbx';
import type { Phone } from '@ringwall/phone';
import { CallerBlacklist } from '@ringwall/policy';
import { World } from '@ringwall/testkit';
import { assertNothingLeft, assertTalking, EXTENSIONS, lastCall } from './office.ts';

function group(members: readonly string[], changes: Partial<RingGroup> = {}): RingGroup {
  return {
    number: '600',
    name: 'Sales',
    members,
    strategy: 'all',
    ringSeconds: 10,
    next: undefined,
    ...changes,
  };
}

/** Four phones, each of an extension of its own. */
function office(...ringGroups: readonly RingGroup[]) {
  const world = new World({ seed: 1, extensions: EXTENSIONS, ringGroups });
  const phones = EXTENSIONS.map(({ number }) => world.registered(number)) as [Phone, Phone, Phone, Phone];
  const rung = (): number[] => phones.map(({ calls }) => calls.length);
  return { world, phones, rung };
}

test('a colleague dials the number of a group: all members ring, and the first who answers talks', () => {
  const { world, phones, rung } = office(group(['102', '103']));
  const [anna, bo, cleo] = phones;
  const call = world.dial(anna, '600');
  assert.ok(world.runUntil(() => bo.calls.length + cleo.calls.length === 2, 5_000));
  world.act(cleo, () => lastCall(cleo).answer());
  assertTalking(world, call, lastCall(cleo));
  assert.deepEqual([rung(), lastCall(bo).state], [[1, 1, 1, 0], 'ended']);
  world.act(anna, () => call.hangUp());
  assertNothingLeft(world, 1);
  assert.equal(world.records[0]?.dialled, '600');
});

test('who is in the group and calls it is passed over, also with a second phone', () => {
  const { world, phones, rung } = office(group(['101', '102']));
  const second = world.registered('101');
  world.dial(phones[0], '600');
  world.runFor(2_000);
  assert.deepEqual([rung(), second.calls.length], [[1, 1, 0, 0], 0]);
});

test('nobody of the group takes the call: after its time the next extension rings, and then it ends', () => {
  const { world, phones, rung } = office(group(['102', '103'], { next: '104' }));
  const [anna, bo, , dora] = phones;
  const call = world.dial(anna, '600');
  assert.ok(world.runUntil(() => bo.calls.length === 1, 5_000));
  assert.ok(world.runUntil(() => dora.calls.length === 1, 12_000));
  assert.equal(lastCall(bo).state, 'ended');
  world.act(dora, () => lastCall(dora).answer());
  assertTalking(world, call, lastCall(dora));
  assert.deepEqual(rung(), [1, 1, 1, 1]);
});

test('busy and declined count for one member alone; when all have, the next rings at once', () => {
  const { world, phones } = office(group(['102', '103'], { next: '104' }));
  const [anna, bo, cleo, dora] = phones;
  world.dial(anna, '600');
  assert.ok(world.runUntil(() => bo.calls.length + cleo.calls.length === 2, 5_000));
  world.act(bo, () => lastCall(bo).refuse(486));
  world.runFor(1_000);
  assert.deepEqual([lastCall(cleo).state, dora.calls.length], ['incoming', 0]);
  world.act(cleo, () => lastCall(cleo).refuse(603));
  assert.ok(world.runUntil(() => dora.calls.length === 1, 2_000));
});

test('one group follows another, and a hunt goes through its members in order', () => {
  const hunt = group(['103', '104'], { number: '601', strategy: 'hunt', ringSeconds: 5 });
  const { world, phones, rung } = office(group(['102'], { next: '601', ringSeconds: 5 }), hunt);
  const call = world.dial(phones[0], '600');
  const seen: string[] = [];
  for (let step = 0; step < 40; step++) {
    world.runFor(500);
    const now = rung().join('');
    if (seen.at(-1) !== now) seen.push(now);
  }
  assert.deepEqual(seen, ['1100', '1110', '1111']);
  assert.equal(call.status, 480);
  assertNothingLeft(world, 1);
});

test('a call is transferred to a group, and whoever is on the blacklist of a member passes him over', () => {
  const { world, phones, rung } = office(group(['101', '103', '104']));
  const [anna, bo, cleo] = phones;
  const { snapshot } = world.pbx;
  const callerBlacklist = new CallerBlacklist([{ pattern: '101', extension: '104' }]);
  world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: 2, callerBlacklist }));
  const call = world.dial(bo, '101');
  assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
  world.act(anna, () => lastCall(anna).answer());
  assertTalking(world, call, lastCall(anna));
  world.act(anna, () => lastCall(anna).transfer('sip:600@pbx.example.com'));
  assert.ok(world.runUntil(() => cleo.calls.length === 1, 5_000));
  world.act(cleo, () => lastCall(cleo).answer());
  world.runFor(2_000);
  assert.ok(world.hears(call, lastCall(cleo)));
  assert.equal(rung()[0], 1, 'who transfers does not ring');
});

test('a phone that forwards to a group has the others of it ring, and neither itself nor the caller', () => {
  const members = group(['102', '101', '103']);
  const world = new World({ seed: 1, extensions: EXTENSIONS, ringGroups: [members] });
  const anna = world.registered('101', { forwardsTo: ['sip:600@pbx.example.com'] });
  const [bo, cleo] = ['102', '103'].map((number) => world.registered(number)) as [Phone, Phone];
  world.dial(bo, '101');
  world.runFor(3_000);
  assert.deepEqual(
    [anna, bo, cleo].map(({ calls }) => calls.length),
    [1, 1, 1],
  );
  world.act(cleo, () => lastCall(cleo).answer());
  assertTalking(world, lastCall(bo), lastCall(cleo));
});

test('a phone that forwards to a group which hunts has one after another ring, and then whoever is next', () => {
  const hunt = group(['103', '101'], { strategy: 'hunt', ringSeconds: 5, next: '104' });
  const world = new World({ seed: 1, extensions: EXTENSIONS, ringGroups: [hunt] });
  world.registered('101', { forwardsTo: ['sip:600@pbx.example.com'] });
  const [bo, cleo, dora] = ['102', '103', '104'].map((number) => world.registered(number)) as [
    Phone,
    Phone,
    Phone,
  ];
  const call = world.dial(bo, '101');
  assert.ok(world.runUntil(() => cleo.calls.length === 1, 5_000));
  world.act(cleo, () => lastCall(cleo).refuse(486));
  assert.ok(world.runUntil(() => dora.calls.length === 1, 2_000));
  world.act(dora, () => lastCall(dora).answer());
  assertTalking(world, call, lastCall(dora));
  world.act(bo, () => call.hangUp());
  assertNothingLeft(world, 1);
});
