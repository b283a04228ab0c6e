import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type {
  ForecastView,
  InboundForecastView,
  RehearsalView,
  RequestOf,
  ResponseOf,
} from '@ringwall/contract';
import { NOW, runOn } from '../test-support.ts';

const RATE = { prefix: '+44', perMinute: 0.02, perCall: 0.1, name: 'United Kingdom' };
const ALLOWED: ForecastView = {
  inside: false,
  officeOpen: true,
  emergency: null,
  rule: 'national',
  routes: [
    {
      place: 1,
      trunk: 'acme',
      rewritten: '02079460958',
      number: { number: '+442079460958', country: 'GB', numberClass: 'national-fixed' },
      rate: RATE,
      because: [{ rule: 'country-allowed', verdict: 'allow', text: 'It belongs to GB' }],
    },
    { place: 2, trunk: null, rewritten: null, number: null, rate: null, because: [] },
  ],
  rates: { known: true, currency: 'EUR' },
  limits: {
    frozen: [],
    counters: [
      { of: '101', counter: 'calls-a-minute', hours: 'all', value: 3, warning: 5, most: null, critical: 10 },
      { of: '101', counter: 'cost-of-day', hours: 'all', value: 0.066, warning: 5, most: null, critical: 10 },
      { of: '101', counter: 'probes', hours: 'all', value: 0, warning: 2, most: null, critical: 3 },
    ],
  },
  verdict: 'allow',
  because: [{ rule: 'country-allowed', verdict: 'allow', text: 'It belongs to GB' }],
  status: null,
  reason: '',
  invites: [
    { trunk: 'acme', requestUri: 'sip:+442079460958@a.example', from: '<sip:a>', identity: ['x: y'] },
  ],
};

async function told(forecast: ForecastView): Promise<string> {
  const answers = { 'explain.call': async () => ok({ forecast }) };
  const ran = await runOn({ answers }, 'explain', 'call', '--from', '101', '--dial', '02079460958');
  assert.deepEqual(ran.asked[0]?.request, { from: '101', dial: '02079460958' });
  return ran.out;
}

test('every step is told, with what is counted already and the INVITE that would leave', async () => {
  const out = await told(ALLOWED);
  for (const line of [
    'The outbound rule national fits.',
    'Route 1, trunk acme:',
    '  That is +442079460958: GB, national-fixed.',
    '  + It belongs to GB (country-allowed)',
    '  A minute costs 0.02 EUR, and the answer 0.1 EUR (the rate for +44, United Kingdom).',
    'Route 2 blocks the call.',
    '  extension 101: calls-a-minute 3 (told at 5, frozen at 10)',
    '  extension 101: cost-of-day 0.07 EUR (told at 5, frozen at 10)',
    '  INVITE sip:+442079460958@a.example',
    'The call would be made.',
  ]) {
    assert.ok(out.includes(`${line}\n`), line);
  }
  assert.ok(!out.includes('probes'), 'what is not counted is left out');
});

test('a call that would be refused says with what, and a number of the house is no matter of rules', async () => {
  const refused = { ...ALLOWED, verdict: 'deny', status: 403, reason: 'Not there', invites: [] } as const;
  assert.match(await told(refused), /would be refused with 403: Not there\n/);
  const late = { ...refused, officeOpen: false, hoursOf: 'support' };
  assert.match(await told(late), /The office is closed then, by the hours of the group support\.\n/);
  const inside = { ...ALLOWED, inside: true, routes: [], because: [], limits: null };
  assert.match(await told(inside), /It is a number of the house/);
});

test('a number that no rate fits is said to cost nobody knows what', async () => {
  const [route] = ALLOWED.routes;
  assert.ok(route !== undefined);
  const priceless = { ...ALLOWED, routes: [{ ...route, rate: null }] };
  assert.match(await told(priceless), /No rate fits: what it costs is not known, and not counted\.\n/);
  const none = { ...priceless, rates: { known: false, currency: '' } };
  assert.match(await told(none), /What it costs is not known: there are no rates\.\n/);
});

const INBOUND: InboundForecastView = {
  trunkProblem: null,
  officeState: 'holiday',
  rules: [
    { name: 'lines', misfit: 'called' },
    { name: 'sales', misfit: null },
  ],
  rulesBefore: 3,
  destination: { to: 'ring-group', extensions: ['101', '102'], strategy: 'hunt', ringSeconds: 20 },
  stages: [
    { rings: [{ who: '101', phones: 2 }], seconds: 20 },
    { rings: [{ who: '102', phones: 1 }], seconds: 20 },
  ],
  because: [],
  invites: [],
  status: null,
  reason: '',
};

test('the way of a call from outside is told rule by rule, and who would ring', async () => {
  const answers = { 'explain.inbound': async () => ok({ forecast: INBOUND }) };
  const words = ['inbound', 'explain', '--trunk', 'acme', '--to', '+4420', '--from', 'withheld'];
  const ran = await runOn({ answers }, ...words);
  assert.deepEqual(ran.asked[0]?.request, { trunk: 'acme', to: '+4420', from: '' });
  assert.equal(
    ran.out,
    'The office is closed for a holiday then.\n' +
      '3 inbound rules before these do not fit.\n' +
      'Not lines: it is for other called numbers.\n' +
      'The inbound rule sales fits.\n' +
      'It leads to: 101, 102: one after another, 20 s\n' +
      'Would ring: 101 (2 phones), for 20 s\n' +
      'Then would ring: 102 (1 phone), for 20 s\n' +
      'The call would be taken.\n',
  );
  assert.equal((await runOn({ answers }, ...words.slice(0, -1), 'nobody')).code, 2);
});

test('a replay asks piece by piece, adds up, and lists the differences with their gates', async () => {
  const piece: ResponseOf<'policy.replay'> = {
    records: 2_000,
    judged: 900,
    notAsked: 1_000,
    notJudged: { olderVersion: 60, cut: 0, extensionGone: 2 },
    differences: [
      {
        id: 'c0ffee00aa',
        at: NOW,
        by: '101',
        cause: 'dialled',
        dialled: '0033140000000',
        number: '+33140000000',
        was: { verdict: 'allow', rule: 'country-allowed' },
        now: { verdict: 'deny', rule: 'country-not-allowed', text: 'France is not allowed' },
      },
    ],
    next: '5.1',
  };
  const answers = {
    'policy.replay': async ({ after }: RequestOf<'policy.replay'>) =>
      ok(after === undefined ? piece : { ...piece, next: null }),
  };
  const files = { 'stricter.yaml': 'outside:\n  countries: [home]\n' };
  const words = ['policy', 'replay', '--since', '30d', '--with', 'stricter.yaml', '--limit', '1'];
  const set = ['--set', 'outside.highRisk=allowed', '--set', 'hours.week='];
  const ran = await runOn({ answers, files }, ...words, ...set);
  const request = {
    since: NOW - 30 * 86_400_000,
    file: files['stricter.yaml'],
    changes: [
      { name: 'outside.highRisk', value: 'allowed' },
      { name: 'hours.week', value: '' },
    ],
  };
  assert.deepEqual(
    ran.asked.map((each) => each.request),
    [request, { ...request, after: '5.1' }],
  );
  for (const line of [
    '4000 records: 1800 numbers were judged again.',
    '2 that were allowed would be refused; 0 that were refused would be allowed.',
    '1 of these are not listed; see --limit.',
    '120 records could not be judged: an older version did not keep what was dialled.',
  ]) {
    assert.ok(ran.out.includes(`${line}\n`), `${line}\n${ran.out}`);
  }
  assert.match(ran.out, /101 +0033140000000 +allowed \(country-allowed\) +refused \(country-not-allowed\)/);
  assert.equal((await runOn({ answers }, 'policy', 'replay', '--since', '1d', '--set', '=x')).code, 2);
});

test('a test of emergency calls says what is wrong, and fails where nobody would come', async () => {
  const sound: RehearsalView = {
    numbers: ['999'],
    from: '101',
    leaves: true,
    reason: '',
    trunks: [
      { name: 'acme', stand: 'ready', answered: true, text: '' },
      { name: 'spare', stand: 'down', answered: false, text: 'The provider does not answer' },
    ],
    invites: [{ trunk: 'acme', requestUri: 'sip:999@a.example', from: '<sip:a>', identity: [] }],
    location: '',
    called: [{ extension: '100', phones: 0 }],
    channels: [],
    armed: null,
  };
  const ran = async (rehearsal: RehearsalView, ...words: readonly string[]) =>
    runOn({ answers: { 'emergency.test': async () => ok({ rehearsal }) } }, 'emergency', 'test', ...words);
  const first = await ran(sound, '--from', '101', '--call', '+447700900123');
  assert.deepEqual(first.asked[0]?.request, { from: '101', call: '+447700900123' });
  assert.equal(first.code, 0);
  for (const line of [
    'Numbers that are dialled for help: 112, 911, 999',
    '  spare: DOWN, and tried last (The provider does not answer); it has not answered now',
    '  INVITE sip:999@a.example',
    'In the house rings 100: NO PHONE IS REGISTERED',
    'A call for help would leave. Nobody was called.',
  ])
    assert.ok(first.out.includes(`${line}\n`), line);
  const lost = await ran({ ...sound, leaves: false, reason: 'No trunk', trunks: [], invites: [] });
  assert.equal(lost.code, 1);
  assert.match(lost.out, /would NOT leave: No trunk/);
});

test('trunks that would be passed over, or tried behind those that answer, are told with the reason', async () => {
  const [invite] = ALLOWED.invites;
  assert.ok(invite !== undefined);
  const doubt = 'The provider does not answer';
  const out = await told({
    ...ALLOWED,
    invites: [invite, { ...invite, trunk: 'other', doubt }],
    passedOver: ['the trunk third is down: The provider answers 503'],
  });
  assert.match(out, /Passed over: the trunk third is down: The provider answers 503\.\n/);
  assert.match(out, /The trunk other is tried behind those that answer: The provider does not answer\n/);
  assert.doesNotMatch(out, /The trunk acme is tried behind/);
});
