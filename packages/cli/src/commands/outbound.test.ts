import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { newOutboundRuleDocument, type OutboundRuleView } from '@ringwall/contract';
import { runOn } from '../test-support.ts';

const NATIONAL: OutboundRuleView = {
  name: 'national',
  rule: {
    ...newOutboundRuleDocument(10),
    prefixes: ['0'],
    routes: [{ trunk: 'acme', strip: 0, prepend: '', append: '', callerId: '' }],
  },
};
const answers = {
  'outbound.list': async () => ok({ rules: [NATIONAL] }),
  'outbound.show': async () => ok({ rule: NATIONAL }),
  'outbound.save': async () => ok({ rule: NATIONAL }),
};

test('a rule is added behind the others, and told in words', async () => {
  const ran = await runOn(
    { answers },
    ...['outbound', 'add', 'line', '--prefix', '9', '--length', '7-15', '12', '--extension', '200-299'],
    ...['--route', 'acme,strip=1,prepend=0044,caller=+442079460100', '--route', 'other', '--after', '5xx'],
  );
  assert.equal(ran.out, 'Outbound rule line was added. Calls: that begin with 0. They go: acme.\n');
  assert.deepEqual(ran.asked.at(-1)?.request, {
    name: 'line',
    mustBeNew: true,
    rule: {
      place: 20,
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
    rule: { ...NATIONAL.rule, place: 5, routes: [block] },
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
