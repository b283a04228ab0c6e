import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_POLICY } from './guard-policy.ts';
import { addEntries } from './manage-lists.ts';
import { parseListNetwork } from './list-entry.ts';
import { admitAttempt } from './observe.ts';
import { doings, GuardRig } from './testing.ts';

const ATTACKER = '198.51.100.9';
const DAY_MS = 86_400_000;
const { failedAuthFastLimit, failedAuthLimit, unansweredLimit } = DEFAULT_GUARD_POLICY;

function allow(rig: GuardRig, text: string): void {
  const network = parseListNetwork(text);
  assert.ok(network.ok);
  const entry = { network: network.value, action: 'allow', description: '', addedBy: 'anna' } as const;
  assert.ok(addEntries(rig.guard, [{ ...entry, expiresAt: undefined }], rig.now).ok);
}

/** Guesses slowly enough that only the long window sees it. */
function guessSlowly(rig: GuardRig, times: number, address = ATTACKER, account = '105'): void {
  for (let i = 0; i < times; i++) {
    rig.wait(100_000);
    rig.guess(address, account);
  }
}

test('ten wrong passwords within ten minutes blacklist a source for a day, over UDP too', () => {
  const rig = new GuardRig();
  for (let i = 1; i < failedAuthFastLimit; i++) assert.deepEqual(rig.guess(ATTACKER), []);
  const effects = rig.guess(ATTACKER);
  assert.deepEqual(doings(effects), ['save-entry', 'report-ban']);
  assert.equal(rig.packet(ATTACKER), 'drop blacklisted');
  assert.equal(rig.packet(ATTACKER, 'tls'), 'drop blacklisted');
  rig.wait(DAY_MS - 1);
  assert.equal(rig.packet(ATTACKER), 'drop blacklisted');
  rig.wait(1);
  assert.equal(rig.packet(ATTACKER), 'pass within-limits');
});

test('twenty-five within a day do, however slowly they come', () => {
  const rig = new GuardRig();
  guessSlowly(rig, failedAuthLimit - 1);
  assert.deepEqual(rig.banned(), []);
  guessSlowly(rig, 1);
  assert.deepEqual(rig.banned(), [ATTACKER]);
});

test('wrong passwords that are older than the window count no more', () => {
  const rig = new GuardRig();
  guessSlowly(rig, failedAuthLimit - 1);
  rig.wait(DAY_MS);
  guessSlowly(rig, failedAuthLimit - 1);
  assert.deepEqual(rig.banned(), []);
});

test('the entry says what was seen, when, and by which rule', () => {
  const rig = new GuardRig();
  for (let i = 0; i < failedAuthFastLimit; i++) rig.guess(ATTACKER, '10\n5"');
  const ban = rig.effects.find((effect) => effect.do === 'report-ban');
  assert.ok(ban?.do === 'report-ban');
  assert.equal(ban.rule, 'failed-authentication');
  assert.equal(ban.entry.evidence.length, failedAuthFastLimit);
  assert.deepEqual(ban.entry.evidence[0], {
    at: rig.wall,
    rule: 'wrong-digest',
    seen: 'A wrong password for "10\\n5\\"", from port 5060 over UDP',
  });
});

test('a source that comes back is blacklisted for twice as long, up to thirty days', () => {
  const rig = new GuardRig();
  const days: number[] = [];
  for (let i = 0; i < 7; i++) {
    rig.effects = [];
    for (let guess = 0; guess < failedAuthFastLimit; guess++) rig.guess(ATTACKER);
    const ban = rig.effects.find((effect) => effect.do === 'report-ban');
    assert.ok(ban?.do === 'report-ban' && ban.entry.expiresAt !== undefined);
    days.push((ban.entry.expiresAt - rig.wall) / DAY_MS);
    rig.wait(ban.entry.expiresAt - rig.wall);
    rig.tick();
  }
  assert.deepEqual(days, [1, 2, 4, 8, 16, 30, 30]);
});

test('thirty days after its ban a source starts anew, and with the doubling off always', () => {
  for (const blacklistDoubles of [true, false]) {
    const rig = new GuardRig({ blacklistDoubles });
    for (let i = 0; i < 2; i++) {
      for (let guess = 0; guess < failedAuthFastLimit; guess++) rig.guess(ATTACKER);
      rig.wait(blacklistDoubles ? 32 * DAY_MS : DAY_MS);
      rig.tick();
    }
    const bans = rig.effects.flatMap((effect) => (effect.do === 'report-ban' ? [effect.entry] : []));
    assert.deepEqual(
      bans.map(({ expiresAt, addedAt }) => (expiresAt ?? 0) - addedAt),
      [DAY_MS, DAY_MS],
    );
  }
});

test('a success on one account does not clear what another earned', () => {
  const rig = new GuardRig();
  for (let round = 0; round < 3 && rig.banned().length === 0; round++) {
    guessSlowly(rig, 8, ATTACKER, '105');
    rig.see(ATTACKER, { kind: 'authenticated', account: '106' });
  }
  guessSlowly(rig, 1, ATTACKER, '105');
  assert.deepEqual(rig.banned(), [ATTACKER]);
});

test('a success clears what its account earned at this source, not elsewhere', () => {
  const rig = new GuardRig();
  guessSlowly(rig, failedAuthLimit - 1);
  guessSlowly(rig, failedAuthLimit - 1, '198.51.100.10');
  rig.see(ATTACKER, { kind: 'authenticated', account: '105' });
  guessSlowly(rig, failedAuthLimit - 1);
  assert.deepEqual(rig.banned(), []);
  guessSlowly(rig, 1, '198.51.100.10');
  assert.deepEqual(rig.banned(), ['198.51.100.10']);
});

test('what may be forged bans nobody, however much of it comes', () => {
  const rig = new GuardRig();
  const provider = '203.0.113.50';
  for (let i = 0; i < 5_000; i++) {
    rig.packet(provider);
    rig.see(provider, { kind: 'challenge-sent' });
    rig.see(provider, { kind: 'malformed', code: 'X' });
    rig.see(provider, { kind: 'unknown-domain' });
    rig.see(provider, { kind: 'connection-abuse', what: 'idle' });
    rig.see(provider, { kind: 'canary-used', number: '666', nonceIsOurs: false });
  }
  assert.deepEqual(rig.banned(), []);
  assert.equal(rig.guard.strikes.table.size, 0);
});

test('a thousand unanswered challenges over UDP have a source ignored, over TCP blacklisted', () => {
  const rig = new GuardRig();
  for (let i = 1; i < unansweredLimit; i++)
    assert.deepEqual(rig.see(ATTACKER, { kind: 'challenge-sent' }), []);
  assert.deepEqual(doings(rig.see(ATTACKER, { kind: 'challenge-sent' })), ['report-throttle']);
  assert.equal(rig.packet(ATTACKER), 'throttle unanswered-challenges');
  assert.deepEqual(rig.banned(), []);
  for (let i = 0; i < unansweredLimit; i++) rig.see(ATTACKER, { kind: 'challenge-sent' }, 'tcp');
  assert.deepEqual(rig.banned(), [ATTACKER]);
});

test('challenges that are answered do not count, and what is unanswered is forgotten after an hour or two', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 3 * unansweredLimit; i++) {
    rig.packet(ATTACKER, 'tcp');
    rig.see(ATTACKER, { kind: 'challenge-sent' }, 'tcp');
    rig.see(ATTACKER, { kind: 'authenticated', account: '101' }, 'tcp');
  }
  for (let hour = 0; hour < 4; hour++) {
    for (let i = 0; i < unansweredLimit * 0.6; i++) rig.see(ATTACKER, { kind: 'challenge-sent' }, 'tcp');
    rig.wait(2 * 3_600_000);
  }
  assert.deepEqual(rig.banned(), []);
});

test('a malformed message over TCP counts as two wrong passwords, a connection without use as one', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 4; i++) rig.see(ATTACKER, { kind: 'malformed', code: 'X' }, 'tcp');
  rig.see(ATTACKER, { kind: 'connection-abuse', what: 'no message in time' }, 'tls');
  assert.deepEqual(rig.banned(), []);
  rig.see(ATTACKER, { kind: 'connection-abuse', what: 'no message in time' }, 'tls');
  assert.deepEqual(rig.banned(), [ATTACKER]);
});

test('faults of a registered phone are not held against its address, wrong passwords are', () => {
  const rig = new GuardRig();
  rig.registered.add(`${ATTACKER}:5060`);
  for (let i = 0; i < 200; i++) {
    rig.see(ATTACKER, { kind: 'malformed', code: 'X' }, 'tcp');
    rig.see(ATTACKER, { kind: 'unknown-domain' }, 'tcp');
    rig.see(ATTACKER, { kind: 'challenge-sent' }, 'tcp');
  }
  assert.equal(rig.packet(ATTACKER, 'tcp', 6_000), 'pass within-limits');
  for (let i = 0; i < failedAuthFastLimit; i++) rig.guess(ATTACKER, '105', 'tcp');
  assert.deepEqual(rig.banned(), [ATTACKER]);
});

test('the first proven use of a canary extension blacklists and alarms', () => {
  const rig = new GuardRig();
  const effects = rig.see(ATTACKER, { kind: 'canary-used', number: '666', nonceIsOurs: true });
  assert.deepEqual(doings(effects), ['alarm', 'save-entry', 'report-ban']);
  assert.match(JSON.stringify(effects[0]), /198\.51\.100\.9 used the canary extension 666/);
});

test('a source with registered phones loses only what is not registered, and its owner is told', () => {
  const rig = new GuardRig();
  rig.registered.add(`${ATTACKER}:40000`);
  for (let i = 0; i < failedAuthFastLimit; i++) rig.guess(ATTACKER);
  assert.equal(rig.packet(ATTACKER, 'udp', 40_000), 'pass registered-flow');
  assert.equal(rig.packet(ATTACKER, 'udp', 5_060), 'drop blacklisted');
  const told = rig.effects.find((effect) => effect.do === 'tell-owner');
  assert.match(
    JSON.stringify(told),
    /198\.51\.100\.9 was blacklisted.*phones that are registered from there go on/,
  );
});

test('the whitelist and trunks are never blacklisted, whatever they do', () => {
  const rig = new GuardRig();
  allow(rig, '198.51.100.0/24');
  rig.trunks.add('203.0.113.1');
  for (const address of [ATTACKER, '203.0.113.1']) {
    for (let i = 0; i < 2 * unansweredLimit; i++) {
      rig.guess(address, '105', 'tcp');
      rig.see(address, { kind: 'malformed', code: 'X' }, 'tcp');
      rig.see(address, { kind: 'challenge-sent' }, 'tcp');
      rig.see(address, { kind: 'unknown-domain' }, 'tcp');
    }
    rig.see(address, { kind: 'canary-used', number: '666', nonceIsOurs: true });
  }
  assert.deepEqual(rig.banned(), []);
  assert.ok(rig.effects.every((effect) => effect.do === 'alarm'));
});

test('an attacker who walks through his /64 is one source', () => {
  const rig = new GuardRig();
  for (let i = 0; i < failedAuthFastLimit; i++) rig.guess(`2001:db8:0:1::${i.toString(16)}`);
  assert.deepEqual(rig.banned(), ['2001:db8:0:1::/64']);
  assert.equal(rig.packet('2001:db8:0:1:ffff::1'), 'drop blacklisted');
});

test('eight blacklisted /64s become their /56, unless somebody in it is allowed', () => {
  for (const isAllowed of [false, true]) {
    const rig = new GuardRig();
    if (isAllowed) allow(rig, '2001:db8:0:1ff::1');
    for (let net = 0; net < 8; net++) {
      for (let i = 0; i < failedAuthFastLimit; i++) rig.guess(`2001:db8:0:10${net}::1`);
    }
    const eight = Array.from({ length: 8 }, (_, net) => `2001:db8:0:10${net}::/64`);
    assert.deepEqual(rig.banned(), isAllowed ? eight : ['2001:db8:0:100::/56']);
    const forgotten = rig.effects.filter((effect) => effect.do === 'forget-entry').length;
    assert.equal(forgotten, isAllowed ? 0 : 8);
  }
});

test('distributed guessing raises one alarm, shuts nobody out, and is over when it is over', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 5_000; i++) {
    rig.wait(10);
    rig.guess(`10.0.${i >> 8}.${i & 255}`, '105');
  }
  const alarms = () => rig.effects.flatMap((effect) => (effect.do === 'alarm' ? [effect.isOn] : []));
  assert.deepEqual(alarms(), [true]);
  assert.deepEqual(rig.banned(), []);
  assert.ok(admitAttempt(rig.guard, '203.0.113.1', '105', rig.now));
  rig.wait(601_000);
  rig.tick();
  assert.deepEqual(alarms(), [true, false]);
});

test('one account at one whitelisted source is slowed down, whether it exists or not, and nothing else is', () => {
  const rig = new GuardRig();
  allow(rig, ATTACKER);
  for (let i = 0; i < 10; i++) rig.guess(ATTACKER, '105');
  const may = (address: string, account: string) => admitAttempt(rig.guard, address, account, rig.now);
  assert.deepEqual(
    [may(ATTACKER, '105'), may(ATTACKER, '106'), may('203.0.113.1', '105')],
    [false, true, true],
  );
  rig.wait(2_000);
  assert.ok(may(ATTACKER, '105'));
  rig.see(ATTACKER, { kind: 'authenticated', account: '105' });
  assert.ok(may(ATTACKER, '105'));
});

test('a limit above ten is met by one account in two seconds a guess, and by many accounts at once', () => {
  const rig = new GuardRig({ failedAuthFastLimit: 20 });
  const startedAt = rig.now;
  while (rig.banned().length === 0) {
    if (admitAttempt(rig.guard, '203.0.113.9', '101', rig.now)) rig.guess('203.0.113.9', '101');
    else rig.wait(100);
    assert.ok(rig.now - startedAt < 60_000, 'it is slowed down, and not kept from the limit');
  }
  assert.ok(rig.now - startedAt >= 20_000, `${rig.now - startedAt} ms for the last ten`);
  for (let i = 0; i < 20; i++) {
    assert.equal(admitAttempt(rig.guard, '203.0.113.10', `2${i}`, rig.now), true);
    rig.guess('203.0.113.10', `2${i}`);
  }
  assert.equal(rig.banned().length, 2);
});

test('a ban that finds no room among entries made by hand raises an alarm', () => {
  const rig = new GuardRig({}, { listEntries: 2 });
  allow(rig, '192.0.2.1');
  allow(rig, '192.0.2.2');
  for (let i = 0; i < failedAuthFastLimit; i++) rig.guess(ATTACKER);
  assert.match(JSON.stringify(rig.effects), /lists-full.*could not be blacklisted/);
});

test('what is kept of a ban has whole milliseconds, though the monotonic clock counts parts of them', () => {
  const rig = new GuardRig();
  rig.wait(0.4375);
  for (let i = 0; i < 10; i++) rig.guess('192.0.2.7');
  const [saved] = rig.effects.filter((effect) => effect.do === 'save-entry');
  assert.ok(saved !== undefined);
  const { addedAt, expiresAt, evidence } = saved.entry;
  for (const at of [addedAt, expiresAt, evidence[0]?.at]) assert.ok(Number.isInteger(at), String(at));
});

test('this machine itself is never blacklisted, whatever its programs do', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1']) {
    const rig = new GuardRig();
    for (let i = 0; i < 3 * failedAuthLimit; i++) rig.guess(address);
    assert.deepEqual(rig.banned(), [], address);
  }
});
