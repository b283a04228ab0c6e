import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RingGroupDocument } from '@ringwall/contract';
import { MOST_GROUPS_IN_A_ROW, type StoredExtension } from '@ringwall/pbx';
import { MemoryStore } from '@ringwall/store';
import fc from 'fast-check';
import { buildInbound } from './build-inbound.ts';
import { buildRingGroups } from './build-ring-groups.ts';
import { InboundAdministration } from './inbound-administration.ts';
import { RingGroupAdministration } from './ring-group-administration.ts';

const GROUP: RingGroupDocument = {
  name: '',
  members: ['101', '102'],
  strategy: 'all',
  ringSeconds: 20,
  next: null,
};

function office(numbers: readonly string[] = ['101', '102', '103']) {
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
  const parts = { store, onChanged: () => void state.changes++ };
  const groups = new RingGroupAdministration({
    ...parts,
    isForHelp: (number) => number === '4444',
    codeSetting: () => undefined,
  });
  const inbound = new InboundAdministration(parts);
  const add = (number: string, changes: Partial<RingGroupDocument> = {}) =>
    groups.save(number, { ...GROUP, ...changes }, true);
  const set = (number: string, changes: Partial<RingGroupDocument>) =>
    groups.save(number, { ...GROUP, ...changes }, false);
  const built = async () => buildRingGroups(await memory.items(), exist);
  return { memory, exist, read, groups, inbound, state, add, set, built };
}

async function refusal(asked: Promise<{ readonly ok: boolean; readonly error?: { readonly code: string } }>) {
  const answer = await asked;
  return answer.ok ? '' : (answer.error?.code ?? '');
}

test('a group that is added is in what calls are made by, named by its number, with each member once', async () => {
  const { add, built, state } = office();
  assert.equal(await refusal(add('600', { members: ['102', '101', '102'], next: '103' })), '');
  assert.equal(state.changes, 1);
  const { groups, warnings } = await built();
  assert.deepEqual(groups.get('600'), {
    number: '600',
    name: '600',
    members: ['102', '101'],
    strategy: 'all',
    ringSeconds: 20,
    next: '103',
  });
  assert.deepEqual(warnings, []);
});

test('mistakes are refused by a code and change nothing', async () => {
  const { add, set, groups, state } = office();
  assert.equal(await refusal(add('101')), 'RING_GROUP_TAKEN');
  for (const number of ['112', '4444', '999'])
    assert.equal(await refusal(add(number)), 'RING_GROUP_FOR_HELP', number); // eslint-disable-line no-await-in-loop
  assert.equal(await refusal(add('600', { members: ['109'] })), 'RING_GROUP_NOBODY');
  assert.equal(await refusal(add('600', { next: '109' })), 'RING_GROUP_NOBODY');
  assert.equal(await refusal(add('600', { next: '600' })), 'RING_GROUP_LOOP');
  assert.equal(await refusal(add('600', { members: ['600'] })), 'RING_GROUP_MEMBER');
  assert.equal(await refusal(set('600', {})), 'RING_GROUP_UNKNOWN');
  assert.equal(await refusal(groups.remove('600')), 'RING_GROUP_UNKNOWN');
  assert.equal(state.changes, 0);
  assert.equal(await refusal(add('600')), '');
  assert.equal(await refusal(add('600')), 'RING_GROUP_EXISTS');
  assert.equal(await refusal(add('601', { members: ['101', '600'] })), 'RING_GROUP_MEMBER');
});

test('groups that would follow each other in a circle, or too many of them, are refused wherever the last link is made', async () => {
  const { add, set } = office();
  assert.equal(await refusal(add('600')), '');
  assert.equal(await refusal(add('601', { next: '600' })), '');
  assert.equal(await refusal(add('602', { next: '601' })), '');
  assert.equal(await refusal(set('600', { next: '602' })), 'RING_GROUP_LOOP');
  assert.equal(await refusal(add('603', { next: '602' })), '');
  assert.equal(await refusal(add('604', { next: '603' })), '');
  assert.equal(await refusal(add('605', { next: '604' })), 'RING_GROUP_CHAIN', 'at the front');
  assert.equal(await refusal(add('599')), '');
  assert.equal(await refusal(set('600', { next: '599' })), 'RING_GROUP_CHAIN', 'at the end');
});

test('whatever is saved, no way through the groups is longer than allowed or comes back', async () => {
  const numbers = ['600', '601', '602', '603', '604', '605', '606'];
  const wish = fc.record({
    number: fc.constantFrom(...numbers),
    next: fc.option(fc.constantFrom(...numbers, '103')),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { maxLength: 40 }), async (wishes) => {
      const { groups, built } = office();
      for (const { number, next } of wishes) {
        const mustBeNew = !(await groups.has(number)); // eslint-disable-line no-await-in-loop
        await groups.save(number, { ...GROUP, next }, mustBeNew); // eslint-disable-line no-await-in-loop
      }
      const { groups: all, warnings } = await built();
      assert.deepEqual(warnings, []);
      for (const start of all.keys()) {
        let steps = 0;
        for (let at: string | undefined = start; at !== undefined && all.has(at); at = all.get(at)?.next)
          steps++;
        assert.ok(steps <= MOST_GROUPS_IN_A_ROW, `${start}: ${steps}`);
      }
    }),
    { numRuns: 60 },
  );
});

test('who is removed is left out of groups and rules, which are named in a warning', async () => {
  const { add, exist, groups, inbound, memory, built } = office();
  await add('600', { next: '103' });
  await add('601', { next: '600' });
  const rule = { trunks: [], called: ['123'], callers: [], closed: null, holiday: null };
  const to600 = { ...rule, open: { to: 'extension', number: '600' } } as const;
  assert.equal(await refusal(inbound.save('desk', to600, true, undefined)), '');
  const to699 = { ...rule, open: { to: 'extension', number: '699' } } as const;
  assert.equal(await refusal(inbound.save('none', to699, true, undefined)), 'INBOUND_NOBODY');
  exist.delete('102');
  exist.delete('103');
  const { groups: left, warnings } = await built();
  assert.deepEqual([left.get('600')?.members, left.get('600')?.next], [['101'], undefined]);
  assert.match(warnings[0]?.text ?? '', /do without them: 600, 601\./);
  const shown = await groups.show('600');
  assert.deepEqual(shown.ok ? shown.value.missing : [], ['102', '103']);
  assert.equal(await refusal(groups.remove('600')), '');
  assert.equal((await built()).groups.get('601')?.next, undefined);
  const { index, warnings: ofRules } = buildInbound(await memory.items(), exist);
  assert.deepEqual([index.size, ofRules.map(({ code }) => code)], [0, ['INBOUND_WITHOUT']]);
});

test('a group that cannot be read, or has the number of an extension, is left out and named', async () => {
  const { memory, add, exist, groups, built } = office();
  await add('600');
  const item = { kind: 'ring-group' as const, name: '601', json: '{"members":[]}', sealed: undefined };
  await memory.changeItems([{ do: 'save-item', ...item }]);
  exist.add('600');
  const { groups: left, warnings } = await built();
  assert.equal(left.size, 0);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['RING_GROUP_UNREADABLE', 'RING_GROUP_SHADOWED'],
  );
  assert.equal(await refusal(groups.save('601', GROUP, false)), '', 'saving it anew puts it right');
});

test('a command about a group reads those extensions alone that it names, and its own number', async () => {
  const { add, set, groups, read } = office(['101', '102', '103', '104']);
  const asked = async (command: Promise<unknown>): Promise<string[]> => {
    read.length = 0;
    await command;
    return [...new Set(read)].toSorted();
  };
  assert.deepEqual(await asked(add('600', { members: ['101'], next: '102' })), ['101', '102', '600']);
  assert.deepEqual(await asked(add('601', { members: ['103'] })), ['103', '601']);
  assert.deepEqual(await asked(set('601', { members: ['104'] })), ['104', '601']);
  assert.deepEqual(await asked(groups.show('600')), ['101', '102']);
  assert.deepEqual(await asked(groups.list()), ['101', '102', '104']);
});
