import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { newTrunkDocument, type TrunkView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const ACME: TrunkView = {
  name: 'acme',
  trunk: { ...newTrunkDocument('sip.provider.example', 'register'), user: '442079460000' },
  hasPassword: true,
  link: { phase: 'up', at: 'udp:192.0.2.1:5060', problem: '' },
};
const answers = {
  'trunk.show': async () => ok({ trunk: ACME }),
  'trunk.save': async () => ok({ trunk: ACME }),
};

test('a trunk is added with the password of a file, which is nowhere in what is printed', async () => {
  const ran = await runOn(
    { answers, files: { secret: 'Secret-4711\n' } },
    ...['trunk', 'add', 'acme', '--host', 'sip.provider.example'],
    ...['--user', '442079460000', '--password-file', 'secret'],
  );
  assert.equal(ran.out, 'Trunk acme was added.\n');
  assert.deepEqual(ran.asked, [
    {
      name: 'trunk.save',
      request: { name: 'acme', trunk: ACME.trunk, password: 'Secret-4711', mustBeNew: true },
    },
  ]);
});

test('a change keeps what is not named', async () => {
  const ran = await runOn(
    { answers },
    'trunk',
    'set',
    'acme',
    '--calls-at-once',
    '20',
    '--format',
    'national',
  );
  const [, save] = ran.asked;
  assert.deepEqual(save?.request, {
    name: 'acme',
    mustBeNew: false,
    trunk: { ...ACME.trunk, callsAtOnce: 20, dialFormat: 'national', callerFormat: 'national' },
  });
});

test('a provider that may move calls is pointed out', async () => {
  const open = { ...ACME, trunk: { ...ACME.trunk, transfersAllowed: true } };
  const ran = await runOn(
    { answers: { ...answers, 'trunk.save': async () => ok({ trunk: open }) } },
    ...['trunk', 'set', 'acme', '--transfers', 'allowed'],
  );
  assert.match(ran.err, /can have us call any number/);
  assert.match(ran.out, /ALLOWED/);
});

test('the list says why a trunk is down, harmless for a terminal', async () => {
  const link = { phase: 'refused' as const, at: '', problem: 'refused\u001b[2J' };
  const trunks = [
    { ...ACME, link },
    { ...ACME, name: 'idle', link: null },
  ];
  const ran = await runOn({ answers: { 'trunk.list': async () => ok({ trunks }) } }, 'trunk', 'list');
  assert.match(ran.out, /refused: ringwall trunk retry tries again/);
  assert.ok(!ran.out.includes('\u001b'));
});
