import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { newOutboundRuleDocument, type OutboundRuleView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const NATIONAL: OutboundRuleView = {
  name: 'national',
  place: 2,
  inTheWay: null,
  rule: {
    ...newOutboundRuleDocument(),
    prefixes: ['0'],
    routes: [{ trunk: 'acme', strip: 0, prepend: '', append: '', callerId: '' }],
  },
};
const answers = {
  'outbound.show': async () => ok({ rule: NATIONAL }),
  'outbound.save': async () => ok({ rule: NATIONAL }),
  'outbound.move': async () => ok({ rule: NATIONAL }),
};

test('a rule is added behind the others, and told in words', async () => {
  const ran = await runOn(
    { answers },
    ...['outbound', 'add', 'line', '--prefix', '9', '--length', '7-15', '12', '--extension', '200-299'],
    ...['--route', 'acme,strip=1,prepend=0044,caller=+442079460100', '--route', 'other', '--after', '5xx'],
  );
  assert.equal(
    ran.out,
    'Outbound rule line was added, at place 2. Calls: that begin with 0. They go: acme.\n',
  );
  assert.deepEqual(ran.asked.at(-1)?.request, {
    name: 'line',
    mustBeNew: true,
    rule: {
      prefixes: ['9'],
      lengths: [
        { from: 7, to: 15 },
        { from: 12, to: 12 },
      ],
      extensions: [{ from: 200, to: 299 }],
      groups: [],
      routes: [
        { trunk: 'acme', strip: 1, prepend: '0044', append: '', callerId: '+442079460100' },
        { trunk: 'other', strip: 0, prepend: '', append: '', callerId: '' },
      ],
      goesOnAfter: ['5xx'],
    },
  });
});

test('a change keeps what is not named, and blocks where it is told to', async () => {
  const ran = await runOn({ answers }, 'outbound', 'set', 'national', '--place', '5', '--block');
  const block = { trunk: null, strip: 0, prepend: '', append: '', callerId: '' };
  assert.deepEqual(ran.asked.at(-1)?.request, {
    name: 'national',
    mustBeNew: false,
    place: 5,
    rule: { ...NATIONAL.rule, routes: [block] },
  });
});

test('a route or a range that is written wrong is told in words', async () => {
  for (const [option, value, says] of [
    ['--route', 'acme,stripe=1', /strip=, prepend=/],
    ['--length', '15-7', /such as 200-299/],
    ['--place', 'first', /whole number/],
  ] as const) {
    const ran = await runOn({ answers }, 'outbound', 'add', 'x', option, value);
    assert.match(ran.err, says);
  }
});

test('a rule is moved in one way, and is told where it stands', async () => {
  const moved = (...args: readonly string[]) => runOn({ answers }, 'outbound', 'move', 'national', ...args);
  for (const [args, request] of [
    [['--before', 'line'], { before: 'line' }],
    [['--after', 'line'], { after: 'line' }],
    [['--first'], { place: 1 }],
    [['--last'], { place: 1_000_000 }],
    [['3'], { place: 3 }],
  ] as const) {
    const ran = await moved(...args); // eslint-disable-line no-await-in-loop
    assert.equal(ran.out, 'Outbound rule national is at place 2 now.\n');
    assert.deepEqual(ran.asked[0]?.request, { name: 'national', ...request });
  }
  for (const args of [[], ['--first', '--last'], ['3', '--before', 'line'], ['--before', 'national']]) {
    const ran = await moved(...args); // eslint-disable-line no-await-in-loop
    assert.deepEqual([ran.asked.length, ran.code === 0], [0, false], args.join(' '));
  }
});

test('a change says which command it is, who runs it, and whether it is insisted on; nothing of what it was given', async () => {
  const stage = { answers, env: { NO_COLOR: '1', SUDO_USER: 'anna', USER: 'root' } };
  const ran = await runOn(stage, 'outbound', 'set', 'national', '--block', '--force');
  assert.deepEqual(ran.as.at(-1), { words: 'outbound set', by: 'anna', force: true });
  const plain = await runOn(stage, 'outbound', 'move', 'national', '1');
  assert.deepEqual(plain.as.at(-1), { words: 'outbound move', by: 'anna' });
});

test('a rule that no call gets to is pointed out, with the one in its way', async () => {
  const rule = { ...NATIONAL, name: 'abroad', inTheWay: 'national' };
  const behind = {
    'outbound.save': async () => ok({ rule }),
    'outbound.list': async () => ok({ rules: [rule] }),
  };
  for (const args of [['add', 'abroad', '--prefix', '00', '--route', 'acme'], ['list']]) {
    const ran = await runOn({ answers: behind }, 'outbound', ...args);
    assert.match(
      ran.err,
      /No call gets to abroad: the rule national .* outbound move abroad --before national/,
    );
  }
});
