import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HomeNumbering } from '../numbering/number-class.ts';
import { destinationAt, type InboundDestination, type InboundRule, isInboundMask } from './inbound-rule.ts';
import { explainInbound, indexInbound, matchInbound } from './match-inbound.ts';

const NOWHERE: HomeNumbering = { country: '', internationalPrefix: '', nationalPrefix: '', areaCode: '' };
const LONDON: HomeNumbering = {
  country: 'GB',
  internationalPrefix: '00',
  nationalPrefix: '0',
  areaCode: '20',
};
const ANY: InboundRule = {
  name: 'any',
  trunks: [],
  called: [],
  callers: [],
  open: { to: 'hang-up' },
  closed: undefined,
  holiday: undefined,
};

function match(rules: readonly Partial<InboundRule>[], called: string, caller = '+15550100', home = LONDON) {
  const index = indexInbound(rules.map((rule) => ({ ...ANY, ...rule })));
  return matchInbound(index, { trunk: 'acme', called, caller }, home)?.name;
}

test('the last digits of a number fit it however a provider writes it', () => {
  for (const mask of ['2304024', '*2304024', '8452304024']) {
    for (const called of ['+448452304024', '08452304024', '00448452304024', '448452304024', '8452304024']) {
      assert.equal(match([{ called: [mask] }], called, '', NOWHERE), 'any', `${mask} ${called}`);
    }
  }
  assert.equal(match([{ called: ['2304024'] }], '+448452304025'), undefined);
});

test('a mask in national or E.164 form fits the number in the other form, where the home country is set', () => {
  for (const mask of ['02079460123', '+442079460123', '00442079460123', '2079460123']) {
    for (const called of ['+442079460123', '02079460123', '00442079460123']) {
      const expected = mask.startsWith('00') && !called.startsWith('00') ? undefined : 'any';
      assert.equal(match([{ called: [mask] }], called), expected, `${mask} ${called}`);
    }
  }
});

test('a leading + asks for that number alone, an ending for every number that has it', () => {
  assert.equal(match([{ called: ['+2079460123'] }], '+442079460123'), undefined);
  assert.equal(match([{ called: ['101'] }], '9101'), 'any');
  assert.equal(match([{ called: ['+101'] }], '9101'), undefined);
  assert.equal(match([{ called: ['+101'] }], '101'), 'any');
});

test('who hides his number is fitted by withheld alone, and by rules that ask for no caller', () => {
  const rules = [
    { name: 'numbers', callers: ['0'] },
    { name: 'hidden', callers: ['withheld'] },
    { name: 'rest' },
  ];
  assert.equal(match(rules, '1', ''), 'hidden');
  assert.equal(match(rules, '1', '+15550100'), 'numbers');
  assert.equal(match(rules, '1', '+15550101'), 'rest');
});

test('the first rule in order wins, whether it asks for who calls or for who is called', () => {
  const byCalled = { name: 'called', called: ['123'] };
  const byCaller = { name: 'caller', callers: ['100'] };
  assert.equal(match([byCalled, byCaller], '5123'), 'called');
  assert.equal(match([byCaller, byCalled], '5123'), 'caller');
  assert.equal(match([{ name: 'short', called: ['3'] }, byCalled], '5123'), 'short');
});

test('a rule holds for its trunks, and all that it asks for must hold', () => {
  assert.equal(match([{ trunks: ['other'] }], '1'), undefined);
  assert.equal(match([{ trunks: ['other', 'acme'] }], '1'), 'any');
  assert.equal(match([{ called: ['1'], callers: ['7'] }], '1'), undefined);
});

const digits = fc.string({ unit: fc.constantFrom('0', '1'), minLength: 1, maxLength: 4 });
const mask = fc.tuple(fc.constantFrom('', '*', '+'), digits).map((parts) => parts.join(''));
const number = fc.tuple(fc.constantFrom('', '+'), digits).map((parts) => parts.join(''));
const drawnRule = fc.record({
  trunks: fc.array(fc.constantFrom('acme', 'other'), { maxLength: 1 }),
  called: fc.array(mask, { maxLength: 3 }),
  callers: fc.array(fc.oneof(mask, fc.constant('withheld')), { maxLength: 3 }),
});

/** As a reader of the list would do it. */
function fits(masks: readonly string[], given: string): boolean {
  if (masks.length === 0) return true;
  const bare = given.replace(/^(\+|00)/, '');
  return masks.some((each) => {
    if (each === 'withheld' || given === '') return each === 'withheld' && given === '';
    return each.startsWith('+') ? each.slice(1) === bare : given.endsWith(each.replace('*', ''));
  });
}

test('an explanation tells every rule in order up to the one that has the call, and what the others ask for', () => {
  const caller = fc.oneof(number, fc.constant(''));
  fc.assert(
    fc.property(fc.array(drawnRule, { maxLength: 8 }), number, caller, (drawn, called, from) => {
      const rules = drawn.map((each, i) => ({ ...ANY, ...each, name: `r${i}` }));
      const facts = { trunk: 'acme', called, caller: from };
      const told = explainInbound(indexInbound(rules), facts, NOWHERE);
      const found = matchInbound(indexInbound(rules), facts, NOWHERE);
      assert.equal(told.find(({ misfit }) => misfit === undefined)?.rule.name, found?.name);
      const names = rules.map(({ name }) => name);
      const end = found === undefined ? names.length : names.indexOf(found.name) + 1;
      assert.deepEqual(
        told.map(({ rule }) => rule.name),
        names.slice(0, end),
      );
      for (const { rule, misfit } of told) {
        if (misfit === 'called') assert.ok(!fits(rule.called, called));
        if (misfit === 'caller') assert.ok(fits(rule.called, called) && !fits(rule.callers, from));
      }
    }),
  );
});

test('the index finds the rule that reading all of them in order finds', () => {
  const caller = fc.oneof(number, fc.constant(''));
  fc.assert(
    fc.property(fc.array(drawnRule, { maxLength: 12 }), number, caller, (drawn, called, from) => {
      const rules = drawn.map((conditions, place) => ({ ...ANY, ...conditions, name: String(place) }));
      const expected = rules.find(
        ({ trunks, called: calledMasks, callers }) =>
          (trunks.length === 0 || trunks.includes('acme')) &&
          fits(calledMasks, called) &&
          fits(callers, from),
      );
      const index = indexInbound(rules);
      assert.equal(
        matchInbound(index, { trunk: 'acme', called, caller: from }, NOWHERE)?.name,
        expected?.name,
      );
    }),
    { numRuns: 1_000 },
  );
});

test('of 10,000 numbers each is found, by as many look-ups as it has digits', () => {
  const rules = Array.from({ length: 10_000 }, (_, at) => {
    const name = String(at).padStart(4, '0');
    return { ...ANY, name, called: [`794${name}`] };
  });
  const index = indexInbound(rules);
  let asked = 0;
  const byCalled = new Map(index.byCalled);
  byCalled.get = (key) => {
    asked += 1;
    return index.byCalled.get(key);
  };
  const counting = { ...index, byCalled };
  for (const { name } of rules) {
    const facts = { trunk: 'acme', called: `+4420794${name}`, caller: '' };
    assert.equal(matchInbound(counting, facts, NOWHERE)?.name, name);
  }
  assert.ok(asked <= 13 * rules.length, `${asked} look-ups`);
});

test('never throws, whatever a provider writes', () => {
  const index = indexInbound([{ ...ANY, called: ['1'], callers: ['2'] }]);
  fc.assert(
    fc.property(fc.string({ maxLength: 32 }), fc.string({ maxLength: 32 }), (called, caller) => {
      const found = matchInbound(index, { trunk: 'acme', called, caller }, LONDON);
      assert.ok(found === undefined || found.name === 'any');
    }),
  );
});

test('closed is as open, and a holiday as closed, unless it is said otherwise', () => {
  const to = (number: string): InboundDestination => ({ to: 'extension', number });
  const all = { ...ANY, open: to('1'), closed: to('2'), holiday: to('3') };
  const states = ['open', 'forced-open', 'break', 'closed', 'forced-closed', 'holiday'] as const;
  const go = (rule: InboundRule) => states.map((state) => destinationAt(rule, state));
  assert.deepEqual(go(all), [to('1'), to('1'), to('2'), to('2'), to('2'), to('3')]);
  assert.deepEqual(go({ ...all, holiday: undefined }).at(-1), to('2'));
  assert.deepEqual(
    go({ ...all, closed: undefined, holiday: undefined }),
    states.map(() => to('1')),
  );
});

test('a mask is 1 to 20 digits, after a * or a + if there is one', () => {
  for (const text of ['1', '*1', '+442079460123']) assert.ok(isInboundMask(text), text);
  for (const text of ['', '*', '+', '1*', '*+1', 'a', ' 1', '1'.repeat(21)]) {
    assert.ok(!isInboundMask(text), text);
  }
});
