import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { AppliedView, PlanView, RequestOf } from '@ringwall/contract';
import { NOW, PHONE, runOn } from '../../test-support.ts';

const PLAN: PlanView = {
  version: 41,
  changes: [
    {
      section: 'settings',
      name: 'calls.atOnce',
      what: 'changed',
      fields: [{ field: 'value', before: '7', after: '9' }],
    },
    { section: 'extensions', name: '101', what: 'removed', fields: [] },
    {
      section: 'extensions',
      name: '102',
      what: 'changed',
      fields: [{ field: 'name', before: 'A\u001b[2J', after: 'Bob' }],
    },
  ],
  added: 0,
  changed: 2,
  removed: 1,
  removedExtensions: 1,
  untouched: ['trunks'],
  remarks: [],
  broken: [],
  shutsOut: null,
};
const NOTHING: PlanView = { ...PLAN, changes: [], changed: 0, removed: 0, removedExtensions: 0 };
const APPLIED: AppliedView = {
  plan: PLAN,
  version: 42,
  issued: [{ number: '103', name: 'Eve', authId: 'auth-103', password: 'Password-103', srtp: 'required' }],
  addresses: PHONE.addresses,
  certificateSelfSigned: true,
  confirmWithin: null,
};
const FILE = { 'office.yaml': 'extensions: {}' };

function answers(plan: PlanView = PLAN) {
  return {
    'configuration.plan': async ({ last }: RequestOf<'configuration.plan'>) =>
      ok({ plan: last ? plan : null, wanted: [] }),
    'configuration.apply': async ({ last }: RequestOf<'configuration.apply'>) =>
      ok({ applied: last ? { ...APPLIED, plan } : null, wanted: [] }),
  };
}

test('a plan shows what would change, harmless for a terminal, and ends with a code of its own', async () => {
  const ran = await runOn({ answers: answers(), files: FILE }, 'plan', 'office.yaml');
  assert.equal(ran.code, 6);
  assert.equal(
    ran.out,
    [
      'settings',
      '  ~ calls.atOnce: 7 -> 9',
      'extensions',
      '  - 101 is removed, with its secrets',
      '  ~ 102 is changed',
      '      name: A\\u{1b}[2J -> Bob',
      'Not in the file, and left alone: trunks.',
      '',
    ].join('\n'),
  );
  const same = await runOn({ answers: answers(NOTHING), files: FILE }, 'plan', 'office.yaml');
  assert.deepEqual([same.code, same.out.split('\n')[0]], [0, 'Nothing would change.']);
});

test('nothing is applied that nobody confirmed, and what is removed is counted in the question', async () => {
  const refused = await runOn({ answers: answers(), files: FILE }, 'apply', 'office.yaml');
  assert.equal(refused.code, 6);
  assert.match(refused.err, /Apply this: 2 changed, 1 REMOVED \(1 extension among them.*\? \[y\/N\]/);
  assert.deepEqual(
    refused.asked.map(({ name }) => name),
    ['configuration.plan'],
  );
  const asJson = await runOn(
    { answers: answers(), files: FILE, agrees: true },
    'apply',
    'office.yaml',
    '--json',
  );
  assert.match(asJson.err, /CONFIGURATION_UNCONFIRMED/);
});

test('what was confirmed is applied for the version that was planned, and new secrets are shown', async () => {
  for (const stage of [{ agrees: true }, { yes: '--yes' }]) {
    const words = ['apply', 'office.yaml', ...('yes' in stage ? [stage.yes] : [])];
    const ran = await runOn({ answers: answers(), files: FILE, ...stage }, ...words); // eslint-disable-line no-await-in-loop
    assert.equal(ran.code, 0, ran.err);
    const last = ran.asked.at(-1);
    assert.equal((last?.request as RequestOf<'configuration.apply'> | undefined)?.expected, 41);
    assert.match(ran.out, /It is version 42 now; ringwall roll-back 41 goes back/);
    assert.match(ran.out, /103 +Eve +auth-103 +Password-103 +required/);
  }
});

test('a long file goes in pieces, and nothing is asked where nothing would change', async () => {
  const long = `extensions: {}\n${'# long\n'.repeat(20_000)}`;
  const ran = await runOn({ answers: answers(NOTHING), files: { long } }, 'apply', 'long');
  const pieces = ran.asked.filter(({ name }) => name === 'configuration.plan');
  const texts = pieces.map(({ request }) => (request as RequestOf<'configuration.plan'>).piece);
  assert.deepEqual([texts.length, texts.join('') === long, ran.err], [2, true, '']);
});

const WANTED = [
  { owner: 'trunk acme', what: 'password' as const, from: 'env' as const, name: 'ACME' },
  { owner: 'trunk other', what: 'password' as const, from: 'file' as const, name: 'other.txt' },
  { owner: 'trunk other', what: 'CA' as const, from: 'file' as const, name: 'ca.pem' },
];
const WITH_SECRETS =
  'trunks:\n  acme: { password: { env: ACME } }\n  other: { password: { file: other.txt }, ca: { file: ca.pem } }';
const wanting = {
  'configuration.plan': async ({ secrets }: RequestOf<'configuration.plan'>) =>
    secrets === undefined ? ok({ plan: null, wanted: WANTED }) : ok({ plan: PLAN, wanted: [] }),
};

test('secrets are read where the command runs, sent with the last piece, and printed nowhere', async () => {
  const pem = '-'.repeat(5_000);
  const files = { 'office.yaml': WITH_SECRETS, 'other.txt': 'Secret-2\n', 'ca.pem': pem };
  const ran = await runOn({ answers: wanting, files, env: { ACME: 'Secret-1' } }, 'plan', 'office.yaml');
  assert.deepEqual((ran.asked[1]?.request as RequestOf<'configuration.plan'> | undefined)?.secrets, [
    { from: 'env', name: 'ACME', secret: 'Secret-1' },
    { from: 'file', name: 'other.txt', secret: 'Secret-2' },
    { from: 'file', name: 'ca.pem', secret: pem },
  ]);
  assert.ok(!`${ran.out}${ran.err}`.includes('Secret-'));
});

test('a secret that is not there, or that the file does not name, is an error that says which', async () => {
  const plan = async (text: string, env: Readonly<Record<string, string>>) =>
    (await runOn({ answers: wanting, files: { 'office.yaml': text }, env }, 'plan', 'office.yaml')).err;
  assert.match(
    await plan(WITH_SECRETS, {}),
    /The trunk acme takes its password from the environment variable ACME, and it is not set/,
  );
  assert.match(await plan(WITH_SECRETS, { ACME: '' }), /there is nothing in it/);
  assert.match(await plan(WITH_SECRETS, { ACME: 'x' }), /the file other\.txt, and it cannot be read/);
  const long = { 'office.yaml': WITH_SECRETS, 'other.txt': 'x', 'ca.pem': '-'.repeat(65_537) };
  const tooLong = await runOn({ answers: wanting, files: long, env: { ACME: 'x' } }, 'plan', 'office.yaml');
  assert.match(
    tooLong.err,
    /other takes its CA from the file ca\.pem, and it is longer than 65536 characters/,
  );
  assert.match(await plan('extensions: {}', { ACME: 'x' }), /the file does not name that/);
});

test('versions are listed, and one is gone back to once that was confirmed', async () => {
  const roll = {
    'configuration.versions': async () =>
      ok({
        current: 42,
        most: 200,
        versions: [{ version: 41, replacedAt: NOW, replacedBy: 'apply: removed extension 101' }],
      }),
    'configuration.plan-roll-back': async () =>
      ok({ plan: { ...PLAN, version: 42, remarks: ['The trunk acme comes back disabled.'] } }),
    'configuration.roll-back': async () => ok({ applied: APPLIED }),
  };
  const listed = await runOn({ answers: roll }, 'versions');
  assert.match(
    listed.out,
    /41 +2026-11-22 14:00.* +apply: removed extension 101\nThe configuration now is version 42/,
  );
  const back = await runOn({ answers: roll, agrees: true }, 'roll-back', '41');
  assert.deepEqual(back.asked.at(-1), { name: 'configuration.roll-back', request: { to: 41, expected: 42 } });
  assert.match(back.out, /comes back disabled/);
  assert.equal((await runOn({ answers: roll }, 'roll-back', 'yesterday')).code, 2);
});

const BROKEN = {
  name: 'no-premium',
  from: '101',
  dials: '0900123456',
  at: null,
  because: 'we were billed for it in 2025',
  passed: false,
  expected: 'deny',
  got: 'allow through acme',
  decided: 'GB is allowed',
};

test('a change that policy tests fail over is shown with them, and made only where that was insisted on', async () => {
  const stage = { answers: answers({ ...PLAN, broken: [BROKEN] }), files: FILE, agrees: true };
  const planned = await runOn(stage, 'plan', 'office.yaml');
  assert.match(
    planned.out,
    /no-premium +101 dials 0900123456 +deny +allow through acme +GB is allowed +we were billed/,
  );
  const forces = async (...words: readonly string[]) =>
    (
      (await runOn(stage, 'apply', 'office.yaml', ...words)).asked.at(-1)?.request as
        | RequestOf<'configuration.apply'>
        | undefined
    )?.force;
  assert.deepEqual([await forces(), await forces('--force')], [undefined, true]);
});

test('policy tests are run, and end with a code that says whether they hold', async () => {
  const policy = (...tests: readonly (typeof BROKEN)[]) =>
    runOn({ answers: { 'policy.test': async () => ok({ tests }) } }, 'policy', 'test');
  const failed = await policy(BROKEN, { ...BROKEN, name: 'other', passed: true });
  assert.equal(failed.code, 1);
  assert.match(failed.out, /no-premium[^]*1 passed, 1 failed\.\n$/);
  assert.ok(!failed.out.includes('other'));
  assert.equal((await policy({ ...BROKEN, passed: true })).code, 0);
  assert.match((await policy()).out, /no policy tests yet/);
});

test('where as many versions are kept as there can be, it is said which goes next', async () => {
  const versions = [43, 41].map((version) => ({ version, replacedAt: NOW, replacedBy: 'apply' }));
  for (const [most, expected] of [
    [2, /The newest 2 are kept: what was before version 41 is gone/],
    [3, /^$/],
  ] as const) {
    const answers = { 'configuration.versions': async () => ok({ current: 44, most, versions }) };
    assert.match((await runOn({ answers }, 'versions')).err, expected);
  }
});
