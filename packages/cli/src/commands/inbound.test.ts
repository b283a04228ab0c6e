import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { InboundDocument, InboundView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const RULE: InboundDocument = {
  trunks: [],
  called: ['2079460123'],
  callers: [],
  open: { to: 'extension', number: '101' },
  closed: { to: 'hang-up' },
  holiday: null,
};
const SALES: InboundView = { name: 'sales', place: 3, rule: RULE, missing: [] };
const answers = {
  'inbound.show': async () => ok({ inbound: SALES }),
  'inbound.save': async () => ok({ inbound: SALES }),
  'inbound.move': async () => ok({ inbound: SALES }),
  'inbound.remove': async () => ok({ name: 'sales' }),
};

async function saved(...args: readonly string[]) {
  const ran = await runOn({ answers }, 'inbound', ...args);
  const request = ran.asked.at(-1)?.request as { readonly rule?: InboundDocument } | undefined;
  return { ...ran, rule: request?.rule };
}

test('a rule is added with where its calls go, and when', async () => {
  const ran = await saved('add', 'sales', '--called', '2079460123', '--to', '101', '--closed-to', 'hang-up');
  assert.equal(ran.out, 'Inbound rule sales was added, at place 3.\n');
  assert.deepEqual(ran.asked, [
    { name: 'inbound.save', request: { name: 'sales', rule: RULE, mustBeNew: true } },
  ]);
});

test('a group hunts or rings at once, each time that it stands in the rule', async () => {
  const { rule } = await saved(
    ...['add', 'desk', '--to', 'group:101,102', '--holiday-to', 'group:103'],
    ...['--strategy', 'hunt', '--ring', '30', '--place', '1'],
  );
  const hunt = { to: 'ring-group', strategy: 'hunt', ringSeconds: 30 };
  assert.deepEqual(rule?.open, { ...hunt, extensions: ['101', '102'] });
  assert.deepEqual(rule?.holiday, { ...hunt, extensions: ['103'] });
});

test('a call outside needs somebody who answers for it', async () => {
  const without = await saved('add', 'away', '--to', 'outside:+447700900123');
  assert.match(without.err, /needs --owner/);
  assert.equal(without.asked.length, 0);
  const { rule } = await saved('add', 'away', '--to', 'outside:+447700900123', '--owner', '101');
  assert.deepEqual(rule?.open, { to: 'outside', number: '+447700900123', owner: '101' });
});

test('what is not named stays, any takes a condition away, and same takes a destination away', async () => {
  const { rule } = await saved('set', 'sales', '--called', 'any', '--caller', 'withheld');
  assert.deepEqual(rule, { ...RULE, called: [], callers: ['withheld'] });
  const same = await saved('set', 'sales', '--closed-to', 'same');
  assert.deepEqual(same.rule, { ...RULE, closed: null });
});

test('what does not exist yet is said so, and what is nothing is refused', async () => {
  for (const to of ['queue:800', 'voicemail:101', 'receptionist:main']) {
    const ran = await saved('add', 'x', '--to', to);
    assert.match(ran.err, /does not exist yet/, to);
    assert.equal(ran.asked.length, 0);
  }
  for (const to of ['same', 'group:', 'group:1', 'outside:x', '1']) {
    assert.match((await saved('add', 'x', '--to', to)).err, /Give an extension/, to);
  }
});

test('rules are shown in their order, and what is missing is pointed out', async () => {
  const away: InboundView = {
    ...SALES,
    rule: { ...RULE, called: [], open: { to: 'outside', number: '+447700900123', owner: '109' } },
    missing: ['109'],
  };
  const list = async () => ok({ rules: [SALES, away], matching: 2 });
  const ran = await runOn({ answers: { 'inbound.list': list } }, 'inbound', 'list');
  assert.match(ran.out, /2079460123.*any.*101/);
  const shown = await runOn(
    { answers: { 'inbound.show': async () => ok({ inbound: away }) } },
    ...['inbound', 'show', 'sales'],
  );
  assert.match(shown.out, /as a call of 109/);
  assert.match(shown.err, /Nobody has 109: the rule does without/);
  assert.match(shown.err, /109 may lead calls outside/);
});

test('a rule is moved and removed', async () => {
  const moved = await saved('move', 'sales', '3');
  assert.deepEqual(moved.asked, [{ name: 'inbound.move', request: { name: 'sales', place: 3 } }]);
  assert.equal(moved.out, 'Inbound rule sales is at place 3 now.\n');
  assert.match((await saved('move', 'sales', '0')).err, /whole number from 1/);
  assert.equal((await saved('remove', 'sales')).out, 'Inbound rule sales was removed.\n');
});
