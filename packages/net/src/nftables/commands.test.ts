import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MOST_IN_TRANSACTION, outcomeOf, transactionLength, transactionText } from './commands.ts';
import type { ElementChange } from './sets.ts';
import { readVerb } from './verbs.ts';

function changes(...lines: readonly string[]): readonly ElementChange[] {
  return lines.map((line) => readVerb(line) ?? assert.fail(line));
}

test('a ban is added, deleted and added with its time, so that an old time is never kept', () => {
  assert.equal(
    transactionText(changes('ban 203.0.113.7 60', 'ban 203.0.113.8 90', 'unban 203.0.113.9')),
    'add element inet ringwall ban4 { 203.0.113.7, 203.0.113.8, 203.0.113.9 }; ' +
      'delete element inet ringwall ban4 { 203.0.113.7, 203.0.113.8, 203.0.113.9 }; ' +
      'add element inet ringwall ban4 { 203.0.113.7 timeout 60s, 203.0.113.8 timeout 90s }',
  );
});

test('lifting adds before it deletes, so that lifting what is not there does not fail', () => {
  assert.equal(
    transactionText(changes('unflow udp 198.51.100.4 40000')),
    'add element inet ringwall flow4 { udp . 198.51.100.4 . 40000 }; ' +
      'delete element inet ringwall flow4 { udp . 198.51.100.4 . 40000 }',
  );
});

test('a range that goes is deleted alone, and that it has expired meanwhile is no failure', () => {
  const gone = changes('unban 192.0.2.0-192.0.2.255');
  assert.equal(transactionText(gone), 'delete element inet ringwall banrange4 { 192.0.2.0-192.0.2.255 }');
  assert.equal(outcomeOf(gone, 'Error: element does not exist\n…'), 'ok');
  assert.equal(
    outcomeOf(changes('ban 192.0.2.1 5'), 'Error: No such file or directory\n…'),
    'failed Error: No such file or directory',
  );
});

test('what has no time is only added', () => {
  assert.equal(
    transactionText(changes('trunk 198.51.100.1', 'allow 2001:db8::1')),
    'add element inet ringwall trunk4 { 198.51.100.1 }; add element inet ringwall allow6 { 2001:db8::1 }',
  );
});

test('a full set is told apart from other failures', () => {
  const ban = changes('ban 203.0.113.7 60');
  assert.equal(outcomeOf(ban, ''), 'ok');
  assert.equal(outcomeOf(ban, 'Error: Could not process rule: Too many open files in system\n'), 'full');
});

test('a transaction ends before a second change of one element, and where ranges begin or end to go', () => {
  assert.equal(transactionLength([]), 0);
  assert.equal(transactionLength(changes('ban 192.0.2.1 5', 'ban 192.0.2.2 5', 'unban 192.0.2.1')), 2);
  assert.equal(transactionLength(changes('unban 192.0.2.0-192.0.2.3', 'ban 192.0.2.0-192.0.2.1 5')), 1);
  assert.equal(transactionLength(changes('ban 192.0.2.1 5', 'unban 192.0.2.0-192.0.2.3')), 1);
});

test('whatever comes, it is cut into transactions in order, each bounded and without an element twice', () => {
  const verbs = fc.array(
    fc.oneof(
      fc.nat(9).map((n) => `ban 192.0.2.${n} 60`),
      fc.nat(9).map((n) => `unban 192.0.2.${n}`),
      fc.nat(9).map((n) => `ban 192.0.2.0-192.0.2.${n} 60`),
      fc.nat(9).map((n) => `unban 192.0.2.0-192.0.2.${n}`),
      fc.nat(70_000).map((n) => `ban 10.${n >> 16}.${(n >> 8) & 255}.${n & 255} 60`),
    ),
    { maxLength: 600, size: 'max' },
  );
  fc.assert(
    fc.property(verbs, (lines) => {
      let rest = changes(...lines);
      while (rest.length > 0) {
        const length = transactionLength(rest);
        assert.ok(length > 0 && length <= MOST_IN_TRANSACTION);
        const keys = rest.slice(0, length).map((change) => `${change.set} ${change.key}`);
        assert.equal(new Set(keys).size, keys.length);
        rest = rest.slice(length);
      }
    }),
    { numRuns: 50 },
  );
});
