import { columnsOf, cutTo, plain } from './plain-text.ts';
import type { Style } from './style.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'right';
  /** May be cut down to this many columns where the table would be too wide; never, if left out. */
  readonly shrinkTo?: number;
}

export interface TableOptions {
  /** Of the terminal; undefined: as wide as it likes, as in a file. */
  readonly columns: number | undefined;
  readonly style: Style;
}

const GAP = '  ';

/**
 * Rows under titles, one line each. Cells are made harmless here ({@link plain}), so that whatever a peer wrote in a
 * header can be shown. Too wide a table is cut where it may be, the widest column first.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions,
): string {
  const cells = rows.map((row) => columns.map((column) => plain(column.cell(row))));
  const widths = columns.map((column, index) =>
    cells.reduce((widest, row) => Math.max(widest, columnsOf(row[index] ?? '')), column.title.length),
  );
  if (options.columns !== undefined) shrink(widths, columns, options.columns);

  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(cutTo(text, widths[index] ?? 0), widths[index] ?? 0, columns[index]?.align))
      .join(GAP)
      .trimEnd();
  const titles = line(columns.map((column) => column.title));
  return [options.style.bold(titles), ...cells.map(line)].map((text) => `${text}\n`).join('');
}

function shrink(widths: number[], columns: readonly Column<never>[], available: number): void {
  for (;;) {
    const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
    if (total <= available) return;
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      const least = column.shrinkTo ?? Number.POSITIVE_INFINITY;
      const width = widths[index] ?? 0;
      if (width > least && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return; // nothing may give way: let the terminal wrap
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const spaces = ' '.repeat(Math.max(0, width - columnsOf(text)));
  return align === 'right' ? spaces + text : text + spaces;
}

/** `label  value` lines, the values below each other. A value with line breaks keeps them. */
export function pairs(rows: readonly (readonly [label: string, value: string])[], style: Style): string {
  const width = rows.reduce((widest, [label]) => Math.max(widest, columnsOf(label)), 0);
  return rows
    .map(([label, value]) => {
      const lines = value.split('\n').map(plain);
      return `  ${style.dim(pad(label, width, undefined))}${GAP}${lines.join(`\n  ${' '.repeat(width)}${GAP}`)}\n`;
    })
    .join('');
}
