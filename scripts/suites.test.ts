import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSuites } from './suites.ts';

test('every test file of the checkout is in exactly one suite', () => {
  const files = findSuites(2).flatMap((suite) => suite.files);
  assert.equal(new Set(files).size, files.length);
  assert.ok(files.includes('scripts/suites.test.ts'));
  assert.ok(files.every((file) => file.endsWith('.test.ts')));
});

test('the unit tests run first and many at once, the suite with real peers last and two files at a time', () => {
  const suites = findSuites(4);
  assert.equal(suites[0]?.name, 'unit');
  assert.equal(suites[0].atOnce, 4);
  const interop = suites.find((suite) => suite.name === 'interop');
  assert.equal(interop?.atOnce, 2);
  assert.ok(interop.peers.length > 0);
});

test('what measures time or fills the machine runs alone, and everything does where there is one processor', () => {
  const atOnce = (cores: number) => new Map(findSuites(cores).map((suite) => [suite.name, suite.atOnce]));
  assert.deepEqual(
    ['attack', 'durability', 'fuzz'].map((name) => atOnce(4).get(name)),
    [1, 1, 1],
  );
  assert.deepEqual(new Set(atOnce(1).values()), new Set([1]));
  const program = findSuites(4).find((suite) => suite.name === 'program');
  assert.ok(program?.alone.includes('test/program/life-and-death.test.ts'));
});

test('unit tests of what does no I/O share processes, each with one group of its package', () => {
  const [unit] = findSuites(2);
  const grouped = unit?.groups.flat() ?? [];
  assert.equal(new Set(grouped).size, grouped.length);
  assert.ok(grouped.every((file) => unit?.files.includes(file)));
  assert.ok(grouped.includes('packages/sip/src/wire/cseq.test.ts'));
  assert.ok(!grouped.some((file) => /^packages\/(net|server|store)\//.test(file)));
  for (const group of unit?.groups ?? []) assert.ok(group.length > 0 && group.length <= 16);
});

test('the suite of attackers says why it cannot run where it may make no network', () => {
  const suites = findSuites(2);
  const attack = suites.find((suite) => suite.name === 'attack');
  assert.ok(attack !== undefined && attack.peers.some((peer) => peer.command === 'svmap'));
  assert.match(attack.whyNot() ?? 'network namespaces can be made', /network namespaces/);
  assert.equal(suites.find((suite) => suite.name === 'interop')?.whyNot(), undefined);
});
