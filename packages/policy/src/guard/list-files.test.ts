import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import fc from 'fast-check';
import type { Listed } from './address-lists.ts';
import { readCsv, writeCsv } from './csv.ts';
import { entryKey, type ListEntry, parseListNetwork } from './list-entry.ts';
import { exportCsv, exportJson, importCsv, importJson, type ListFileError } from './list-files.ts';
import type { NewEntry } from './manage-lists.ts';

const OPTIONS = { addedBy: 'anna', limit: 100 };

function listed(network: string, more: Partial<ListEntry> = {}): Listed {
  const read = parseListNetwork(network);
  assert.ok(read.ok);
  const entry: ListEntry = {
    network: read.value,
    action: 'block',
    description: '',
    origin: 'manual',
    addedBy: 'anna',
    addedAt: 1_000 as WallMs,
    expiresAt: undefined,
    times: 0,
    evidence: [],
    ...more,
  };
  return { entry, hits: 3, lastHitAt: undefined };
}

function essence({ entry }: Listed): NewEntry {
  const { network, action, description, addedBy, expiresAt } = entry;
  return { network, action, description, addedBy, expiresAt };
}

const LISTED = fc
  .record({
    network: fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.nat(255).map((octet) => `10.${octet}.0.0/16`),
    ),
    action: fc.constantFrom('allow' as const, 'block' as const),
    description: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 50 }),
      fc.constantFrom('=1+1', "'", "'=a", '-"x",\n'),
    ),
    expiresAt: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
  })
  .map(({ network, action, description, expiresAt }) =>
    listed(network, {
      action,
      description: description.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '.'),
      expiresAt: action === 'allow' ? undefined : (expiresAt as WallMs | undefined),
    }),
  );
const LISTS = fc.uniqueArray(LISTED, { selector: ({ entry }) => entryKey(entry), maxLength: 20 });

function fails(result: ReturnType<typeof importJson>): ListFileError {
  assert.ok(!result.ok);
  return result.error;
}

test('what was exported is imported as it was, in JSON and in CSV', () => {
  fc.assert(
    fc.property(LISTS, (lists) => {
      const expected = { ok: true, value: lists.map(essence) };
      assert.deepEqual(importJson(exportJson(lists), OPTIONS), expected);
      assert.deepEqual(importCsv(exportCsv(lists), OPTIONS), expected);
    }),
  );
});

test('the evidence is in the JSON, with times that people can read', () => {
  const evidence = [{ at: 0 as WallMs, rule: 'wrong-digest', seen: 'A wrong password' }];
  const [first] = JSON.parse(exportJson([listed('192.0.2.7', { evidence })])) as unknown[];
  assert.deepEqual(first, {
    network: '192.0.2.7',
    action: 'block',
    description: '',
    origin: 'manual',
    addedBy: 'anna',
    times: 0,
    addedAt: '1970-01-01T00:00:01.000Z',
    expiresAt: null,
    hits: 3,
    evidence: [{ at: '1970-01-01T00:00:00.000Z', rule: 'wrong-digest', seen: 'A wrong password' }],
  });
});

test('no cell of the CSV is a formula', () => {
  const text = exportCsv([
    listed('192.0.2.7', { description: '=HYPERLINK("http://x")', addedBy: '@SUM(A1)' }),
  ]);
  assert.equal(
    text.split('\r\n')[1],
    `192.0.2.7,block,"'=HYPERLINK(""http://x"")",'@SUM(A1),1970-01-01T00:00:01.000Z,,3`,
  );
});

test('any table is read as it was written', () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('', "'", "''", "'x", '=', '"', '\r\n', ',', '-1'));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 }), (rows) => {
      const read = readCsv(writeCsv(rows));
      assert.ok(read.ok);
      assert.deepEqual(
        read.value.map(({ cells }) => cells),
        rows,
      );
    }),
  );
});

test('one wrong entry refuses the file, with its line', () => {
  const json = `[\n{"network":"192.0.2.7"},\n{"network":\n"192.0.2.8"},\n{"network":"217.14.138.0/12"}\n]`;
  const error = fails(importJson(json, OPTIONS));
  assert.equal(error.line, 5);
  assert.match(error.text, /^Line 5: "217\.14\.138\.0\/12" can be read in two ways: 217\.0\.0\.0\/12/);
  const csv = 'network,description\n192.0.2.7,"two\nlines"\n192.0.2.300,\n';
  assert.equal(fails(importCsv(csv, OPTIONS)).line, 4);
});

test('every mistake in a file has a sentence and a line', () => {
  const cases: [string, number, RegExp][] = [
    ['[\n{"network":"192.0.2.7"},\n]', 3, /not JSON/],
    ['{}', 1, /list of entries/],
    ['[1]', 1, /not an entry/],
    ['[{}]', 1, /network is missing/],
    ['[{"network":"192.0.2.7","note":1}]', 1, /no field "note"/],
    ['[{"network":"192.0.2.7","action":"deny"}]', 1, /block or allow/],
    ['[{"network":"192.0.2.7","description":1}]', 1, /must be a text/],
    ['[{"network":"192.0.2.7","expiresAt":"tomorrow"}]', 1, /2030-01-31/],
    ['[{"network":"192.0.2.7","action":"allow","expiresAt":"2030-01-31T12:00:00Z"}]', 1, /cannot expire/],
    ['[{"network":"192.0.2.7"},\n{"network":"192.0.2.7/32"}]', 2, /twice/],
  ];
  for (const [text, line, says] of cases) {
    const error = fails(importJson(text, OPTIONS));
    assert.match(error.text, says);
    assert.equal(error.line, line, text);
  }
  assert.match(
    fails(importJson('[{"network":"::1"},{"network":"::2"}]', { ...OPTIONS, limit: 1 })).text,
    /more than 1/,
  );
  assert.match(fails(importCsv('address\n192.0.2.7\n', OPTIONS)).text, /name the columns/);
  assert.match(fails(importCsv('network,colour\n192.0.2.7,red\n', OPTIONS)).text, /no column "colour"/);
  assert.match(fails(importCsv('network\n192.0.2.7,1\n', OPTIONS)).text, /Line 2: There are 2 cells/);
  assert.match(fails(importCsv('network\n"192.0.2.7\n', OPTIONS)).text, /Line 2: A quotation mark/);
});

test('whatever the file holds, it gives entries or an error with a line that it has', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map((rest) => `network,action\n${rest}`),
  );
  fc.assert(
    fc.property(text, (file) => {
      for (const read of [importJson(file, OPTIONS), importCsv(file, OPTIONS)]) {
        if (!read.ok) assert.ok(read.error.line >= 1 && read.error.line <= file.split('\n').length + 1);
      }
    }),
    { numRuns: 500 },
  );
});
