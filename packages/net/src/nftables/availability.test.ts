import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayFilter } from './availability.ts';

const status = (effective: string, ambient: string): string =>
  `Name:\tnode\nCapInh:\t0000000000000000\nCapEff:\t${effective}\nCapAmb:\t${ambient}\nSeccomp:\t0\n`;

test('root may filter packets unless the container has taken that right away', () => {
  assert.ok(mayFilter({ isRoot: true, processStatus: status('000001fffeffffff', '0000000000000000') }));
  assert.equal(
    mayFilter({ isRoot: true, processStatus: status('00000000a80425fb', '0000000000000000') }),
    false,
  );
});

test('anybody else may only with a right that the helper inherits', () => {
  assert.ok(mayFilter({ isRoot: false, processStatus: status('0000000000001000', '0000000000001000') }));
  assert.equal(
    mayFilter({ isRoot: false, processStatus: status('0000000000001000', '0000000000000000') }),
    false,
  );
  assert.equal(mayFilter({ isRoot: false, processStatus: '' }), false);
});
