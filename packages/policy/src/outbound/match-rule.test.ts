import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexRules, matchRule } from './match-rule.ts';
import { goesOn, rewrite, ROUTE_FAILURES, type TrunkRoute } from './outbound-rule.ts';
import { ANY_RULE } from './test-support.ts';

const CALLER = { extension: '101', groups: ['sales'] };
const ROUTE: TrunkRoute = {
  to: 'trunk',
  trunkId: 'a',
  stripDigits: 1,
  prepend: '+44',
  append: '#',
  callerId: undefined,
};

test('the first rule in order wins, though a later one has the longer prefix', () => {
  const rules = [
    { ...ANY_RULE, id: 'first', prefixes: ['0'] },
    { ...ANY_RULE, id: 'second', prefixes: ['0044'] },
  ];
  assert.equal(matchRule(indexRules(rules), '0044123', CALLER)?.id, 'first');
});

test('no rule, no match', () => {
  assert.equal(matchRule(indexRules([{ ...ANY_RULE, prefixes: ['9'] }]), '0044', CALLER), undefined);
});

test('extension or group is enough, and neither is a refusal', () => {
  const index = indexRules([{ ...ANY_RULE, extensions: [{ from: 200, to: 299 }], groups: ['sales'] }]);
  assert.equal(matchRule(index, '1', CALLER)?.id, 'any');
  assert.equal(matchRule(index, '1', { extension: '250', groups: [] })?.id, 'any');
  assert.equal(matchRule(index, '1', { extension: '300', groups: [] }), undefined);
});

test('the index finds the rule that reading all of them in order finds', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1'), maxLength: 4 });
  const rule = fc.record({
    prefixes: fc.array(digits, { maxLength: 3 }),
    lengths: fc.array(fc.record({ from: fc.nat(4), to: fc.nat(4) }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 12 }), digits, (drawn, dialled) => {
      const rules = drawn.map((conditions, place) => ({ ...ANY_RULE, ...conditions, id: String(place) }));
      const expected = rules.find(
        ({ prefixes, lengths }) =>
          (prefixes.length === 0 || prefixes.some((prefix) => dialled.startsWith(prefix))) &&
          (lengths.length === 0 ||
            lengths.some(({ from, to }) => from <= dialled.length && dialled.length <= to)),
      );
      assert.equal(matchRule(indexRules(rules), dialled, CALLER)?.id, expected?.id);
    }),
  );
});

test('a route strips, then prepends and appends, and never sends an empty number', () => {
  assert.equal(rewrite('0207', ROUTE), '+44207#');
  assert.equal(rewrite('0', ROUTE), undefined);
});

test('the next route is tried after the failures that were set, and never when somebody is busy or declines', () => {
  assert.equal(goesOn(503, ['5xx']), true);
  assert.equal(goesOn(404, ['5xx']), false);
  assert.equal(goesOn(504, ['5xx']), false);
  assert.equal(goesOn(504, ['no-answer']), true);
  for (const status of [486, 487, 600, 603]) assert.equal(goesOn(status, ROUTE_FAILURES), false);
});
