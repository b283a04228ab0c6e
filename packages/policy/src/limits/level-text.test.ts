import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { levelText, readLevel, withLevels } from './level-text.ts';
import { DEFAULT_LIMITS, LIMIT_COUNTERS } from './limits-policy.ts';

test('every level that a limit has by default is written and read again', () => {
  const { levels, closedLevels } = DEFAULT_LIMITS;
  for (const set of [levels.extension, levels.system, closedLevels.extension, closedLevels.system]) {
    for (const counter of LIMIT_COUNTERS) {
      const read = readLevel(levelText(counter, set[counter]));
      assert.deepEqual(read.ok && read.value, { counter, level: set[counter] });
    }
  }
});

test('levels that make no sense are refused in words', () => {
  const wrong = (text: string): string => {
    const read = readLevel(text);
    return read.ok ? 'read' : read.error;
  };
  assert.equal(
    wrong('calls-a-minute told 10 frozen 10'),
    'would tell at 10 what is frozen at 10 already: tell at less',
  );
  assert.match(wrong('calls most 5 frozen 3'), /would allow 5, and freeze at 3 already/);
  assert.match(wrong('calls told 3 most 2'), /never reached where 2 at most/);
  assert.match(wrong('calls'), /must be written such as "calls-a-minute told 5 frozen 10"/);
  assert.match(wrong('calls told'), /must be written/);
  assert.match(wrong('calls told 1 told 2'), /must be written/);
  assert.match(wrong('calls most 2.5'), /has "2\.5" where a whole number from 0 must be/);
  assert.match(wrong('probes frozen 0'), /has "0" where a whole number above 0 must be/);
  assert.match(wrong('constructor off'), /names no counter: these are calls, international-calls/);
  assert.equal(wrong('cost-of-day told 2.5 frozen 10'), 'read');
  assert.equal(wrong('international-calls most 0'), 'read');
});

test('whatever is written, it is read or refused, and what is read is written alike', () => {
  const word = fc.constantFrom(
    'calls',
    'cost-of-day',
    'told',
    'most',
    'frozen',
    'off',
    '1',
    '2',
    '3.5',
    '-1',
    'x',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (words) => {
      const read = readLevel(words.join(' '));
      if (!read.ok) return;
      const { counter, level } = read.value;
      assert.deepEqual(readLevel(levelText(counter, level)), read);
      assert.deepEqual(withLevels(DEFAULT_LIMITS.levels.system, [words.join(' ')])[counter], level);
    }),
  );
});
