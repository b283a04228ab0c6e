// The threat model names tests. A test that is renamed or removed must not leave it telling of a defence that nobody shows.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './run-step.ts';

/** How many attacks of each kind the catalogue has. */
const CATALOGUE = { A: 9, B: 10, C: 10, D: 12, E: 11, F: 12, G: 10, H: 3, I: 10, J: 14 };
const NOT_YET = 'not yet';

const text = readFileSync(join(ROOT, 'docs/design/threat-model.md'), 'utf8');
const FILES = globSync(
  ['{packages,test,scripts}/**/*.test.ts', 'packages/policy/src/guard/scenarios/*.json'],
  { cwd: ROOT, exclude: ['**/node_modules'] },
);

interface Named {
  readonly file: string;
  readonly name: string;
}

/** What `file` "name" names, wherever it stands. */
function namedIn(line: string): readonly Named[] {
  return [...line.matchAll(/`([^`]+\.(?:test\.ts|json))` "([^"]+)"/g)].map(([, file = '', name = '']) => ({
    file,
    name,
  }));
}

/** The names of the tests of a file, as they are written; a scenario has one, which is what it says. */
function testsOf(file: string): readonly string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  if (file.endsWith('.json')) return [(JSON.parse(source) as { readonly says: string }).says];
  const calls = source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1\s*,/gs);
  return [...calls].map(([, , name = '']) => name.replaceAll(/\\(['"`\\])/g, '$1'));
}

/** What is wrong with naming that test, or undefined. */
function wrongWith({ file, name }: Named): string | undefined {
  const [found, ...more] = FILES.filter((path) => path === file || path.endsWith(`/${file}`));
  if (found === undefined) return `there is no ${file}`;
  if (more.length > 0) return `${file} may be ${[found, ...more].join(' or ')}`;
  return testsOf(found).includes(name) ? undefined : `${found} has no test "${name}"`;
}

const rows = [...text.matchAll(/^\| ([A-J]\d+) \|.*\| ([^|]*) \|$/gm)].map(([, id = '', shown = '']) => ({
  id,
  shown,
}));

test('the threat model has every attack of the catalogue once, in order', () => {
  const all = Object.entries(CATALOGUE).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, i) => `${kind}${i + 1}`),
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    all,
  );
});

test('every attack names a test that shows the defence, or says that there is none yet', () => {
  for (const { id, shown } of rows) {
    const left = shown.replaceAll(/`[^`]+` "[^"]+"(; )?/g, '');
    if (shown === NOT_YET) continue;
    assert.ok(namedIn(shown).length > 0 && left === '', `${id}: ${left || shown}`);
  }
});

test('every test that the threat model names is there', () => {
  assert.deepEqual(
    namedIn(text)
      .map(wrongWith)
      .filter((wrong) => wrong !== undefined),
    [],
  );
});

test('a test that is not there is reported, and so is a file that is not, or could be two', () => {
  assert.match(wrongWith({ file: 'scripts/threat-model.test.ts', name: 'no such' }) ?? '', /has no test/);
  assert.match(wrongWith({ file: 'nowhere.test.ts', name: 'x' }) ?? '', /there is no/);
  assert.match(wrongWith({ file: 'guard.test.ts', name: 'x' }) ?? '', / or /);
});
