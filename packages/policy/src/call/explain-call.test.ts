import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONDON } from '../numbering/testing.ts';
import { indexRules } from '../outbound/match-rule.ts';
import type { OutboundRoute, OutboundRule, TrunkRoute } from '../outbound/outbound-rule.ts';
import { DEFAULT_CALL_POLICY } from './call-policy.ts';
import { type CallQuestion, type DiallingPolicy, explainCall } from './explain-call.ts';
import { PARTY } from './testing.ts';

const ROUTE: TrunkRoute = {
  to: 'trunk',
  trunkId: 'a',
  stripDigits: 1,
  prepend: '',
  append: '',
  callerId: undefined,
};

function withRoutes(...routes: OutboundRoute[]): DiallingPolicy {
  const rule: OutboundRule = {
    id: 'out',
    prefixes: ['9'],
    lengths: [],
    extensions: [],
    groups: [],
    routes,
    goesOnAfter: [],
  };
  return {
    home: LONDON,
    emergency: { numbers: ['999'], outsidePrefixes: ['9'] },
    rules: indexRules([rule]),
    calls: DEFAULT_CALL_POLICY,
  };
}

function asked(dialled: string, others: Partial<CallQuestion> = {}): CallQuestion {
  return {
    dialled,
    groups: [],
    from: 'extension',
    cause: 'dialled',
    responsible: PARTY,
    callerId: undefined,
    isOfficeOpen: true,
    ...others,
  };
}

/** Each step in one line, then the verdict and its first reason. */
function told(question: CallQuestion, policy: DiallingPolicy): string[] {
  const { steps, verdict, because } = explainCall(question, policy);
  const lines = steps.map((step) => {
    if (step.step === 'emergency') return `emergency ${step.number ?? 'no'}`;
    if (step.step === 'rule') return `rule ${step.ruleId ?? 'none'}`;
    if (step.step === 'block') return `${step.place} block`;
    if (step.step === 'route') return `${step.place} trunk ${step.trunkId} ${step.rewritten ?? 'nothing'}`;
    if (step.step === 'gates') return `${step.place} ${step.decision.verdict}`;
    if (!step.read.ok) return `${step.place} ${step.read.error}`;
    const { number, country, numberClass } = step.read.value;
    return `${step.place} ${number} ${country ?? '-'} ${numberClass}`;
  });
  return [...lines, `${verdict} ${because[0].rule}`];
}

test('a call is explained from the dialled string to the verdict', () => {
  assert.deepEqual(told(asked('902079460958'), withRoutes(ROUTE)), [
    'emergency no',
    'rule out',
    '1 trunk a 02079460958',
    '1 +442079460958 GB national-fixed',
    '1 allow',
    'allow country-allowed',
  ]);
});

test('it is the number after the rewriting that is judged, for each route by itself', () => {
  const abroad = { ...ROUTE, trunkId: 'b', prepend: '0033' };
  assert.deepEqual(told(asked('9142685300'), withRoutes(abroad, { ...ROUTE, prepend: '+44' })), [
    'emergency no',
    'rule out',
    '1 trunk b 0033142685300',
    '1 +33142685300 FR international',
    '1 deny',
    '2 trunk a +44142685300',
    '2 +44142685300 - unknown',
    '2 deny',
    'deny country-not-allowed',
  ]);
});

test('a later route may be allowed where the first is not', () => {
  const abroad = { ...ROUTE, prepend: '+33' };
  assert.equal(told(asked('979460958'), withRoutes(abroad, ROUTE)).at(-1), 'allow country-allowed');
});

test('a block ends the call, and what stands behind it is not reached', () => {
  assert.deepEqual(told(asked('902079460958'), withRoutes({ to: 'block' }, ROUTE)), [
    'emergency no',
    'rule out',
    '1 block',
    'deny blocked-by-rule',
  ]);
});

test('without a rule, without a route, or with nothing left of the number, nothing leaves', () => {
  assert.deepEqual(told(asked('02079460958'), withRoutes(ROUTE)).slice(1), [
    'rule none',
    'deny no-outbound-rule',
  ]);
  assert.deepEqual(told(asked('902079460958'), withRoutes()).slice(1), ['rule out', 'deny no-route']);
  assert.deepEqual(told(asked('9'), withRoutes(ROUTE)).slice(2), [
    '1 trunk a nothing',
    '1 empty',
    '1 deny',
    'deny number-unreadable',
  ]);
});

test('an emergency call needs no rule, and is allowed whoever dials it and however', () => {
  const disabled = { responsible: { ...PARTY, isEnabled: false, isPinLocked: true }, isOfficeOpen: false };
  for (const dialled of ['112', '999', '9999', '9112', '1 1 2', 'tel:112', '１１２']) {
    const lines = told(asked(dialled, disabled), withRoutes());
    assert.equal(lines.length, 2, dialled);
    assert.equal(lines.at(-1), 'allow emergency', dialled);
  }
});

test('whom an extension transfers, and who of the house is forwarded, calls for help; nobody from outside by himself', () => {
  for (const [cause, from, isForHelp] of [
    ['transfer', 'extension', true],
    ['transfer', 'trunk', true],
    ['forward', 'extension', true],
    ['redirect', 'extension', true],
    ['forward', 'trunk', false],
    ['redirect', 'trunk', false],
    ['dialled', 'trunk', false],
    ['rule', 'trunk', false],
    ['remote', 'trunk', false],
    ['remote', 'extension', false],
  ] as const) {
    const last = told(asked('112', { cause, from }), withRoutes(ROUTE)).at(-1);
    assert.equal(last, isForHelp ? 'allow emergency' : 'deny no-outbound-rule', `${cause} ${from}`);
    const nobody = told(asked('112', { cause, from, responsible: undefined }), withRoutes(ROUTE)).at(-1);
    assert.equal(nobody, 'deny no-outbound-rule', `a provider may have caused it: ${cause} ${from}`);
  }
});

test("a route's own caller ID replaces what the extension asked for", () => {
  const question = asked('979460958', { callerId: '+442079460999' });
  assert.equal(told(question, withRoutes(ROUTE)).at(-1), 'deny caller-id-not-allowed');
  const own = { ...ROUTE, callerId: '+442079460100' };
  assert.equal(told(question, withRoutes(own)).at(-1), 'allow country-allowed');
});

test('rules see the plain digits: no spelling slips past a prefix', () => {
  const blocked = withRoutes({ to: 'block' });
  for (const dialled of ['902079460958', '9 020 7946 0958', '%3902079460958', '９02079460958']) {
    assert.equal(told(asked(dialled), blocked).at(-1), 'deny blocked-by-rule', dialled);
  }
});

test('the ways are the allowed routes, with the number that was judged', () => {
  const abroad = { ...ROUTE, trunkId: 'b', prepend: '+33' };
  const { ways } = explainCall(asked('979460958'), withRoutes(abroad, ROUTE));
  assert.deepEqual(
    ways.map(({ route, destination }) => [route.trunkId, destination.number]),
    [['a', '+442079460958']],
  );
});
