import { err, ok, type Result } from '@ringwall/base';

export interface CsvRow {
  /** Where it starts; the first is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvError {
  readonly line: number;
  readonly text: string;
}

/** What a spreadsheet takes for a formula, or for a reason to look for one. */
const FORMULA = /^[=+\-@\t\r]/;
/** Ours, in front of one. */
const GUARDED = /^'(?=[=+\-@\t\r'])/;

/**
 * Writes a table as RFC 4180 has it. A cell that a spreadsheet would take for a formula gets an apostrophe in front,
 * and one that starts with an apostrophe gets a second, so that {@link readCsv} gives back what was written.
 */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(writeCell).join(',')}\r\n`).join('');
}

function writeCell(cell: string): string {
  const safe = FORMULA.test(cell) || cell.startsWith("'") ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads a table; lines may end with LF alone, empty lines are left out. Takes as long as the text is. */
export function readCsv(text: string): Result<readonly CsvRow[], CsvError> {
  const rows: CsvRow[] = [];
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const cells: string[] = [];
    const startedAt = line;
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
      if (cell === undefined)
        return err({ line: startedAt, text: 'A quotation mark is not closed, or text follows it' });
      line += cell.lines;
      cells.push(cell.value.replace(GUARDED, ''));
      at = cell.end;
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: startedAt, cells });
  }
  return ok(rows);
}

interface Cell {
  readonly value: string;
  /** Where its separator is. */
  readonly end: number;
  /** How many line ends it holds. */
  readonly lines: number;
}

function plainCell(text: string, at: number): Cell {
  let end = at;
  while (end < text.length && !isEnd(text[end])) end++;
  return { value: text.slice(at, end), end, lines: 0 };
}

function quotedCell(text: string, at: number): Cell | undefined {
  let close = text.indexOf('"', at + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0 || !isEnd(text[close + 1] ?? '\n')) return undefined;
  const value = text.slice(at + 1, close).replaceAll('""', '"');
  return { value, end: close + 1, lines: value.split('\n').length - 1 };
}

function isEnd(character: string | undefined): boolean {
  return character === ',' || character === '\n' || character === '\r';
}
