import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzSip } from './fuzz-sip.ts';

test('broken messages make nothing throw, contradict itself, or take long', () => {
  const { executions, findings } = fuzzSip(20_261_122, 3);
  assert.deepEqual(findings, []);
  assert.ok(executions > 300, `${executions} executions`);
});
