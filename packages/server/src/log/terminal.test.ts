import assert from 'node:assert/strict';
import { test } from 'node:test';
import { terminalLine } from './terminal.ts';

const ENTRY = { level: 'warn', time: '2026-01-02T03:04:05.678Z', part: 'sip', msg: 'It happened' };

test('an entry is one line: time, level, part, message, fields', () => {
  const line = terminalLine(JSON.stringify({ ...ENTRY, event: 'x', count: 3, address: '192.0.2.1' }), false);
  assert.match(line, /^\d\d:\d\d:05\.678 WARN {2}sip {6}It happened count=3 address=192\.0\.2\.1\n$/);
});

test('an error brings its stack, indented, on lines of its own', () => {
  const err = { type: 'Error', message: 'oh', stack: 'Error: oh\n    at somewhere' };
  const line = terminalLine(JSON.stringify({ ...ENTRY, err }), false);
  assert.deepEqual(line.split('\n').slice(1), ['    Error: oh', '        at somewhere', '']);
  assert.match(terminalLine(JSON.stringify({ ...ENTRY, stack: 'a\nb' }), false), /happened\n {4}a\n {4}b\n$/);
});

test('colours are for those who have them', () => {
  assert.doesNotMatch(terminalLine(JSON.stringify(ENTRY), false), /\u001b/);
  assert.match(terminalLine(JSON.stringify(ENTRY), true), /\u001b\[33mWARN/);
});

test('no field can bring a control character to the terminal', () => {
  const evil = '\u001b[2J\r\n\u202e\u0007';
  const line = terminalLine(
    JSON.stringify({
      level: evil,
      part: evil,
      msg: evil,
      name: evil,
      deep: { down: evil },
      err: { stack: `one${evil}` },
    }),
    false,
  );
  assert.doesNotMatch(line.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('what is no JSON is given as it is, and what lacks everything does not throw', () => {
  assert.equal(terminalLine('plain\n', false), 'plain\n');
  assert.match(terminalLine('{}', false), /^--:--:--\.---/);
});
