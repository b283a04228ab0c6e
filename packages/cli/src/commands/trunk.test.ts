import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { newTrunkDocument, type TrunkView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const ACME: TrunkView = {
  name: 'acme',
  trunk: { ...newTrunkDocument('sip.provider.example', 'register'), user: '442079460000' },
  hasPassword: true,
  authorities: [],
  link: { phase: 'up', at: 'udp:192.0.2.1:5060', problem: '', optionsMissed: 0 },
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
  const link = { phase: 'refused' as const, at: '', problem: 'refused\u001b[2J', optionsMissed: 0 };
  const trunks = [
    { ...ACME, link },
    { ...ACME, name: 'idle', link: null },
  ];
  const ran = await runOn({ answers: { 'trunk.list': async () => ok({ trunks }) } }, 'trunk', 'list');
  assert.match(ran.out, /refused: ringwall trunk retry tries again/);
  assert.ok(!ran.out.includes('\u001b'));
});

const SECURE: TrunkView = {
  ...ACME,
  trunk: { ...ACME.trunk, transport: 'tls' },
  authorities: [{ subject: 'O=Acme, CN=Acme\u001b Root', notAfter: new Date(2030, 0, 2, 12).getTime() }],
};
const secureAnswers = {
  'trunk.show': async () => ok({ trunk: SECURE }),
  'trunk.save': async () => ok({ trunk: SECURE }),
};

test('the CA of a file is sent with the trunk, and none takes it away', async () => {
  const stage = { answers: secureAnswers, files: { 'ca.pem': 'A CA' } };
  const set = async (file: string) =>
    (await runOn(stage, 'trunk', 'set', 'acme', '--ca-file', file)).asked[1];
  const kept = { name: 'acme', trunk: SECURE.trunk, mustBeNew: false };
  assert.deepEqual((await set('ca.pem'))?.request, { ...kept, ca: 'A CA' });
  assert.deepEqual((await set('none'))?.request, { ...kept, ca: null });
});

test('a file that is too large for a CA is refused before anything is asked', async () => {
  const files = { 'ca.pem': 'x'.repeat(65_537) };
  const words = ['--host', 'sip.provider.example', '--transport', 'tls', '--ca-file', 'ca.pem'];
  const ran = await runOn({ answers: secureAnswers, files }, 'trunk', 'add', 'acme', ...words);
  assert.match(ran.err, /The CA for the trunk acme cannot be used: the file is larger than 64 KiB/);
  assert.deepEqual(ran.asked, []);
});

test('the CA of a trunk is shown by its subject and its end, harmless for a terminal', async () => {
  const { out } = await runOn({ answers: secureAnswers }, 'trunk', 'show', 'acme');
  assert.match(out, /Trusted CA +this alone: O=Acme, CN=Acme.* Root, ends 2030-01-02/);
  assert.ok(!out.includes('\u001b'));
});

test('codecs are given in an order, and any takes the list away; tones inside the sound are refused in words', async () => {
  const given = async (...words: readonly string[]) => runOn({ answers }, 'trunk', 'set', 'acme', ...words);
  const trunkOf = ({ asked }: Awaited<ReturnType<typeof given>>): unknown =>
    (asked[1]?.request as { readonly trunk: unknown } | undefined)?.trunk;
  assert.deepEqual(trunkOf(await given('--codecs', 'pcma,g722', '--dtmf', 'rfc4733')), {
    ...ACME.trunk,
    codecs: ['pcma', 'g722'],
    dtmf: 'rfc4733',
  });
  assert.deepEqual(trunkOf(await given('--codecs', 'any')), ACME.trunk);
  for (const codecs of ['pcma,pcma', 'mp3', '']) {
    assert.match((await given('--codecs', codecs)).err, /each at most once/, codecs);
  }
  const { err, asked } = await given('--dtmf', 'inband');
  assert.match(err, /neither made nor read here: ask the provider for RFC 4733/);
  assert.deepEqual(asked, []);
});

test('the domain of our callers is set, shown, and none takes it away', async () => {
  const set = async (domain: string) => {
    const { asked } = await runOn({ answers }, 'trunk', 'set', 'acme', '--from-domain', domain);
    return (asked[1]?.request as { readonly trunk: TrunkView['trunk'] } | undefined)?.trunk;
  };
  const trunk = { ...ACME.trunk, fromDomain: 'pbx.customer.example' };
  assert.deepEqual(await set('pbx.customer.example'), trunk);
  assert.deepEqual(await set('none'), ACME.trunk);
  const shown = { 'trunk.show': async () => ok({ trunk: { ...ACME, trunk } }) };
  const { out } = await runOn({ answers: shown }, 'trunk', 'show', 'acme');
  assert.match(out, /Domain of callers +pbx\.customer\.example/);
});

test('what a trunk does when it fails is set and shown, and rule gives it back to the rules', async () => {
  const set = async (...words: readonly string[]) => {
    const { asked } = await runOn({ answers }, 'trunk', 'set', 'acme', ...words);
    return (asked[1]?.request as { readonly trunk: unknown } | undefined)?.trunk;
  };
  const words = ['--silence-seconds', '4', '--when-down', 'never', '--options-seconds', '0'];
  assert.deepEqual(await set('--next-after', '5xx', 'no-answer', ...words), {
    ...ACME.trunk,
    nextAfter: ['5xx', 'no-answer'],
    silenceSeconds: 4,
    whenDown: 'never',
    optionsSeconds: 0,
  });
  assert.deepEqual(await set('--next-after', 'rule'), ACME.trunk);
  const trunk = { ...ACME.trunk, nextAfter: ['5xx'] as const, whenDown: 'never' as const };
  const shown = { 'trunk.show': async () => ok({ trunk: { ...ACME, trunk } }) };
  const { out } = await runOn({ answers: shown }, 'trunk', 'show', 'acme');
  assert.match(out, /Goes on after +5xx; 8 s without an answer are a failure/);
  assert.match(out, /While it is down +no call tries it/);
  assert.match(out, /Asked by OPTIONS +every 60 s\n/);
});

test('a provider that answers registrations and no OPTIONS is shown as one', async () => {
  const link = { phase: 'up' as const, at: 'udp:192.0.2.1:5060', problem: '', optionsMissed: 3 };
  const shown = { 'trunk.show': async () => ok({ trunk: { ...ACME, link } }) };
  const { out } = await runOn({ answers: shown }, 'trunk', 'show', 'acme');
  assert.match(out, /Asked by OPTIONS +every 60 s; 3 in a row were not answered/);
});

test('a template gives what its provider publishes, options go before it, and its notes are told', async () => {
  const add = async (...words: readonly string[]) => runOn({ answers }, 'trunk', 'add', 'acme', ...words);
  const { asked, err } = await add('--template', 'telnyx-eu', '--transport', 'tls');
  const request = asked[0]?.request as { readonly trunk: TrunkView['trunk'] } | undefined;
  const trunk = request?.trunk;
  assert.deepEqual(
    [trunk?.kind, trunk?.host, trunk?.transport, trunk?.networks],
    ['address', 'sip.telnyx.eu', 'tls', ['185.246.41.140/32', '185.246.41.141/32']],
  );
  assert.match(err, /20 new calls a second/);
  assert.match((await add('--template', 'twilio')).err, /Give --host .* such as example\.pstn\.twilio\.com/);
  assert.match((await add()).err, /has no host/);
  assert.match((await add('--template', 'nobody')).err, /no template nobody.*telnyx-eu/);
  const listed = await runOn({ answers }, 'trunk', 'templates');
  assert.match(listed.out, /twilio +Twilio/);
  const shown = await runOn({ answers }, 'trunk', 'templates', 'twilio');
  assert.match(shown.out, /Its networks +54\.172\.60\.0\/30/);
  assert.match(shown.out, /Source +https:\/\/www\.twilio\.com/);
});
