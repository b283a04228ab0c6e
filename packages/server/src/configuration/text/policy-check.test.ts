import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OFFICE, office, SECRETS } from './text-test-support.ts';

const POLICY = `
settings:
  numbering: { country: GB }
  hours: { timeZone: Europe/London, week: [mon-fri 09:00-17:30] }
  outside: { outOfHours: nowhere }
policy-tests:
  - { name: national, from: 101, dials: 02079460100, at: 2027-03-08T10:00, expect: allow, through: acme, because: customers are called }
  - { name: at-night, from: 101, dials: 02079460100, at: 2027-07-05T17:45, expect: deny, because: thieves call at night }
  - { name: no-premium, from: 101, dials: 09061234567, at: 2027-03-08T10:00, expect: deny, because: we were billed for it }
  - { name: help, from: 101, dials: 999, at: 2027-03-06T22:00, expect: allow, because: it must always go }
  - { name: house, from: 101, dials: 102, expect: allow, because: they sit together }
`;

test('policy tests are tried on paper by what calls are judged by, at the time of the office', async () => {
  const { apply, whole } = office();
  await apply(OFFICE.replace('strip: 1', 'strip: 0'), SECRETS);
  await apply(POLICY);
  const ran = await whole.testPolicy();
  assert.ok(ran.ok);
  assert.deepEqual(
    ran.value.map(({ name, passed, got }) => `${name} ${passed} ${got}`),
    [
      'at-night true deny',
      'help true allow through acme',
      'house true allow',
      'national true allow through acme',
      'no-premium true deny',
    ],
  );
});

test('a change over which a policy test fails is refused with what decided, and made only by force', async () => {
  const { apply, planned, whole, store } = office();
  await apply(OFFICE.replace('strip: 1', 'strip: 0'), SECRETS);
  await apply(POLICY);
  const version = await store.configurationVersion();
  const change = 'outbound-rules:\n  - { name: national, prefixes: [0], routes: [block: true] }';
  assert.deepEqual(
    (await planned(change)).broken.map(({ name, expected, got, decided }) => [name, expected, got, decided]),
    [['national', 'allow through acme', 'deny', 'The outbound rule national blocks the call']],
  );
  const refusal = await whole.apply(change, [], { expected: version, force: false });
  assert.ok(!refusal.ok && refusal.error.code === 'POLICY_TESTS_BROKEN');
  assert.match(
    refusal.error.text,
    /national \(expected allow through acme, now deny: The outbound rule national/,
  );
  assert.equal(await store.configurationVersion(), version);
  await apply(change, [], true);
  // What fails already is no reason to refuse what has nothing to do with it; a test that is new has to hold.
  await apply('caller-blacklist: []');
  const fails = `policy-tests:\n  - { name: new, from: 300, dials: 102, expect: allow, because: x }`;
  assert.deepEqual(
    (await planned(fails)).broken.map(({ decided }) => decided),
    ['There is no extension 300'],
  );
});

test('a single command is refused where it lets through what a policy test denies, and never where it denies more', async () => {
  const { apply, outbound, extensions, storedSettings, whole, store } = office();
  const blocked =
    '  - { name: blocked, prefixes: ["02079460958"], routes: [block: true] }\n  - { name: national';
  await apply(OFFICE.replace('strip: 1', 'strip: 0').replace('  - { name: national', blocked), SECRETS);
  const test =
    '  - { name: blocked, from: 101, dials: 02079460958, at: 2027-03-08T10:00, expect: deny, because: why not }';
  await apply(`${POLICY}${test}`);
  const version = await store.configurationVersion();
  const refusals = [
    await outbound.remove('blocked'),
    await storedSettings.set('outside.classes', 'national-fixed,mobile,premium'),
    await storedSettings.unset('outside.outOfHours'),
    await extensions.change('101', { calling: { mayCallOutOfHours: true } }),
  ].map((each) => (each.ok ? 'done' : each.error.code));
  assert.deepEqual([refusals.length, new Set(refusals)], [4, new Set(['POLICY_TESTS_BROKEN'])]);
  assert.equal(await store.configurationVersion(), version);
  assert.ok((await extensions.disable('101')).ok);
  const ran = await whole.testPolicy();
  assert.ok(ran.ok);
  assert.ok(ran.value.some(({ name, passed }) => name === 'national' && !passed));
});
