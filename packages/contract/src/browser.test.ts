import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

test('the contract runs in a browser: it imports its own files and packages, and uses nothing of Node', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  assert.ok(files.length > 15);
  for (const file of files) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    for (const [, from = ''] of source.matchAll(/\bfrom '([^']+)'|import\('([^']+)'\)/g)) {
      assert.match(from, /^(\.{1,2}\/|@ringwall\/(base|policy)$)/, file);
    }
    assert.doesNotMatch(source, /\b(process|Buffer|require|__dirname)\b\s*[.(]/, file);
  }
});
