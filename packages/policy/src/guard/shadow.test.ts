import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_POLICY } from './guard-policy.ts';
import { parseListNetwork } from './list-entry.ts';
import { addEntries } from './manage-lists.ts';
import { setShadowPolicy, shadowReport } from './shadow.ts';
import { GuardRig, STARTED_ON } from './testing.ts';

const STRICTER = { ...DEFAULT_GUARD_POLICY, amberRequests: 10, redRequests: 20, failedAuthFastLimit: 3 };

test('a stricter policy in the shadow stops nobody, and tells whom it would have stopped', () => {
  const rig = new GuardRig();
  setShadowPolicy(rig.guard, STRICTER, rig.now);
  for (let i = 0; i < 12; i++) assert.equal(rig.packet('198.51.100.9'), 'pass within-limits');
  rig.wait(100);
  for (let i = 0; i < 4; i++) rig.guess('198.51.100.10');
  assert.deepEqual(rig.banned(), []);
  assert.deepEqual(shadowReport(rig.guard), [
    { source: '198.51.100.9', rule: 'barrier-amber', firstAt: STARTED_ON, lastAt: STARTED_ON, times: 2 },
    {
      source: '198.51.100.10',
      rule: 'failed-authentication',
      firstAt: STARTED_ON + 100,
      lastAt: STARTED_ON + 100,
      times: 1,
    },
  ]);
  assert.equal(rig.packet('198.51.100.10'), 'pass within-limits');
  assert.equal(shadowReport(rig.guard)[1]?.times, 2);
});

test('it changes nothing of what the policy in force does', () => {
  const verdicts = [false, true].map((hasShadow) => {
    const rig = new GuardRig({ amberRequests: 50, redRequests: 90 });
    if (hasShadow) setShadowPolicy(rig.guard, STRICTER, rig.now);
    const heard = Array.from({ length: 100 }, () => rig.packet('198.51.100.9'));
    for (let i = 0; i < 10; i++) rig.guess('198.51.100.10');
    return { heard, banned: rig.banned(), effects: rig.effects };
  });
  assert.deepEqual(verdicts[0], verdicts[1]);
});

test('the report is bounded, and ends with the trial', () => {
  const rig = new GuardRig();
  setShadowPolicy(rig.guard, { ...STRICTER, failedAuthFastLimit: 1 }, rig.now);
  for (let i = 0; i < 1_500; i++) rig.guess(`10.0.${i >> 8}.${i & 255}`);
  assert.equal(shadowReport(rig.guard).length, 1_000);
  setShadowPolicy(rig.guard, undefined, rig.now);
  assert.deepEqual(shadowReport(rig.guard), []);
});

test('whoever is whitelisted, registered or a trunk is no business of the shadow', () => {
  const rig = new GuardRig();
  rig.trunks.add('198.51.100.9');
  rig.registered.add('198.51.100.10:5060');
  const allowed = parseListNetwork('198.51.100.11');
  assert.ok(allowed.ok);
  const entry = { network: allowed.value, action: 'allow', description: '', addedBy: 'anna' } as const;
  assert.ok(addEntries(rig.guard, [{ ...entry, expiresAt: undefined }], rig.now).ok);
  setShadowPolicy(rig.guard, STRICTER, rig.now);
  for (let i = 0; i < 50; i++) {
    rig.packet('198.51.100.9');
    rig.packet('198.51.100.10');
    rig.packet('198.51.100.11');
    rig.guess('198.51.100.9');
    rig.guess('198.51.100.11');
  }
  assert.deepEqual(shadowReport(rig.guard), []);
});
