import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InboundDocument } from '@ringwall/contract';
import type { StoredExtension } from '@ringwall/pbx';
import { matchInbound } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import fc from 'fast-check';
import { buildInbound } from './build-inbound.ts';
import { InboundAdministration } from './inbound-administration.ts';

const HOME = { country: '', internationalPrefix: '', nationalPrefix: '', areaCode: '' };
const RULE: InboundDocument = {
  trunks: [],
  called: ['123'],
  callers: [],
  open: { to: 'extension', number: '101' },
  closed: null,
  holiday: null,
};
const GROUP = { to: 'ring-group', extensions: ['101', '102'], strategy: 'all', ringSeconds: 20 } as const;

function office(numbers: readonly string[] = ['101', '102']) {
  const memory = new MemoryStore();
  const exist = new Set(numbers);
  /** Extensions that were read. */
  const read: string[] = [];
  const store = {
    items: () => memory.items(),
    changeItems: (changes: Parameters<MemoryStore['changeItems']>[0]) => memory.changeItems(changes),
    extensions: async (numbers: readonly string[] = ['all']) => {
      read.push(...numbers);
      return [...exist]
        .filter((each) => numbers.includes(each))
        .map((number) => ({ number }) as StoredExtension);
    },
  };
  const state = { changes: 0 };
  const inbound = new InboundAdministration({ store, onChanged: () => void state.changes++ });
  const built = async () => buildInbound(await memory.items(), exist);
  const order = async () => {
    const all = await inbound.list();
    return all.ok ? all.value.map(({ name }) => name).join('') : all.error.code;
  };
  const add = (name: string, rule = RULE, place?: number) => inbound.save(name, rule, true, place);
  return { memory, exist, read, inbound, state, built, order, add };
}

async function refusal(asked: Promise<{ readonly ok: boolean; readonly error?: { readonly code: string } }>) {
  const answer = await asked;
  return answer.ok ? '' : (answer.error?.code ?? '');
}

test('a rule that is added comes last, or where it is wanted, and comes back as calls are led by it', async () => {
  const { add, order, built, state } = office();
  await add('a');
  await add('b', { ...RULE, called: ['23'] });
  await add('c', { ...RULE, called: [] }, 1);
  assert.equal(await order(), 'cab');
  assert.equal(state.changes, 3);
  const { index, warnings } = await built();
  assert.equal(matchInbound(index, { trunk: 't', called: '0123', caller: '' }, HOME)?.name, 'c');
  assert.deepEqual(warnings, []);
});

test('rules moved again and again stand as a list would have them', async () => {
  const moves = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 6 })), {
    maxLength: 80,
  });
  await fc.assert(
    fc.asyncProperty(moves, async (all) => {
      const { add, inbound, order } = office();
      const expected = ['a', 'b', 'c', 'd'];
      for (const name of expected) await add(name); // eslint-disable-line no-await-in-loop
      for (const [name, place] of all) {
        expected.splice(expected.indexOf(name), 1);
        expected.splice(place - 1, 0, name);
        const moved = await inbound.move({ name, place }); // eslint-disable-line no-await-in-loop
        assert.equal(moved.ok ? moved.value.place : 0, Math.min(place, 4));
      }
      assert.equal(await order(), expected.join(''));
    }),
    { numRuns: 30 },
  );
});

test('a place between two that leaves no number between them moves all of them apart', async () => {
  const { add, inbound, order } = office();
  for (const name of ['a', 'b', 'c']) await add(name); // eslint-disable-line no-await-in-loop
  for (let times = 0; times < 1_200; times++) {
    const moved = await inbound.move({ name: times % 2 === 0 ? 'b' : 'a', place: 1 }); // eslint-disable-line no-await-in-loop
    assert.ok(moved.ok);
  }
  assert.equal(await order(), 'abc');
});

test('a change keeps the place', async () => {
  const { add, inbound, order } = office();
  for (const name of ['a', 'b']) await add(name); // eslint-disable-line no-await-in-loop
  const saved = await inbound.save('a', { ...RULE, called: ['9'] }, false, undefined);
  assert.deepEqual(saved.ok ? [saved.value.place, saved.value.rule.called] : [], [1, ['9']]);
  assert.equal(await order(), 'ab');
});

test('mistakes are refused by a code and change nothing', async () => {
  const { add, inbound, state } = office();
  const nobody = { ...RULE, closed: { to: 'extension', number: '109' } } as const;
  assert.equal(await refusal(add('a', nobody)), 'INBOUND_NOBODY');
  const away = { ...RULE, open: { to: 'outside', number: '0', owner: '109' } } as const;
  assert.equal(await refusal(add('a', away)), 'INBOUND_NOBODY');
  assert.equal(await refusal(add('a', { ...RULE, trunks: ['acme'] })), 'INBOUND_TRUNK');
  assert.equal(await refusal(inbound.save('a', RULE, false, undefined)), 'INBOUND_UNKNOWN');
  assert.equal(await refusal(inbound.move({ name: 'a', place: 1 })), 'INBOUND_UNKNOWN');
  assert.equal(await refusal(inbound.remove('a')), 'INBOUND_UNKNOWN');
  assert.equal(state.changes, 0);
  await add('a');
  assert.equal(await refusal(add('a')), 'INBOUND_EXISTS');
});

test('an extension that is removed is left out of its rules, which are named in a warning', async () => {
  const { add, exist, inbound, built } = office();
  await add('group', { ...RULE, open: GROUP, closed: { to: 'extension', number: '102' } });
  await add('alone', { ...RULE, open: { to: 'extension', number: '102' } });
  await add('whole');
  exist.delete('102');
  const { index, warnings } = await built();
  const rule = matchInbound(index, { trunk: 't', called: '123', caller: '' }, HOME);
  assert.deepEqual(rule?.open, { ...GROUP, extensions: ['101'] });
  assert.equal(rule?.closed, undefined);
  assert.equal(index.size, 2, 'the rule with nobody left is out');
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['INBOUND_WITHOUT'],
  );
  assert.match(warnings[0]?.text ?? '', /group, alone\./);
  const shown = await inbound.show('group');
  assert.deepEqual(shown.ok ? shown.value.missing : [], ['102']);
});

test('what cannot be read is left out and named, and can be removed', async () => {
  const { memory, add, inbound, built, order } = office();
  await add('a');
  for (const [name, json] of [
    ['x', '{'],
    ['y', '{"place":1,"rule":{"open":{"to":"queue"}}}'],
    ['z', 'null'],
  ] as const) {
    const item = { kind: 'inbound-rule' as const, name, json, sealed: undefined };
    await memory.changeItems([{ do: 'save-item', ...item }]); // eslint-disable-line no-await-in-loop
  }
  const { index, warnings } = await built();
  assert.equal(index.size, 1);
  assert.match(warnings[0]?.text ?? '', /left out: x, y, z\./);
  assert.ok((await inbound.remove('x')).ok);
  assert.equal(await order(), 'a');
});

test('a command about a rule reads those extensions alone that it names', async () => {
  const { add, inbound, read } = office(['101', '102', '103']);
  const asked = async (command: Promise<unknown>): Promise<string[]> => {
    read.length = 0;
    await command;
    return [...new Set(read)].toSorted();
  };
  assert.deepEqual(await asked(add('a')), ['101']);
  assert.deepEqual(await asked(add('b', { ...RULE, closed: GROUP, holiday: { to: 'hang-up' } })), [
    '101',
    '102',
  ]);
  assert.deepEqual(await asked(inbound.move({ name: 'b', before: 'a' })), ['101', '102']);
  assert.deepEqual(await asked(inbound.show('a')), ['101']);
  assert.deepEqual(await asked(add('c', { ...RULE, open: { to: 'hang-up' } })), []);
});
