import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexRules, matchRule } from './match-rule.ts';
import type { OutboundRule } from './outbound-rule.ts';
import { ruleInTheWay } from './rule-in-the-way.ts';
import { ANY_RULE } from './test-support.ts';

/** The rule that has all calls of the last one. */
function inTheWay(...rules: readonly Partial<OutboundRule>[]): string | undefined {
  const all = rules.map((rule, at) => ({ ...ANY_RULE, id: String(at), ...rule }));
  return ruleInTheWay(all, all.length - 1)?.id;
}

test('a longer prefix behind a shorter one has no calls, and before it all of its own', () => {
  assert.equal(inTheWay({ prefixes: ['0'] }, { prefixes: ['00'] }), '0');
  assert.equal(inTheWay({ prefixes: ['00'] }, { prefixes: ['0'] }), undefined);
  assert.equal(inTheWay({ prefixes: ['9'] }, {}, { prefixes: ['00'] }), '1');
  assert.equal(inTheWay({ prefixes: ['0'] }, { prefixes: ['00', '1'] }), undefined);
});

test('a rule that is for some lengths or callers alone is in the way of those', () => {
  const lengths = [{ from: 7, to: 15 }];
  assert.equal(inTheWay({ lengths }, { prefixes: ['00'] }), undefined);
  assert.equal(inTheWay({ lengths }, { prefixes: ['00'], lengths: [{ from: 8, to: 9 }] }), '0');
  const extensions = [{ from: 100, to: 199 }];
  assert.equal(inTheWay({ extensions }, { prefixes: ['00'] }), undefined);
  assert.equal(inTheWay({ extensions }, { extensions: [{ from: 101, to: 101 }] }), '0');
  assert.equal(inTheWay({ extensions }, { extensions, groups: ['sales'] }), undefined);
  assert.equal(inTheWay({ groups: ['sales'] }, { groups: ['sales'] }), '0');
});

test('a rule with another in its way never has a call', () => {
  const range = fc.record({ from: fc.integer({ min: 1, max: 4 }), to: fc.integer({ min: 1, max: 4 }) });
  const rule = fc.record({
    prefixes: fc.subarray(['', '0', '00', '01', '1']),
    lengths: fc.array(range, { maxLength: 2 }),
    extensions: fc.array(range, { maxLength: 2 }),
    groups: fc.subarray(['sales', 'office']),
  });
  const caller = fc.record({
    extension: fc.constantFrom('1', '2', '3', '4', '5'),
    groups: fc.subarray(['sales', 'office']),
  });
  const dialled = fc.constantFrom('0', '00', '01', '001', '0123', '1', '12', '11111');
  fc.assert(
    fc.property(fc.array(rule, { minLength: 2, maxLength: 4 }), caller, dialled, (rules, by, number) => {
      const all = rules.map((each, at) => ({ ...ANY_RULE, ...each, id: String(at) }));
      const found = matchRule(indexRules(all), number, by);
      if (found !== undefined) assert.equal(ruleInTheWay(all, Number(found.id)), undefined);
    }),
  );
});
