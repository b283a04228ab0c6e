import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSuites } from './suites.ts';

test('every test file of the checkout is in exactly one suite', () => {
  const files = findSuites(2).flatMap((suite) => suite.files);
  assert.equal(new Set(files).size, files.length);
  assert.ok(files.includes('scripts/suites.test.ts'));
  assert.ok(files.every((file) => file.endsWith('.test.ts')));
});

test('the unit tests run first and many at once, the suite with real peers last and one file at a time', () => {
  const suites = findSuites(2);
  assert.equal(suites[0]?.name, 'unit');
  assert.equal(suites[0].atOnce, 2);
  const interop = suites.find((suite) => suite.name === 'interop');
  assert.equal(interop?.atOnce, 1);
  assert.ok(interop.peers.length > 0);
});

test('the suite of attackers says why it cannot run where it may make no network', () => {
  const suites = findSuites(2);
  const attack = suites.find((suite) => suite.name === 'attack');
  assert.ok(attack !== undefined && attack.peers.some((peer) => peer.command === 'svmap'));
  assert.match(attack.whyNot() ?? 'network namespaces can be made', /network namespaces/);
  assert.equal(suites.find((suite) => suite.name === 'interop')?.whyNot(), undefined);
});
