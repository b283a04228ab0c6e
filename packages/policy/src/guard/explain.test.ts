import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainSource } from './explain.ts';
import { GuardRig } from './testing.ts';

const ADDRESS = '198.51.100.9';

function said(rig: GuardRig, address = ADDRESS): readonly string[] {
  return explainSource(rig.guard, address, rig.now).because.map(({ verdict, text }) => `${verdict}: ${text}`);
}

test('an address that nothing is known of is let in, and it says so', () => {
  const rig = new GuardRig();
  assert.deepEqual(said(rig), ['allow: Nothing is held against it']);
  assert.equal(explainSource(rig.guard, '2001:db8::1', rig.now).source, '2001:db8::/64');
});

test('a blacklisted address is told by whom, for how long, what it decided and what was seen', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 10; i++) rig.guess(ADDRESS);
  rig.wait(60_000);
  rig.packet(ADDRESS);
  rig.wait(3_000);
  assert.deepEqual(said(rig), [
    'deny: 198.51.100.9 is on the blacklist, added by guard: Too many wrong passwords or broken messages, ' +
      'for 24 h more; it has decided 1 packet, the last 3 s ago. ' +
      'The last of 10 things seen: A wrong password for "105", from port 5060 over UDP',
  ]);
});

test('what was counted is told in numbers, with the limits', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 3; i++) {
    rig.packet(ADDRESS);
    rig.see(ADDRESS, { kind: 'challenge-sent' });
  }
  rig.guess(ADDRESS);
  rig.wait(2_000);
  rig.registered.add(`${ADDRESS}:40000`);
  assert.deepEqual(said(rig), [
    'allow: Nothing is held against it',
    'allow: 3 requests over UDP were let through to be read, the last 2 s ago',
    'allow: 2 challenges over UDP unanswered within an hour; the limit is 1000',
    'allow: 1 strike for wrong passwords or broken messages within 24 h, of 25 allowed; 1 within 10 min, of 10',
    `allow: Phones are registered from ${ADDRESS}, and these are always let through`,
  ]);
});

test('while it is ignored that decides, and afterwards it is still told', () => {
  const rig = new GuardRig({ amberRequests: 3 });
  for (let i = 0; i < 5; i++) rig.packet(ADDRESS);
  const ignored = 'deny: 2 requests over UDP were ignored, because more than 3 came within 2000 ms';
  assert.deepEqual(said(rig), [
    `${ignored}, the last 0 s ago`,
    'allow: 3 requests over UDP were let through to be read, the last 0 s ago',
  ]);
  rig.wait(10_000);
  assert.deepEqual(said(rig), [
    'allow: Nothing is held against it',
    'allow: 3 requests over UDP were let through to be read, the last 10 s ago',
    `${ignored}, the last 10 s ago`,
  ]);
});

test('a trunk that is blacklisted is let in, and both are told', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 10; i++) rig.guess(ADDRESS);
  rig.trunks.add(ADDRESS);
  const { verdict, because } = explainSource(rig.guard, ADDRESS, rig.now);
  assert.equal(verdict, 'allow');
  assert.deepEqual(
    because.map(({ rule }) => rule),
    ['trunk', 'blacklisted'],
  );
});
