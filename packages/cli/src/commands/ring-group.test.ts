import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { RingGroupDocument, RingGroupView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const GROUP: RingGroupDocument = {
  name: 'Sales',
  members: ['101', '102'],
  strategy: 'hunt',
  ringSeconds: 15,
  next: '103',
};
const SALES: RingGroupView = { number: '600', group: GROUP, missing: ['102'] };
const answers = {
  'ring-group.show': async () => ok({ ringGroup: SALES }),
  'ring-group.save': async () => ok({ ringGroup: SALES }),
  'ring-group.remove': async () => ok({ number: '600' }),
  'ring-group.list': async () => ok({ ringGroups: [SALES], matching: 1 }),
};
const ringGroup = (...args: readonly string[]) => runOn({ answers }, 'ring-group', ...args);

test('a group is added with who rings, how, and what follows', async () => {
  const ran = await ringGroup(
    ...['add', '600', '--members', '101,102', '--name', 'Sales'],
    ...['--strategy', 'hunt', '--timeout', '15', '--then', '103'],
  );
  assert.equal(ran.out, 'Ring group 600 was added: 101, 102 one after another, 15 s, then 103.\n');
  assert.deepEqual(ran.asked.at(-1)?.request, { number: '600', group: GROUP, mustBeNew: true });
  const usual = await ringGroup('add', '600', '--members', '101');
  const group = { name: '', members: ['101'], strategy: 'all', ringSeconds: 20, next: null };
  assert.deepEqual(usual.asked.at(-1)?.request, { number: '600', group, mustBeNew: true });
});

test('what is not named stays, and hang-up takes away what followed', async () => {
  const ran = await ringGroup('set', '600', '--then', 'hang-up');
  const group = { ...GROUP, next: null };
  assert.deepEqual(ran.asked.at(-1)?.request, { number: '600', group, mustBeNew: false });
});

test('groups are listed, shown with who is missing, and removed', async () => {
  assert.match((await ringGroup('list')).out, /600 +Sales +101, 102 one after another/);
  const shown = await ringGroup('show', '600');
  assert.match(shown.out, /Each for +15 s/);
  assert.match(shown.err, /Nobody has 102: the group does without/);
  assert.equal((await ringGroup('remove', '600')).out, 'Ring group 600 was removed.\n');
});

test('what is written wrong is told in words, and nothing is asked', async () => {
  for (const [args, says] of [
    [['add', '600', '--members', '101;102'], /commas between them/],
    [['add', '600', '--members', '101', '--then', 'queue:1'], /another ring group, or hang-up/],
    [['add', 'x', '--members', '101'], /2 to 8 digits/],
    [['add', '600'], /--members/],
  ] as const) {
    const ran = await ringGroup(...args); // eslint-disable-line no-await-in-loop
    assert.match(ran.err, says);
    assert.deepEqual(ran.asked, []);
  }
});
