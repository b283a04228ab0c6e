import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCidr } from '@ringwall/base';
import { addEntries } from './manage-lists.ts';
import { admitReply } from './reply.ts';
import { flowOf, GuardRig } from './testing.ts';

function network(text: string) {
  const read = parseCidr(text);
  assert.ok(read.ok);
  return read.value;
}

function answered(
  rig: GuardRig,
  address: (i: number) => string,
  times: number,
  transport: 'udp' | 'tls' = 'udp',
): number {
  let count = 0;
  for (let i = 0; i < times; i++) {
    if (admitReply(rig.guard, flowOf(address(i), transport), 400, 600, rig.now)) count++;
  }
  return count;
}

test('one network gets twenty answers a second, whichever of its addresses asks', () => {
  const rig = new GuardRig();
  assert.equal(
    answered(rig, (i) => `198.51.100.${i % 256}`, 500),
    20,
  );
  assert.equal(
    answered(rig, (i) => `2001:db8::${i.toString(16)}`, 500),
    20,
  );
  rig.wait(500);
  assert.equal(
    answered(rig, () => '198.51.100.1', 500),
    10,
  );
  assert.equal(rig.guard.repliesRefused, 480 + 480 + 490);
});

test('all networks together get a thousand', () => {
  const rig = new GuardRig();
  assert.equal(
    answered(rig, (i) => `10.${i >> 8}.${i & 255}.1`, 5_000),
    1_000,
  );
});

test('no answer is longer than twice the request', () => {
  const rig = new GuardRig();
  assert.ok(admitReply(rig.guard, flowOf('198.51.100.1'), 300, 600, rig.now));
  assert.ok(!admitReply(rig.guard, flowOf('198.51.100.1'), 300, 601, rig.now));
});

test('over TCP and TLS answers are not counted, nor are those to the whitelist', () => {
  const rig = new GuardRig();
  assert.equal(
    answered(rig, () => '198.51.100.1', 500, 'tls'),
    500,
  );
  const entry = {
    network: network('203.0.113.0/24'),
    action: 'allow',
    description: '',
    addedBy: 'anna',
  } as const;
  assert.ok(addEntries(rig.guard, [{ ...entry, expiresAt: undefined }], rig.now).ok);
  assert.equal(
    answered(rig, () => '203.0.113.9', 500),
    500,
  );
});

test('on the LAN they are counted by address, since an office has one /24', () => {
  const rig = new GuardRig({ lanNetworks: [network('192.168.0.0/16')] });
  assert.equal(
    answered(rig, (i) => `192.168.1.${i % 250}`, 250),
    250,
  );
  assert.equal(
    answered(rig, () => '192.168.1.7', 500),
    19,
  );
});

test('the LAN has no part in the budget of all: its phones may come at once', () => {
  const rig = new GuardRig({ lanNetworks: [network('10.0.0.0/8')], repliesPerSecond: 100 });
  assert.equal(
    answered(rig, (i) => `10.0.${i % 250}.7`, 250),
    250,
  );
  assert.equal(
    answered(rig, (i) => `203.0.${i % 250}.7`, 250),
    100,
  );
});

test('a phone on the LAN may ask as briefly as it likes', () => {
  const rig = new GuardRig({ lanNetworks: [network('10.0.0.0/8')] });
  assert.ok(admitReply(rig.guard, flowOf('10.0.0.9', 'udp', 5_060), 140, 600, rig.now));
  assert.ok(!admitReply(rig.guard, flowOf('203.0.113.9', 'udp', 5_060), 140, 600, rig.now));
});

test('an answer that was answered in turn does not count: an office of 200 phones is not kept waiting', () => {
  const rig = new GuardRig();
  let refused = 0;
  for (let phone = 0; phone < 200; phone++) {
    const flow = flowOf('203.0.113.50', 'udp', 20_000 + phone);
    if (!admitReply(rig.guard, flow, 400, 600, rig.now)) refused++;
    rig.see('203.0.113.50', { kind: 'authenticated', account: `phone${phone}` }, 'udp', 20_000 + phone);
  }
  assert.equal(refused, 0);
});
