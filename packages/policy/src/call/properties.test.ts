import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../decision.ts';
import { indexRules } from '../outbound/match-rule.ts';
import { NUMBER_CLASSES } from '../numbering/number-class.ts';
import type { CallPolicy } from './call-policy.ts';
import { decideExternalCall, EXTERNAL_CALL_GATES } from './decide-external-call.ts';
import { explainCall } from './explain-call.ts';
import type { ExternalCallFacts, ResponsibleParty } from './external-call.ts';
import { HIGH_RISK_RANGES } from './high-risk-ranges.ts';
import { dialling } from './testing.ts';

const DIALLED = [
  '79460958',
  '07400123456',
  '09098790123',
  '08001234567',
  '+33142685300',
  '+33612345678',
  '+37120123456',
  '+18765551234',
  '+12125551234',
  '+881612345678',
  '+979123456789',
  '+4412',
  '*67',
];
const PLACES = ['GB', 'FR', 'LV', 'JM', 'US', '+881', '+979'];

const responsible: fc.Arbitrary<ResponsibleParty> = fc.record({
  extension: fc.constant('101'),
  isEnabled: mostly(true),
  isInternalOnly: mostly(false),
  isPinLocked: mostly(false),
  mayForwardOutside: fc.boolean(),
  mayCallOutOfHours: fc.boolean(),
  callerIds: fc.constant(['+442079460101']),
});

const facts: fc.Arbitrary<ExternalCallFacts> = fc
  .record({
    dialled: fc.constantFrom(...DIALLED),
    others: fc.record({
      from: fc.constantFrom('extension', 'extension', 'trunk'),
      cause: fc.constantFrom('dialled', 'forward', 'redirect', 'transfer', 'rule', 'remote'),
      responsible: fc.option(responsible, { nil: undefined, freq: 9 }),
      callerId: fc.constantFrom(undefined, undefined, '+442079460101', '+442079460999'),
      isOfficeOpen: fc.boolean(),
    }),
  })
  .map(({ dialled, others }) => dialling(dialled, others));

/** The countries are a list here, which can be shortened. */
type ListedPolicy = CallPolicy & { readonly allowedCountries: readonly string[] };

const policy: fc.Arbitrary<ListedPolicy> = fc.record({
  homeCountry: fc.constantFrom('GB', 'FR', ''),
  allowedCountries: fc.subarray(PLACES),
  allowedClasses: fc.subarray([...NUMBER_CLASSES]),
  highRiskRanges: fc.constantFrom([], HIGH_RISK_RANGES),
  deniedRanges: fc.constantFrom([], [{ prefix: '+44', why: 'of a test' }]),
  outOfHours: fc.constantFrom('everywhere', 'home', 'nowhere'),
  allowsRemoteCalling: fc.boolean(),
});

function mostly(value: boolean): fc.Arbitrary<boolean> {
  return fc.constantFrom(value, value, value, !value);
}

function isAllowed(what: ExternalCallFacts, by: CallPolicy): boolean {
  return decideExternalCall(what, by).verdict === 'allow';
}

test('the drawn calls are of both kinds: allowed and denied', () => {
  const drawn = fc.sample(fc.tuple(facts, policy), { numRuns: 2_000, seed: 1 });
  const allowed = drawn.filter(([what, by]) => isAllowed(what, by)).length;
  assert.ok(allowed > 20 && allowed < 1_980, `${allowed} of 2000`);
});

test('fewer countries or classes, or more denied ranges, never allow more', () => {
  const stricter = policy.chain((by) =>
    fc.record({
      by: fc.constant(by),
      allowedCountries: fc.subarray(Array.from(by.allowedCountries)),
      allowedClasses: fc.subarray([...by.allowedClasses]),
      deniedRanges: fc.constant([...by.deniedRanges, { prefix: '+33', why: 'of a test' }]),
    }),
  );
  fc.assert(
    fc.property(facts, stricter, (what, { by, ...less }) => {
      assert.ok(isAllowed(what, by) || !isAllowed(what, { ...by, ...less }));
    }),
    { numRuns: 2_000 },
  );
});

test('a disabled extension never calls, nor does anything that no extension answers for', () => {
  fc.assert(
    fc.property(facts, responsible, policy, fc.boolean(), (what, party, by, isNobody) => {
      const disabled = isNobody ? undefined : { ...party, isEnabled: false };
      assert.equal(isAllowed({ ...what, responsible: disabled }, by), false);
    }),
  );
});

test('an emergency call is never refused', () => {
  const caused = fc.constantFrom(
    { cause: 'dialled', from: 'extension' },
    { cause: 'transfer', from: 'extension' },
    { cause: 'transfer', from: 'trunk' },
    { cause: 'redirect', from: 'extension' },
  ) satisfies fc.Arbitrary<Pick<ExternalCallFacts, 'cause' | 'from'>>;
  const written = fc.constantFrom('112', '9112', '+112', '911', '999#', '1 1 2', 'tel:999', '9999;x=y');
  const numbers = { numbers: ['999'], outsidePrefixes: ['9'] };
  fc.assert(
    fc.property(caused, written, responsible, facts, policy, (how, dialled, party, what, calls) => {
      const { callerId, isOfficeOpen } = what;
      const asked = { ...how, dialled, responsible: party, groups: [], callerId, isOfficeOpen };
      const home = { country: '', internationalPrefix: '', nationalPrefix: '', areaCode: '' };
      const explained = explainCall(asked, { home, emergency: numbers, rules: indexRules([]), calls });
      assert.equal(explained.verdict, 'allow');
      assert.match(explained.emergency ?? '', /^(112|911|999)$/);
    }),
  );
  fc.assert(
    fc.property(facts, policy, (what, by) => {
      assert.equal(isAllowed({ ...what, emergency: '112' }, by), true);
    }),
  );
});

test('the order of the gates does not matter', () => {
  const order = fc.shuffledSubarray([...EXTERNAL_CALL_GATES], { minLength: EXTERNAL_CALL_GATES.length });
  fc.assert(
    fc.property(facts, policy, order, (what, by, gates) => {
      const rules = (list: typeof gates) =>
        decide(list, what, by)
          .because.map(({ rule }) => rule)
          .toSorted();
      assert.equal(decide(gates, what, by).verdict, decideExternalCall(what, by).verdict);
      assert.deepEqual(rules(gates), rules([...EXTERNAL_CALL_GATES]));
    }),
  );
});

test('every decision has a reason, and no gate fails', () => {
  fc.assert(
    fc.property(facts, policy, (what, by) => {
      const { verdict, because } = decideExternalCall(what, by);
      assert.equal(because[0].verdict, verdict);
      for (const { rule, text } of because) {
        assert.notEqual(rule, 'rule-failed');
        assert.notEqual(text, '');
      }
    }),
  );
});
