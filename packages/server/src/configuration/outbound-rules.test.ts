import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOutboundRuleDocument, newTrunkDocument, type OutboundRuleDocument } from '@ringwall/contract';
import type { TrunkName } from '@ringwall/pbx';
import { explainCall } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { defaultSettings } from '@ringwall/contract';
import { buildDialling, emergencyInTheWay } from './build-dialling.ts';
import { buildOutboundRules, OutboundAdministration } from './outbound-rules.ts';

const ROUTE = { trunk: 'acme', strip: 0, prepend: '', append: '', callerId: '' };
const RULE: OutboundRuleDocument = { ...newOutboundRuleDocument(), prefixes: ['0'], routes: [ROUTE] };
const { values } = defaultSettings();
const TRUNKS = new Map([['acme' as TrunkName, undefined]]);
const LONDON = { ...values, numbering: { ...values.numbering, country: 'GB' } };

async function office() {
  const store = new MemoryStore();
  const trunk = {
    kind: 'trunk' as const,
    name: 'acme',
    json: JSON.stringify(newTrunkDocument('a.example', 'address')),
  };
  await store.changeItems([{ do: 'save-item', ...trunk, sealed: undefined }]);
  const state = { changes: 0 };
  const outbound = new OutboundAdministration({ store, onChanged: () => void state.changes++ });
  return { store, outbound, state };
}

async function refusal(asked: Promise<{ readonly ok: boolean; readonly error?: { readonly code: string } }>) {
  const answer = await asked;
  return answer.ok ? '' : (answer.error?.code ?? '');
}

test('a rule that was saved decides calls, in the order of its place', async () => {
  const { store, outbound } = await office();
  const block = { ...RULE, prefixes: ['09'], routes: [{ ...ROUTE, trunk: null }] };
  assert.ok((await outbound.save('national', RULE, true)).ok);
  assert.ok((await outbound.save('no-premium', block, true, 1)).ok);
  const listed = await outbound.list();
  assert.deepEqual(listed.ok && listed.value.map(({ name }) => name), ['no-premium', 'national']);
  const { rules, warnings } = buildOutboundRules(await store.items());
  assert.deepEqual(warnings, []);
  const { policy } = buildDialling(LONDON, rules, TRUNKS).dialling;
  const verdict = (dialled: string): string => {
    const responsible = {
      extension: '101',
      isEnabled: true,
      isInternalOnly: false,
      isPinLocked: false,
      mayForwardOutside: false,
      mayCallOutOfHours: false,
      callerIds: [],
    };
    const facts = {
      cause: 'dialled',
      from: 'extension',
      groups: [],
      callerId: undefined,
      isOfficeOpen: true,
    } as const;
    return explainCall({ ...facts, dialled, responsible }, policy).because[0].rule;
  };
  assert.equal(verdict('02079460958'), 'country-allowed');
  assert.equal(verdict('09098790123'), 'blocked-by-rule');
  assert.equal(verdict('0033142685300'), 'country-not-allowed');
  assert.equal(verdict('999'), 'emergency');
});

test('mistakes are refused by a code and change nothing', async () => {
  const { outbound, state } = await office();
  assert.equal(await refusal(outbound.save('r', { ...RULE, routes: [] }, true)), 'OUTBOUND_ROUTES');
  assert.equal(
    await refusal(outbound.save('r', { ...RULE, routes: [{ ...ROUTE, trunk: 'none' }] }, true)),
    'TRUNK_UNKNOWN',
  );
  assert.equal(await refusal(outbound.save('r', RULE, false)), 'OUTBOUND_UNKNOWN');
  assert.equal(await refusal(outbound.remove('r')), 'OUTBOUND_UNKNOWN');
  assert.equal(state.changes, 0);
  assert.ok((await outbound.save('r', RULE, true)).ok);
  assert.equal(await refusal(outbound.save('r', RULE, true)), 'OUTBOUND_EXISTS');
  assert.ok((await outbound.remove('r')).ok);
});

test('a rule that cannot be read is left out, and a warning names it', async () => {
  const { store } = await office();
  const item = { kind: 'outbound-rule' as const, name: 'broken', json: '{"routes":', sealed: undefined };
  await store.changeItems([{ do: 'save-item', ...item }]);
  const { rules, warnings } = buildOutboundRules(await store.items());
  assert.deepEqual(rules, []);
  assert.match(warnings[0]?.text ?? '', /rule broken is stored in a way that cannot be read/);
});

test('a rule that cannot be read is put right by adding it again', async () => {
  const { store, outbound } = await office();
  const item = { kind: 'outbound-rule' as const, name: 'broken', json: '{"routes":', sealed: undefined };
  await store.changeItems([{ do: 'save-item', ...item }]);
  assert.ok((await outbound.save('broken', RULE, true)).ok);
  const { rules, warnings } = buildOutboundRules(await store.items());
  assert.deepEqual([rules.map(({ id }) => id), warnings], [['broken'], []]);
  assert.ok((await outbound.remove('broken')).ok);
});

test('rules without a country are pointed out: nothing leaves', () => {
  const rule = {
    id: 'r',
    prefixes: [],
    lengths: [],
    extensions: [],
    groups: [],
    routes: [],
    goesOnAfter: [],
  };
  assert.match(buildDialling(values, [rule], TRUNKS).warnings[0]?.text ?? '', /no country is set/);
  assert.deepEqual(buildDialling(LONDON, [rule], TRUNKS).warnings, []);
  assert.deepEqual(buildDialling(values, [], TRUNKS).warnings, []);
});

test('the office is never closed unless hours, holidays or an administrator say so', () => {
  const hoursOf = (changes: object) =>
    buildDialling({ ...LONDON, hours: { ...LONDON.hours, ...changes } }, [], TRUNKS).dialling.hours;
  assert.equal(hoursOf({}), undefined);
  assert.equal(hoursOf({ forced: 'closed' })?.forced, 'closed');
  assert.equal(hoursOf({ holidays: ['12-25'] })?.weekdays.length, 7);
  assert.deepEqual(hoursOf({ week: ['mon 09:00-17:00'] })?.weekdays[1], [{ from: 540, to: 1_020 }]);
});

test('what is dialled for help is known by the country, and behind an outside prefix', () => {
  const numbering = { ...LONDON.numbering, outsidePrefixes: ['9'], emergencyNumbers: ['5555'] };
  for (const number of ['112', '911', '999', '9999', '5555', '95555', '110'])
    assert.ok(emergencyInTheWay({ numbering }, number) !== undefined, number);
  for (const number of ['101', '99']) assert.equal(emergencyInTheWay({ numbering }, number), undefined);
});

test('a mistyped trunk does not keep a call for help in the house: the others lead there, or all of them', () => {
  const built = (...emergencyTrunks: readonly string[]) =>
    buildDialling({ ...LONDON, outside: { ...LONDON.outside, emergencyTrunks } }, [], TRUNKS);
  assert.deepEqual(built('acmee', 'acme').dialling.emergencyTrunks, ['acme']);
  assert.deepEqual(built('acmee').dialling.emergencyTrunks, [], 'which stands for every trunk');
  assert.match(built('acmee').warnings[0]?.text ?? '', /names what is no trunk: acmee/);
  assert.deepEqual(built('acme').warnings, []);
});

test('a rule is moved before, after, and to a place, as a list would have it', async () => {
  const { outbound, state } = await office();
  for (const name of ['a', 'b', 'c']) await outbound.save(name, RULE, true); // eslint-disable-line no-await-in-loop
  const order = async () => {
    const all = await outbound.list();
    return all.ok ? all.value.map(({ name, place }) => `${name}${place}`).join(' ') : all.error.code;
  };
  assert.equal(await order(), 'a1 b2 c3');
  for (const [wanted, expected] of [
    [{ name: 'c', before: 'a' }, 'c1 a2 b3'],
    [{ name: 'c', after: 'a' }, 'a1 c2 b3'],
    [{ name: 'a', place: 1_000_000 }, 'c1 b2 a3'],
    [{ name: 'a', after: 'a' }, 'OUTBOUND_UNKNOWN'],
    [{ name: 'a', before: 'x' }, 'OUTBOUND_UNKNOWN'],
    [{ name: 'x', before: 'a' }, 'OUTBOUND_UNKNOWN'],
    [{ name: 'a' }, 'c1 b2 a3'],
    [{ name: 'b', place: 1 }, 'b1 c2 a3'],
  ] as const) {
    const { changes } = state;
    const refused = await refusal(outbound.move(wanted)); // eslint-disable-line no-await-in-loop
    if (refused !== '') assert.equal(state.changes, changes, 'and nothing was written');
    assert.equal(refused === '' ? await order() : refused, expected, JSON.stringify(wanted)); // eslint-disable-line no-await-in-loop
  }
});

test('rules that hold their place themselves, as they once were stored, are read and can be moved', async () => {
  const { store, outbound } = await office();
  for (const [name, place] of [
    ['later', 20],
    ['b', 10],
    ['a', 10],
  ] as const) {
    const json = JSON.stringify({ place, ...RULE });
    const item = { kind: 'outbound-rule' as const, name, json, sealed: undefined };
    await store.changeItems([{ do: 'save-item', ...item }]); // eslint-disable-line no-await-in-loop
  }
  const order = async () => buildOutboundRules(await store.items()).rules.map(({ id }) => id);
  assert.deepEqual(await order(), ['a', 'b', 'later']);
  assert.ok((await outbound.move({ name: 'later', before: 'b' })).ok);
  assert.deepEqual(await order(), ['a', 'later', 'b']);
  assert.deepEqual(buildOutboundRules(await store.items()).warnings, []);
});
