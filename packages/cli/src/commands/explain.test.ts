import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { ForecastView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

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
    '  101: calls-a-minute 3 (told at 5, frozen at 10)',
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
