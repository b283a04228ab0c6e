import { err, networkText, ok, type Result, type WallMs } from '@ringwall/base';
import type { Listed } from './address-lists.ts';
import { readCsv, writeCsv } from './csv.ts';
import { elementLines, syntaxErrorLine } from './json-lines.ts';
import { entryKey, MOST_TEXT, parseListNetwork, plainText } from './list-entry.ts';
import type { NewEntry } from './manage-lists.ts';

/** What is wrong with a file, and in which of its lines, the first being 1. */
export interface ListFileError {
  readonly code: 'LIST_FILE';
  readonly line: number;
  readonly text: string;
}

/** Whoever reads the file in is who added the entries, unless the file says who. */
export interface ImportOptions {
  readonly addedBy: string;
  /** More entries are refused. */
  readonly limit: number;
}

const MOST_CHARACTERS = 32 * 1024 * 1024;
const COLUMNS = ['network', 'action', 'description', 'added by', 'added at', 'expires at', 'hits'] as const;

/** One entry a line, with its evidence. */
export function exportJson(entries: readonly Listed[]): string {
  const lines = entries.map(({ entry, hits }) => {
    const { network, addedAt, expiresAt, evidence, ...rest } = entry;
    return JSON.stringify({
      network: networkText(network),
      ...rest,
      addedAt: iso(addedAt),
      expiresAt: expiresAt === undefined ? null : iso(expiresAt),
      hits,
      evidence: evidence.map(({ at, rule, seen }) => ({ at: iso(at), rule, seen })),
    });
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** For spreadsheets: without the evidence, and no cell is a formula. */
export function exportCsv(entries: readonly Listed[]): string {
  const rows = entries.map(({ entry, hits }) => [
    networkText(entry.network),
    entry.action,
    entry.description,
    entry.addedBy,
    iso(entry.addedAt),
    entry.expiresAt === undefined ? '' : iso(entry.expiresAt),
    String(hits),
  ]);
  return writeCsv([COLUMNS, ...rows]);
}

/**
 * Reads what {@link exportJson} wrote, or a list of objects with at least `network`. All of it is good, or none is
 * taken: an error names the line. Hits and evidence are not taken over, for nobody here saw them.
 */
export function importJson(text: string, options: ImportOptions): Result<readonly NewEntry[], ListFileError> {
  if (text.length > MOST_CHARACTERS) return wrong(1, 'The file is too long');
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    return wrong(syntaxErrorLine(text, error), 'This is not JSON');
  }
  if (!Array.isArray(values)) return wrong(1, 'The file must be a list of entries');
  const lines = elementLines(text);
  return collect(
    values.map((value: unknown, index) => ({ line: lines[index] ?? 1, fields: objectFields(value) })),
    options,
  );
}

/** Reads what {@link exportCsv} wrote, or a table with at least a column `network`. All of it, or an error with a line. */
export function importCsv(text: string, options: ImportOptions): Result<readonly NewEntry[], ListFileError> {
  if (text.length > MOST_CHARACTERS) return wrong(1, 'The file is too long');
  const rows = readCsv(text);
  if (!rows.ok) return wrong(rows.error.line, rows.error.text);
  const [header, ...body] = rows.value;
  const names = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  if (!names.includes('network'))
    return wrong(1, `The first line must name the columns: ${COLUMNS.join(', ')}`);
  const unknown = names.find((name) => !COLUMNS.some((column) => column === name));
  if (unknown !== undefined) return wrong(1, `There is no column ${quote(unknown)}`);
  const tooLong = body.find(({ cells }) => cells.length !== names.length);
  if (tooLong !== undefined) {
    return wrong(tooLong.line, `There are ${tooLong.cells.length} cells, and ${names.length} columns`);
  }
  const cell = (cells: readonly string[], name: (typeof COLUMNS)[number]) =>
    cells[names.indexOf(name)] || undefined;
  return collect(
    body.map(({ line, cells }) => ({
      line,
      fields: {
        network: cell(cells, 'network'),
        action: cell(cells, 'action'),
        description: cell(cells, 'description'),
        addedBy: cell(cells, 'added by'),
        expiresAt: cell(cells, 'expires at'),
      },
    })),
    options,
  );
}

/** As they are written; what is not there is undefined. */
interface Fields {
  readonly network?: unknown;
  readonly action?: unknown;
  readonly description?: unknown;
  readonly addedBy?: unknown;
  readonly expiresAt?: unknown;
}

const JSON_FIELDS = [
  'network',
  'action',
  'description',
  'origin',
  'addedBy',
  'addedAt',
  'expiresAt',
  'times',
  'hits',
  'evidence',
];

/** @returns a sentence instead of fields that are wrong as a whole. */
function objectFields(value: unknown): Fields | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'This is not an entry';
  const unknown = Object.keys(value).find((name) => !JSON_FIELDS.includes(name));
  return unknown === undefined ? value : `There is no field ${quote(unknown)}`;
}

function collect(
  found: readonly { readonly line: number; readonly fields: Fields | string }[],
  options: ImportOptions,
): Result<readonly NewEntry[], ListFileError> {
  const entries = new Map<string, NewEntry>();
  for (const { line, fields } of found) {
    const entry = typeof fields === 'string' ? fields : readEntry(fields, options);
    if (typeof entry === 'string') return wrong(line, entry);
    const key = entryKey(entry);
    if (entries.has(key)) return wrong(line, `${networkText(entry.network)} is there twice`);
    if (entries.size >= options.limit) return wrong(line, `There are more than ${options.limit} entries`);
    entries.set(key, entry);
  }
  return ok([...entries.values()]);
}

/** @returns the entry, or a sentence that says what is wrong. */
function readEntry(fields: Fields, { addedBy }: ImportOptions): NewEntry | string {
  const { network, action = 'block', description = '', addedBy: by = addedBy, expiresAt = null } = fields;
  if (typeof network !== 'string') return 'The network is missing';
  const read = parseListNetwork(network.trim().slice(0, MOST_TEXT));
  if (!read.ok) return read.error.text;
  if (action !== 'block' && action !== 'allow') return 'The action must be block or allow';
  if (typeof description !== 'string' || typeof by !== 'string') return 'The description must be a text';
  const ends = expiresAt === null ? undefined : instant(expiresAt);
  if (expiresAt !== null && ends === undefined) {
    return 'The end must be a time such as 2030-01-31T12:00:00Z, or be left out';
  }
  if (action === 'allow' && ends !== undefined) return 'What is allowed cannot expire: leave the end out';
  return {
    network: read.value,
    action,
    description: plainText(description),
    addedBy: plainText(by),
    expiresAt: ends,
  };
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;

function instant(value: unknown): WallMs | undefined {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : (at as WallMs);
}

function iso(at: WallMs): string {
  return new Date(at).toISOString();
}

function wrong(line: number, text: string) {
  return err({ code: 'LIST_FILE', line, text: `Line ${line}: ${text}` } as const);
}

function quote(text: string): string {
  return JSON.stringify(plainText(text.slice(0, 60)));
}
