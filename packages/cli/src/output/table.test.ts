import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsOf } from './plain-text.ts';
import { styleFor } from './style.ts';
import { type Column, pairs, table } from './table.ts';

const style = styleFor(false, {});
type Row = readonly [number: string, name: string];
const columns: readonly Column<Row>[] = [
  { title: 'Number', cell: (row) => row[0], align: 'right' },
  { title: 'Name', cell: (row) => row[1], shrinkTo: 4 },
];

test('columns are as wide as their widest cell or title', () => {
  const rows: Row[] = [
    ['101', 'Anna'],
    ['20100000', 'Bo'],
  ];
  assert.equal(
    table(rows, columns, { columns: undefined, style }),
    '  Number  Name\n     101  Anna\n20100000  Bo\n',
  );
});

test('where the terminal is narrow the column that may gives way', () => {
  const text = table([['101', 'Anna Katharina Meier']], columns, { columns: 20, style });
  assert.equal(text, 'Number  Name\n   101  Anna Kathar…\n');
});

test('in a file nothing is cut', () => {
  const name = 'x'.repeat(500);
  assert.ok(table([['101', name]], columns, { columns: undefined, style }).includes(name));
});

test('no row is wider than the terminal, and none becomes two', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.integer({ min: 20, max: 80 }), (names, width) => {
      const text = table(
        names.map((name): Row => ['101', name]),
        columns,
        { columns: width, style },
      );
      const lines = text.split('\n').slice(0, -1);
      assert.equal(lines.length, names.length + 1);
      for (const line of lines) assert.ok(columnsOf(line) <= width, line);
    }),
    { numRuns: 100 },
  );
});

test('ten thousand rows are ten thousand lines', () => {
  const rows = Array.from({ length: 10_000 }, (_, i): Row => [String(10_000 + i), `Name ${i}`]);
  const text = table(rows, columns, { columns: 80, style });
  assert.equal(text.split('\n').length, 10_002);
});

test('pairs stand below each other, further lines under the value', () => {
  assert.equal(
    pairs(
      [
        ['Port', '5061'],
        ['Address', 'a\nb'],
      ],
      style,
    ),
    '  Port     5061\n  Address  a\n           b\n',
  );
});

test('colours are for terminals only, and NO_COLOR turns them off', () => {
  assert.equal(styleFor(true, {}).bold('x'), '\u001b[1mx\u001b[22m');
  for (const plain of [
    styleFor(false, {}),
    styleFor(true, { NO_COLOR: '1' }),
    styleFor(true, { TERM: 'dumb' }),
  ]) {
    assert.equal(plain.bold('x'), 'x');
  }
  assert.notEqual(styleFor(true, { NO_COLOR: '' }).bold('x'), 'x');
});
