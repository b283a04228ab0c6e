import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERRORS, SETTING_ENTRIES } from '@ringwall/contract';
import { REFERENCE, referencePages } from './generate-docs.ts';

test('docs/reference is what the declarations say; if not: npm run docs', async () => {
  for (const [name, page] of referencePages()) {
    const written = await readFile(join(REFERENCE, name), 'utf8').catch(() => '');
    assert.equal(written, page, `docs/reference/${name} is out of date: npm run docs`);
  }
  const known = [...referencePages().keys()];
  assert.deepEqual((await readdir(REFERENCE)).toSorted(), known.toSorted(), 'a page that nothing makes');
});

test('every setting and every error code has its place on a page', () => {
  const settings = referencePages().get('settings.md') ?? '';
  for (const { key, environmentName } of SETTING_ENTRIES) {
    assert.ok(settings.includes(`\n### ${key}\n`), key);
    assert.ok(settings.includes(`\`${environmentName}\``), environmentName);
  }
  const errors = referencePages().get('errors.md') ?? '';
  for (const code of Object.keys(ERRORS)) assert.ok(errors.includes(`\n## ${code}\n`), code);
});

test('every command has its usage and an example', () => {
  const page = referencePages().get('cli.md') ?? '';
  for (const command of [
    'start',
    'status',
    'extension add',
    'extension new-secret',
    'bindings',
    'calls',
    'records',
  ]) {
    assert.ok(page.includes(`\n## ringwall ${command}\n`), command);
  }
  assert.ok(page.includes('ringwall extension add 101 --name "Anna"\n'));
});
