import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, runStep, tool } from './run-step.ts';
import { findAmbient } from './walls.ts';

const PACKAGES = ['base', 'sip', 'media', 'policy', 'pbx', 'net', 'testkit', 'store', 'phone'];

/** A small house with the given files in it, and empty packages around them. */
function house(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'ringwall-walls-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  mkdirSync(join(root, 'node_modules/@ringwall'), { recursive: true });
  write('package.json', '{"type":"module","workspaces":["packages/*"]}');
  for (const name of PACKAGES) {
    write(`packages/${name}/package.json`, `{"name":"@ringwall/${name}","exports":{".":"./src/index.ts"}}`);
    write(`packages/${name}/src/index.ts`, 'export interface Thing { readonly size: number }\n');
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@ringwall', name));
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return root;
}

/** The names of the rules that the import table finds broken. */
async function brokenRules(t: TestContext, files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = house(t, files);
  const result = await runStep({
    name: 'imports',
    command: tool('depcruise'),
    args: ['--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', 'packages'],
    cwd: root,
  });
  const { summary } = JSON.parse(result.output) as {
    summary: { totalCruised: number; violations: { rule: { name: string } }[] };
  };
  assert.ok(summary.totalCruised >= PACKAGES.length, 'the sources were not read at all');
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].toSorted();
}

test('an import that goes up the table, and only that, is reported', async (t) => {
  const rules = await brokenRules(t, {
    'packages/sip/src/bad.ts': "import * as pbx from '@ringwall/pbx';\nexport const x = pbx;\n",
    'packages/pbx/src/good.ts': "import * as sip from '@ringwall/sip';\nexport const x = sip;\n",
  });
  assert.deepEqual(rules, ['sip-imports-only-what-is-below-it']);
});

test('an import of a type alone is an import', async (t) => {
  const rules = await brokenRules(t, {
    'packages/media/src/bad.ts': "import type { Thing } from '@ringwall/sip';\nexport type Mine = Thing;\n",
  });
  assert.deepEqual(rules, ['media-imports-only-what-is-below-it']);
});

test('a cycle is reported', async (t) => {
  const rules = await brokenRules(t, {
    'packages/policy/src/a.ts': "import { b } from './b.ts';\nexport const a = (): unknown => b;\n",
    'packages/policy/src/b.ts': "import { a } from './a.ts';\nexport const b = (): unknown => a;\n",
  });
  assert.deepEqual(rules, ['no-cycles']);
});

test('a socket in protocol code is reported, and one at the rim or in a test is not', async (t) => {
  const socket = "import { createSocket } from 'node:dgram';\nexport const open = createSocket;\n";
  const rules = await brokenRules(t, {
    'packages/sip/src/bad.ts': socket,
    'packages/net/src/good.ts': socket,
    'packages/sip/src/good.test.ts': socket,
  });
  assert.deepEqual(rules, ['sockets-only-at-the-rim']);
});

test('reaching past the front door of another package is reported', async (t) => {
  const rules = await brokenRules(t, {
    'packages/base/src/inner.ts': 'export const inner = 1;\n',
    'packages/sip/src/bad.ts': "export { inner } from '../../base/src/inner.ts';\n",
  });
  assert.deepEqual(rules, ['only-through-the-front-door']);
});

test('the simulated world is for tests, and tests are for nobody', async (t) => {
  const rules = await brokenRules(t, {
    'packages/pbx/src/bad.ts': "export * from '@ringwall/testkit';\n",
    'packages/pbx/src/worse.ts': "export * from './good.test.ts';\n",
    'packages/pbx/src/good.test.ts':
      "import type { Thing } from '@ringwall/testkit';\nexport type Mine = Thing;\n",
  });
  assert.deepEqual(rules, [
    'nobody-imports-tests',
    'pbx-imports-only-what-is-below-it',
    'testkit-only-in-tests',
  ]);
});

test('a package without a row in the table may import nothing', async (t) => {
  const rules = await brokenRules(t, {
    'packages/novel/src/index.ts':
      "import type { Thing } from '@ringwall/base';\nexport type Mine = Thing;\n",
  });
  assert.deepEqual(rules, ['every-package-has-a-row']);
});

const AMBIENT: Readonly<Record<string, string>> = {
  'const at = Date.now();': 'Date.now',
  'const { now } = Date;': 'Date.now',
  'const at = globalThis.Date.now();': 'Date.now',
  "const at = Date['now']();": 'Date.now',
  'const at = new Date();': 'new Date()',
  'const at = performance.now();': 'performance.now',
  'const at = process.hrtime();': 'process.hrtime',
  'setTimeout(run, 1);': 'setTimeout',
  'const later = globalThis.setTimeout;': 'setTimeout',
  'const later = { setInterval };': 'setInterval',
  'setImmediate(run);': 'setImmediate',
  "import { setTimeout as wait } from 'node:timers/promises';": 'node:timers/promises',
  'const n = Math.random();': 'Math.random',
  "import { randomBytes as dice } from 'node:crypto';": 'randomBytes',
  'const n = crypto.getRandomValues(bytes);': 'crypto.getRandomValues',
  'const id = crypto.randomUUID();': 'crypto.randomUUID',
};

for (const [text, what] of Object.entries(AMBIENT)) {
  test(`ambient time or chance is found in: ${text}`, () => {
    const found = findAmbient(`// first line\n${text}\n`);
    assert.ok(
      found.some((breach) => breach.what === what && breach.line === 2),
      JSON.stringify(found),
    );
  });
}

test('what only looks like ambient time or chance passes', () => {
  const text = `
    // Date.now() in a comment, and 'Math.random()' in a text
    const text = 'Date.now()';
    const at = new Date(wallMs).toISOString();
    interface Timers { setTimeout(ms: number): void }
    const timers = { setTimeout: (ms: number) => wheel.set(ms) };
    timers.setTimeout(5);
    clock.now();
    random.bytes(8);
  `;
  assert.deepEqual(findAmbient(text), []);
});
