import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitConnection } from './admit.ts';
import { DEFAULT_GUARD_POLICY } from './guard-policy.ts';
import { addEntries } from './manage-lists.ts';
import { parseListNetwork } from './list-entry.ts';
import { doings, flowOf, GuardRig, SMALL_SIZES } from './testing.ts';

const { amberRequests, redRequests, strangersPerSecond } = DEFAULT_GUARD_POLICY;
/** So that only the meter of a source speaks. */
const NO_BUDGET = { strangersPerSecond: 1_000_000 };
const SCANNER = '198.51.100.9';

function list(rig: GuardRig, action: 'allow' | 'block', text: string): void {
  const network = parseListNetwork(text);
  assert.ok(network.ok);
  const entry = { network: network.value, action, description: '', addedBy: 'anna', expiresAt: undefined };
  assert.ok(addEntries(rig.guard, [entry], rig.now).ok);
}

function send(rig: GuardRig, address: string, count: number, transport: 'udp' | 'tls' = 'udp'): string {
  let last = '';
  for (let i = 0; i < count; i++) last = rig.packet(address, transport);
  return last;
}

test('the whitelist comes before all else, then registered flows and trunks, then the blacklist', () => {
  const rig = new GuardRig();
  list(rig, 'block', '192.0.2.0/24');
  assert.equal(rig.packet('192.0.2.7'), 'drop blacklisted');
  rig.trunks.add('192.0.2.7');
  assert.equal(rig.packet('192.0.2.7'), 'pass trunk');
  rig.registered.add('192.0.2.7:40000');
  assert.equal(rig.packet('192.0.2.7', 'udp', 40_000), 'pass registered-flow');
  list(rig, 'allow', '192.0.2.7');
  assert.equal(rig.packet('192.0.2.7', 'udp', 40_000), 'pass whitelisted');
  assert.equal(rig.packet('192.0.2.8'), 'drop blacklisted');
});

test('strangers on the LAN have no part in the budget of all strangers', () => {
  const network = parseListNetwork('10.0.0.0/8');
  assert.ok(network.ok);
  const rig = new GuardRig({ strangersPerSecond: 100, lanNetworks: [network.value] });
  for (let i = 0; i < 250; i++) assert.equal(rig.packet(`10.0.0.${i}`), 'pass within-limits');
  for (let i = 0; i < 100; i++) rig.packet(`203.0.113.${i}`);
  assert.equal(rig.packet('203.0.113.200'), 'throttle strangers-budget');
});

test('a source that meets the amber barrier is ignored for five seconds, then heard again', () => {
  const rig = new GuardRig(NO_BUDGET);
  assert.equal(send(rig, SCANNER, amberRequests), 'pass within-limits');
  assert.equal(rig.packet(SCANNER), 'throttle barrier-amber');
  rig.wait(4_999);
  assert.equal(rig.packet(SCANNER), 'throttle barrier-amber');
  assert.equal(rig.packet('198.51.100.10'), 'pass within-limits');
  rig.wait(1);
  assert.equal(rig.packet(SCANNER), 'pass within-limits');
  assert.deepEqual(rig.tick(), [
    { do: 'report-throttle', source: SCANNER, scope: 'udp', rule: 'barrier-amber', forMs: 5_000 },
  ]);
});

test('a source over UDP that meets the red barrier is dropped for a minute, and blacklisted nowhere', () => {
  const rig = new GuardRig(NO_BUDGET);
  assert.equal(send(rig, SCANNER, redRequests + 1), 'drop barrier-red');
  assert.deepEqual(doings(rig.tick()), ['report-throttle', 'drop-udp']);
  assert.deepEqual(rig.banned(), []);
  rig.wait(59_999);
  assert.equal(rig.packet(SCANNER), 'drop barrier-red');
  rig.wait(1);
  assert.equal(rig.packet(SCANNER), 'pass within-limits');
});

test('the minute goes on while the source goes on, and not for single packets', () => {
  const rig = new GuardRig(NO_BUDGET);
  send(rig, SCANNER, redRequests + 1);
  rig.wait(50_000);
  send(rig, SCANNER, redRequests + 1);
  rig.wait(59_000);
  assert.equal(rig.packet(SCANNER), 'drop barrier-red');
  rig.wait(1_000);
  assert.equal(rig.packet(SCANNER), 'pass within-limits');
});

test('a source over TLS that meets the red barrier is blacklisted, for it cannot be forged', () => {
  const rig = new GuardRig(NO_BUDGET);
  send(rig, SCANNER, redRequests + 1, 'tls');
  assert.deepEqual(rig.banned(), [SCANNER]);
  assert.equal(rig.packet(SCANNER), 'drop blacklisted');
  assert.deepEqual(doings(rig.tick()), ['report-throttle', 'save-entry', 'report-ban']);
});

test('what is sent in the name of a source over UDP changes nothing for its connections', () => {
  const rig = new GuardRig(NO_BUDGET);
  send(rig, SCANNER, redRequests + 1);
  assert.equal(rig.packet(SCANNER, 'tls'), 'pass within-limits');
  assert.equal(admitConnection(rig.guard, flowOf(SCANNER, 'tcp'), rig.now).verdict, 'pass');
});

test('a connection from a blacklisted network is refused, from a trunk or the whitelist it is not', () => {
  const rig = new GuardRig();
  const rule = (address: string) => admitConnection(rig.guard, flowOf(address, 'tcp'), rig.now).rule;
  list(rig, 'block', '198.51.100.0/24');
  list(rig, 'allow', '198.51.100.7');
  rig.trunks.add('198.51.100.8');
  assert.equal(rule(SCANNER), 'blacklisted');
  assert.equal(rule('198.51.100.7'), 'whitelisted');
  assert.equal(rule('198.51.100.8'), 'trunk');
  assert.equal(rule('203.0.113.1'), 'within-limits');
});

test('strangers have one budget together, of which a quarter is kept for connections', () => {
  const rig = new GuardRig();
  let passed = 0;
  for (let i = 0; i < 50_000; i++) {
    if (rig.packet(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`).startsWith('pass')) passed++;
  }
  assert.equal(passed, strangersPerSecond * 0.75);
  assert.equal(rig.packet(SCANNER), 'throttle strangers-budget');
  assert.equal(rig.packet(SCANNER, 'tls'), 'pass within-limits');
  rig.registered.add('203.0.113.1:5060');
  assert.equal(rig.packet('203.0.113.1'), 'pass registered-flow');
  rig.wait(1_000);
  assert.equal(rig.packet(SCANNER), 'pass within-limits');
});

test('what is sent in the name of a trunk beyond what trunks send is a stranger, and not the trunk', () => {
  const rig = new GuardRig();
  rig.trunks.add(SCANNER).add('203.0.113.1');
  assert.equal(send(rig, SCANNER, 400), 'pass trunk');
  assert.equal(rig.packet(SCANNER), 'pass within-limits');
  assert.equal(send(rig, SCANNER, amberRequests + 1), 'throttle barrier-amber');
  assert.equal(rig.packet('203.0.113.1'), 'pass trunk');
  rig.wait(1_000);
  assert.equal(send(rig, SCANNER, 200), 'pass trunk');
});

test('answers of a trunk to our requests have a rate of their own, whatever is sent in its name', () => {
  const rig = new GuardRig();
  rig.trunks.add(SCANNER);
  rig.awaited.add(7);
  const [answer, forged] = [Uint8Array.of(7), Uint8Array.of(8)];
  send(rig, SCANNER, 400);
  assert.equal(send(rig, SCANNER, redRequests + 1), 'drop barrier-red');
  assert.equal(rig.packet(SCANNER, 'udp', 5_060, forged), 'drop barrier-red');
  const heard = new Map<string, number>();
  for (let i = 0; i < 1_000; i++) {
    const verdict = rig.packet(SCANNER, 'udp', 5_060, answer);
    heard.set(verdict, (heard.get(verdict) ?? 0) + 1);
  }
  assert.deepEqual(
    [...heard],
    [
      ['pass trunk-answer', 800],
      ['drop barrier-red', 200],
    ],
    'it has a bound',
  );
  rig.wait(1_000);
  assert.equal(rig.packet(SCANNER, 'udp', 5_060, answer), 'pass trunk-answer');
  assert.equal(rig.guard.admitted['trunk-answer'], 801);
  assert.equal(rig.packet('203.0.113.1', 'udp', 5_060, answer), 'pass within-limits', 'nobody else has it');
});

test('an office of 200 phones behind one address that all start at once meets no barrier', () => {
  const rig = new GuardRig();
  const office = '203.0.113.50';
  const heard = new Set<string>();
  // Three seconds: each phone asks twice, is challenged, logs in, and sends six requests more over its flow.
  for (let phone = 0; phone < 200; phone++) {
    rig.wait(15);
    const port = 20_000 + phone;
    for (let i = 0; i < 2; i++) {
      heard.add(rig.packet(office, 'udp', port));
      rig.see(office, { kind: 'challenge-sent' }, 'udp', port);
    }
    heard.add(rig.packet(office, 'udp', port));
    rig.see(office, { kind: 'authenticated', account: `phone${phone}` }, 'udp', port);
    rig.registered.add(`${office}:${port}`);
    for (let i = 0; i < 6; i++) heard.add(rig.packet(office, 'udp', port));
  }
  assert.deepEqual([...heard], ['pass within-limits', 'pass registered-flow']);
});

test('not even if all 200 send ten requests each within two seconds, before one is answered', () => {
  const rig = new GuardRig();
  const heard = new Set<string>();
  for (let i = 0; i < 2_000; i++) {
    rig.wait(1);
    heard.add(rig.packet('203.0.113.50', 'udp', 20_000 + (i % 200)));
  }
  assert.deepEqual([...heard], ['pass within-limits']);
});

test('each login gives eight requests back, so phones whose flow changes all the time are heard too', () => {
  const rig = new GuardRig(NO_BUDGET);
  for (let phone = 0; phone < 1_000; phone++) {
    for (let i = 0; i < 8; i++) assert.equal(rig.packet('203.0.113.50'), 'pass within-limits');
    rig.see('203.0.113.50', { kind: 'authenticated', account: `phone${phone}` });
  }
});

test('a scanner at 150 requests a second is ignored within its first second, and little of it is read afterwards', () => {
  const rig = new GuardRig();
  let read = 0;
  let firstIgnoredAfterMs = 0;
  for (let i = 0; i < 150 * 60; i++) {
    if (rig.packet(SCANNER).startsWith('pass')) {
      read++;
      rig.see(SCANNER, { kind: 'unknown-domain' });
    } else if (firstIgnoredAfterMs === 0) {
      firstIgnoredAfterMs = (i * 1_000) / 150;
    }
    rig.now = (1_000 + ((i + 1) * 1_000) / 150) as typeof rig.now;
  }
  assert.ok(firstIgnoredAfterMs < 1_000, String(firstIgnoredAfterMs));
  assert.ok(read < (150 * 60) / 4, String(read));
  assert.deepEqual(rig.banned(), []);
});

test('the tables keep their size whatever comes', () => {
  const rig = new GuardRig(NO_BUDGET, SMALL_SIZES);
  for (let i = 0; i < 20_000; i++) {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    rig.packet(address);
    rig.packet(address, 'tls');
    rig.guess(address, String(i));
  }
  const { udp, stream, strikes, seen, pending } = rig.guard;
  assert.deepEqual([udp.table.size, stream.table.size, strikes.table.size, seen.size], [64, 64, 64, 64]);
  assert.ok(pending.length <= 1_024);
});

test('packets are counted by the rule that decided them', () => {
  const rig = new GuardRig();
  rig.trunks.add('203.0.113.1');
  rig.packet('203.0.113.1');
  rig.packet(SCANNER);
  rig.packet(SCANNER);
  assert.equal(rig.guard.admitted.trunk, 1);
  assert.equal(rig.guard.admitted['within-limits'], 2);
});
