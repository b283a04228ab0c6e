import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_POLICY, type GuardPolicy } from './guard-policy.ts';
import { heldBack } from './held-back.ts';
import { parseListNetwork } from './list-entry.ts';
import { addEntries } from './manage-lists.ts';
import { GuardRig } from './testing.ts';

const OFFICE = '203.0.113.50';

function ask(rig: GuardRig, changes: Partial<GuardPolicy>, phones = 1): string | undefined {
  const before = rig.guard.policy;
  const addresses = Array.from({ length: phones }, () => OFFICE);
  return heldBack(rig.guard, { before, after: { ...before, ...changes } }, addresses, rig.now).get(OFFICE);
}

test('nothing holds back who has done nothing, whatever the limits of wrong passwords', () => {
  const rig = new GuardRig();
  const strictest = { failedAuthLimit: 3, failedAuthFastLimit: 3, unansweredLimit: 100 };
  assert.equal(ask(rig, strictest), undefined);
  assert.equal(ask(rig, DEFAULT_GUARD_POLICY, 200), undefined, 'what is in force holds nobody back anew');
});

test('a limit that an address has nearly met already holds it back, for as long as its strikes count', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 4; i++) rig.guess(OFFICE, '101');
  assert.match(
    ask(rig, { failedAuthFastLimit: 5 }) ?? '',
    /one more wrong password would be the last, after 4/,
  );
  assert.match(ask(rig, { failedAuthLimit: 3 }) ?? '', /after 4/);
  assert.equal(ask(rig, { failedAuthFastLimit: 6 }), undefined);
  rig.wait(DEFAULT_GUARD_POLICY.failedAuthFastWindowMs);
  assert.equal(ask(rig, { failedAuthFastLimit: 5 }), undefined);
  assert.match(ask(rig, { failedAuthLimit: 5 }) ?? '', /after 4/, 'the day is not over');
  for (let i = 0; i < 5; i++) rig.guess(OFFICE, '101');
  assert.equal(ask(rig, { failedAuthFastLimit: 7, failedAuthLimit: 20 }), undefined, '5 are not 6');
});

test('challenges that were left unanswered hold back where the limit comes down to them', () => {
  const rig = new GuardRig();
  for (let i = 0; i < 150; i++) rig.see(OFFICE, { kind: 'challenge-sent' });
  assert.match(ask(rig, { unansweredLimit: 100 }) ?? '', /left 150 challenges unanswered/);
  assert.equal(ask(rig, { unansweredLimit: 200 }), undefined);
});

test('more phones than may start at once are held back by the amber barrier', () => {
  const rig = new GuardRig();
  assert.equal(ask(rig, { amberRequests: 100 }, 10), undefined);
  assert.match(ask(rig, { amberRequests: 100 }, 11) ?? '', /send up to 110 requests within 2000 ms/);
  assert.equal(
    ask(rig, { amberRequests: 100, greenMs: 1_000 }, 11),
    undefined,
    'in half the time, half of them',
  );
  assert.match(ask(rig, { amberRequests: 100, greenMs: 60_000 }, 11) ?? '', /110 requests within 60000 ms/);
});

test('phones of one /64 start together, those of other addresses do not', () => {
  const rig = new GuardRig();
  const policy = { ...rig.guard.policy, amberRequests: 20 };
  const held = (phones: readonly string[]) => [
    ...heldBack(rig.guard, { before: rig.guard.policy, after: policy }, phones, rig.now).keys(),
  ];
  assert.deepEqual(held(['192.0.2.1', '192.0.2.2', '192.0.2.3']), []);
  const office = ['2001:db8::1', '2001:db8::2', '2001:db8::2'];
  assert.deepEqual(held([...office, '2001:db8:0:1::1']), ['2001:db8::1', '2001:db8::2']);
});

test('the whitelist and trunks are held back by nothing', () => {
  for (const exempt of ['whitelist', 'trunk']) {
    const rig = new GuardRig();
    for (let i = 0; i < 4; i++) rig.guess(OFFICE, '101');
    const network = parseListNetwork(OFFICE);
    assert.ok(network.ok);
    const entry = { network: network.value, description: '', addedBy: 'x', expiresAt: undefined } as const;
    if (exempt === 'trunk') rig.trunks.add(OFFICE);
    else assert.ok(addEntries(rig.guard, [{ ...entry, action: 'allow' }], rig.now).ok);
    assert.equal(ask(rig, { failedAuthFastLimit: 3, amberRequests: 10 }, 50), undefined, exempt);
  }
});
