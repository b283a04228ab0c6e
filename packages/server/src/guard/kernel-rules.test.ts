import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUARD_POLICY, GUARD_CONSTANTS } from '@ringwall/policy';
import { kernelRules } from './kernel-rules.ts';

const LISTENING = [
  { transport: 'udp', address: '0.0.0.0', port: 5_060 },
  { transport: 'tls', address: '0.0.0.0', port: 5_061 },
] as const;

test('whatever the settings are, the kernel is nowhere stricter than the guard', () => {
  const { trunkPerSecond, trunkAnswersPerSecond } = GUARD_CONSTANTS;
  for (const policy of [
    DEFAULT_GUARD_POLICY,
    { ...DEFAULT_GUARD_POLICY, strangersPerSecond: 1_000_000, amberRequests: 1_000_000, greenMs: 60_000 },
    { ...DEFAULT_GUARD_POLICY, strangersPerSecond: 10, amberRequests: 10, greenMs: 60_000 },
  ]) {
    const rules = kernelRules(LISTENING, policy);
    assert.deepEqual([rules.udpPorts, rules.tcpPorts], [[5_060], [5_061]]);
    assert.ok(rules.trunkRate.perSecond >= 4 * trunkPerSecond);
    assert.ok(rules.answerRate.perSecond >= 4 * trunkAnswersPerSecond);
    assert.ok(rules.strangerRate.burst >= 4 * policy.amberRequests);
    assert.ok(rules.strangersBudget.perSecond >= 4 * policy.strangersPerSecond);
  }
});

test('a flood of 8,000 a second in the name of a trunk is left to the guard, which knows what belongs to a call', () => {
  const { trunkRate, answerRate } = kernelRules(LISTENING, DEFAULT_GUARD_POLICY);
  assert.deepEqual([trunkRate.perSecond, answerRate.perSecond], [8_000, 8_000]);
});
