import { err, ok, type Result } from '@ringwall/base';
import { type CsvRow, readCsv, writeCsv } from '../guard/csv.ts';
import { type CallRate, DEAREST_RATE, isRatePrefix, RATE_LIMIT } from './call-rates.ts';

/** What is wrong with a file of rates. */
export interface RateFileError {
  /** From 1. */
  readonly line: number;
  /** One sentence without its full stop. */
  readonly text: string;
}

const COLUMNS = ['prefix', 'minute', 'call', 'name'] as const;
type Column = (typeof COLUMNS)[number];

const MOST_NAME_CHARACTERS = 60;

/** A price list as a table with the columns `prefix`, `minute`, `call` and `name`. */
export function writeRates(rates: readonly CallRate[]): string {
  const rows = rates.map(({ prefix, perMinute, perCall, name }) => [
    prefix,
    decimal(perMinute),
    decimal(perCall),
    name,
  ]);
  return writeCsv([COLUMNS, ...rows]);
}

/**
 * Reads a price list. The first line names the columns: `prefix` and `minute` must be there, `call` and `name` may be,
 * and others are left out. A prefix may come without its plus, as providers write it.
 *
 * @returns all of the rates, or what is wrong with the first line that cannot be read. Takes as long as the text is.
 */
export function readRates(text: string): Result<readonly CallRate[], RateFileError> {
  const read = readCsv(text);
  if (!read.ok) return read;
  const [head, ...rows] = read.value;
  if (head === undefined) return err({ line: 1, text: 'There is nothing in it' });
  const titles = head.cells.map((cell) => cell.trim().toLowerCase());
  const missing = (['prefix', 'minute'] as const).find((column) => !titles.includes(column));
  if (missing !== undefined) {
    return err({
      line: head.line,
      text: `No column is called "${missing}": name the columns in the first line`,
    });
  }
  if (rows.length > RATE_LIMIT) {
    return err({ line: rows[RATE_LIMIT]?.line ?? 1, text: `There are more than ${RATE_LIMIT} rates` });
  }
  const rates: CallRate[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const rate = readRow(row, titles);
    if (!rate.ok) return rate;
    const { prefix } = rate.value;
    if (seen.has(prefix)) return err({ line: row.line, text: `The prefix ${prefix} is there twice` });
    seen.add(prefix);
    rates.push(rate.value);
  }
  return ok(rates);
}

function readRow({ line, cells }: CsvRow, titles: readonly string[]): Result<CallRate, RateFileError> {
  const cell = (column: Column): string => cells[titles.indexOf(column)]?.trim() ?? '';
  const written = cell('prefix');
  const prefix = written.startsWith('+') ? written : `+${written}`;
  if (written === '' || !isRatePrefix(prefix)) {
    const what = written.slice(0, 20);
    return err({ line, text: `"${what}" is no prefix: write it like +44, without 00 or spaces` });
  }
  const [perMinute, perCall] = [readAmount(cell('minute')), readAmount(cell('call') || '0')];
  if (perMinute === undefined || perCall === undefined) {
    return err({
      line,
      text: `What ${prefix} costs must be written like 0.12, and be at most ${DEAREST_RATE}`,
    });
  }
  return ok({ prefix, perMinute, perCall, name: nameOf(cell('name')) });
}

/** `0.12`; @returns undefined if it is no amount. */
export function readAmount(text: string): number | undefined {
  const amount = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  return amount <= DEAREST_RATE ? amount : undefined;
}

/** Control characters could change what a terminal shows. */
function nameOf(text: string): string {
  return text.replace(/\p{C}/gu, ' ').slice(0, MOST_NAME_CHARACTERS).trim();
}

/** Never `1e-7`. */
function decimal(amount: number): string {
  return amount.toFixed(6).replace(/\.?0+$/, '');
}
