import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExtensionNumber, isWaiting } from '@ringwall/pbx';
import type { Phone, PhoneBehaviour, PhoneCall } from '@ringwall/phone';
import type { Transport } from '@ringwall/sip';
import type { World } from '@ringwall/testkit';
import { watchInvariants } from './invariants.ts';
import { assertNothingLeft, assertTalking, lastCall, LOSSY, office } from './office.ts';

const ANSWERS: PhoneBehaviour = { ringAfterMs: 20, answerAfterMs: 300 };
const FORWARDS: PhoneBehaviour = { forwardsTo: ['sip:103@pbx.example.com'] };
const BEN = '102' as ExtensionNumber;

interface Phones {
  readonly anna: Phone;
  readonly bens: readonly Phone[];
}

/** Ben's phones were registered over these, and the program was started again: nobody has registered since but Anna. */
function restarted(
  transports: readonly Transport[],
  behaviour: PhoneBehaviour = ANSWERS,
  more: { readonly outside?: boolean } = {},
): Phones & { readonly world: World } {
  const before = office(1);
  for (const transport of transports) before.registered('102', {}, { transport, ...more });
  const world = office(2);
  const bens = transports.map((transport) => world.phone('102', behaviour, { transport, ...more }));
  world.pbx.restoreBindings([...before.pbx.bindings()]);
  return { world, anna: world.registered('101'), bens };
}

function talking(world: World, phone: Phone, number: string): PhoneCall {
  const call = world.dial(phone, number);
  assert.ok(
    world.runUntil(() => call.state === 'talking', 5_000),
    `${number} answers`,
  );
  return call;
}

function waiting(world: World): readonly boolean[] {
  return world.pbx.bindingsOf(BEN).map(isWaiting);
}

test('after a restart a phone on UDP is called where it was registered, and its binding expires in its time', () => {
  const { world, anna, bens } = restarted(['udp']);
  assert.deepEqual(waiting(world), [false]);
  const call = talking(world, anna, '102');
  assertTalking(world, call, lastCall(bens[0] as Phone));
  world.runFor(3_700_000);
  assert.deepEqual(waiting(world), []);
});

test('after a restart bindings over streams wait for their phones until they expire', () => {
  const { world } = restarted(['tcp', 'tls']);
  assert.deepEqual(waiting(world), [true, true]);
  assert.equal(world.pbx.counts().bindings, 3);
  world.runFor(3_700_000);
  assert.deepEqual(waiting(world), []);
});

test('a connection that has the number which a phone had before the restart is no phone’s', () => {
  const before = office(1);
  const ben = before.registered('102', {}, { transport: 'tls' });
  const world = office(2);
  world.pbx.restoreBindings([...before.pbx.bindings()]);
  // A phone that is known hears what is wrong with its message; a stranger hears nothing.
  const broken = Buffer.from(
    'OPTIONS sip:pbx.example.com SIP/2.0\r\nVia: SIP/2.0/TLS 10.0.1.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: no\r\nContent-Length: 0\r\n\r\n',
  );
  const { local, remote, ...flow } = ben.flow;
  const there = { ...flow, local: remote, remote: local };
  const answers = (pbx: World['pbx']): number =>
    pbx.receive(broken, there).filter((effect) => effect.do === 'send').length;
  assert.equal(answers(before.pbx), 1);
  assert.equal(answers(world.pbx), 0);
});

test('a call waits for a phone on TLS that comes back soon', () => {
  const { world, anna, bens } = restarted(['tls']);
  const [ben] = bens as [Phone];
  const call = world.dial(anna, '102');
  world.runFor(2_000);
  assert.equal(ben.calls.length, 0);
  world.say(ben, ben.register());
  world.runFor(2_000);
  assertTalking(world, call, lastCall(ben));
  assert.deepEqual(waiting(world), [false]);
  world.act(anna, () => call.hangUp());
  assertNothingLeft(world, 1);
});

test('a phone that comes back takes the place of its old binding, and says so', () => {
  const { world, bens } = restarted(['tls']);
  const [ben] = bens as [Phone];
  world.say(ben, ben.register());
  world.runFor(1_000);
  assert.deepEqual(waiting(world), [false]);
  const told = world.events.filter((event) => event.kind === 'registered' && event.extension === BEN);
  assert.equal(told.length, 1);
});

test('a call to a phone on TLS that stays away ends after five seconds, and its record says why', () => {
  const { world, anna, bens } = restarted(['tls']);
  const call = world.dial(anna, '102');
  world.runFor(4_500);
  assert.notEqual(call.state, 'ended');
  world.runFor(1_000);
  assert.equal(call.state, 'ended');
  assert.equal(bens[0]?.calls.length, 0);
  assertNothingLeft(world, 1);
  const [record] = world.records;
  assert.equal(record?.status, 480);
  assert.equal(record.outcome, 'unreachable');
  assert.equal(record.reason, 'No phone of the extension has come back since the phone system was started');
});

test('a phone on TCP in the LAN is connected to where it said it is, though it has not come back', () => {
  const { world, anna, bens } = restarted(['tcp']);
  const call = talking(world, anna, '102');
  assertTalking(world, call, lastCall(bens[0] as Phone));
  // Who answers there has not shown who it is: the binding waits for a registration as before.
  assert.deepEqual(waiting(world), [true]);
  world.act(anna, () => call.hangUp());
  assertNothingLeft(world, 1);
});

test('a phone on TCP outside of the LAN is not connected to, nor one on TLS', () => {
  for (const [transport, outside] of [
    ['tcp', true],
    ['tls', false],
  ] as const) {
    const { world, anna, bens } = restarted([transport], ANSWERS, { outside });
    world.dial(anna, '102');
    world.runFor(6_000);
    assert.equal(bens[0]?.calls.length, 0, transport);
    assert.equal(world.records[0]?.status, 480);
  }
});

test('phones that are here ring at once, and one that comes back meanwhile rings beside them', () => {
  const { world, anna, bens } = restarted(['udp', 'tls'], {});
  const [here, away] = bens as [Phone, Phone];
  const call = world.dial(anna, '102');
  world.runFor(500);
  assert.equal(lastCall(here).state, 'incoming');
  world.say(away, away.register());
  world.runFor(500);
  assert.equal(lastCall(away).state, 'incoming');
  world.act(away, () => lastCall(away).answer());
  world.runFor(1_000);
  assertTalking(world, call, lastCall(away));
  assert.equal(lastCall(here).state, 'ended');
  world.act(anna, () => call.hangUp());
  assertNothingLeft(world, 1);
});

test('when a phone that is here is busy, nobody waits for the one that is away', () => {
  const { world, anna } = restarted(['udp', 'tls'], { refuseWith: 486 });
  const call = world.dial(anna, '102');
  world.runFor(1_000);
  assert.equal(call.state, 'ended');
  assert.equal(world.records[0]?.status, 486);
  assertNothingLeft(world, 1);
});

test('a caller who gives up while the phone is away leaves nothing behind, and the phone does not ring later', () => {
  const { world, anna, bens } = restarted(['tls']);
  const [ben] = bens as [Phone];
  const call = world.dial(anna, '102');
  world.runFor(1_000);
  world.act(anna, () => call.hangUp());
  world.runFor(1_000);
  world.say(ben, ben.register());
  world.runFor(5_000);
  assert.equal(ben.calls.length, 0);
  assertNothingLeft(world, 1);
  assert.equal(world.records[0]?.outcome, 'cancelled');
});

test('a text to a phone that is away is refused at once', () => {
  const { world, anna } = restarted(['tls']);
  const told: number[] = [];
  world.say(
    anna,
    anna.text('102', 'Lunch?', (status) => told.push(status)),
  );
  world.runFor(1_000);
  assert.deepEqual(told, [480]);
});

test('five phones that are away take no place from one that comes', () => {
  const { world, bens } = restarted(['tls', 'tls', 'tls', 'tls', 'tls']);
  assert.equal(waiting(world).length, 5);
  const fresh = world.registered('102', {}, { transport: 'udp' });
  assert.ok(fresh.registered);
  assert.deepEqual(waiting(world).filter((each) => !each).length, 1);
  for (const ben of bens) world.say(ben, ben.register());
  world.runFor(2_000);
  assert.equal(waiting(world).filter((each) => each).length, 0);
  assert.equal(waiting(world).length, 5);
});

test('a transfer to a phone that is away fails after five seconds, and the two who talk go on', () => {
  const { world, anna } = restarted(['tls']);
  const carla = world.registered('103', ANSWERS);
  const call = talking(world, anna, '103');
  world.act(anna, () => call.transfer('sip:102@pbx.example.com'));
  world.runFor(10_000);
  assertTalking(world, call, lastCall(carla));
});

test('whoever comes back when, and whoever calls meanwhile: every call ends, and nothing is left', () => {
  let talked = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const before = office(seed);
    const one = <Choice>(of: readonly Choice[]): Choice =>
      of[before.dice.between(0, of.length - 1)] as Choice;
    const homes = Array.from({ length: 5 }, () => ({
      number: one(['102', '103']),
      transport: one(['udp', 'tcp', 'tls'] as const),
      outside: one([true, false, false]),
    }));
    for (const { number, ...more } of homes) before.registered(number, {}, more);
    const world = office(seed + 1_000, one([{}, LOSSY]));
    watchInvariants(world);
    const phones = homes.map(({ number, ...more }) =>
      world.phone(number, one([ANSWERS, {}, { refuseWith: 486 }, { refuseWith: 603 }, FORWARDS]), more),
    );
    world.pbx.restoreBindings([...before.pbx.bindings()]);
    const callers = [world.registered('101', ANSWERS), world.registered('104', ANSWERS)];
    for (let step = 0; step < 12; step++) {
      const [caller, phone] = [one(callers), one(phones)];
      const open = caller.calls.find(({ state }) => state !== 'ended');
      if (one([true, false])) world.say(phone, phone.register(one([3_600, 3_600, 0])));
      else if (open === undefined) world.dial(caller, one(['102', '103']));
      else if (open.state !== 'talking' || one([true, false])) world.act(caller, () => open.hangUp());
      else world.act(caller, () => open.transfer(caller.uriOf(one(['102', '103']))));
      world.runFor(one([10, 300, 2_000, 6_000]));
      talked += [...world.pbx.calls()].filter(({ pair }) => pair !== undefined).length;
    }
    world.runFor(70_000);
    for (const phone of world.phones) {
      for (const call of phone.calls) if (call.state !== 'ended') world.act(phone, () => call.hangUp());
    }
    world.runFor(70_000);
    const counts = world.pbx.counts();
    const left = Object.entries(counts.callTables).filter(([, size]) => size > 0);
    assert.deepEqual(left, [], `seed ${seed}\n${world.trace.slice(-60).join('\n')}`);
    assert.equal(world.media.legs.size, 0, `seed ${seed}: ports left`);
  }
  assert.ok(talked > 20, `${talked} times somebody talked`);
});
