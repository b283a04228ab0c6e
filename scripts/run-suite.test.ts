import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, runStep } from './run-step.ts';

test('properties draw the same values in every run, and others where another seed is asked for', async () => {
  const draw = async (seed: string): Promise<string> => {
    const script =
      "import fc from 'fast-check'; fc.assert(fc.property(fc.nat(), (n) => { console.log(n); }), { numRuns: 5 });";
    const preload = join(ROOT, 'scripts/property-seed.ts');
    const args = [`RINGWALL_PROPERTY_SEED=${seed}`, process.execPath, `--import=${preload}`];
    const result = await runStep({
      name: 'x',
      command: 'env',
      args: [...args, '--input-type=module', '-e', script],
    });
    assert.match(result.output, /^(?:\d+\s*){5}$/);
    return result.output;
  };
  assert.equal(await draw('7'), await draw('7'));
  assert.notEqual(await draw('7'), await draw('8'));
});

test('programs that a test starts do not see the seed: they would take it for a setting', async () => {
  const result = await runStep({
    name: 'x',
    command: 'env',
    args: [
      'RINGWALL_PROPERTY_SEED=7',
      process.execPath,
      `--import=${join(ROOT, 'scripts/property-seed.ts')}`,
      '-p',
      "Object.keys(process.env).filter((name) => name.startsWith('RINGWALL_')).length",
    ],
  });
  assert.equal(result.output, '0');
});

const HEAD = "import assert from 'node:assert/strict'; import { test } from 'node:test';\n";

/** Where nothing hangs, nothing is gained by being short with it. */
const PATIENT = { testLimitMs: 60_000, suiteLimitMs: 60_000 };

/** Runs a suite of these files, which are told by their names. @returns what was said, and how long it took. */
async function runFiles(
  t: TestContext,
  sources: Readonly<Record<string, string>>,
  groups: readonly (readonly string[])[] = [],
) {
  const folder = mkdtempSync(join(tmpdir(), 'ringwall-suite-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const pathOf = (name: string): string => relative(ROOT, join(folder, `${name}.test.ts`));
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(ROOT, pathOf(name)), source);
  const suite = {
    name: 'x',
    files: Object.keys(sources).map(pathOf),
    groups: groups.map((group) => group.map(pathOf)),
    alone: [],
    atOnce: 4,
    ...(groups.length > 0 ? PATIENT : { testLimitMs: 1_000, suiteLimitMs: 5_000 }),
    peers: [],
  };
  const main = join(folder, 'main.ts');
  writeFileSync(
    main,
    `import { runSuite } from ${JSON.stringify(join(ROOT, 'scripts/run-suite.ts'))};\n` +
      `console.log('counts', JSON.stringify(await runSuite(${JSON.stringify(suite)})));`,
  );
  // The runner does nothing inside of a test, which it knows by this variable.
  return runStep({ name: 'x', command: 'env', args: ['-u', 'NODE_TEST_CONTEXT', process.execPath, main] });
}

test('a suite counts what passed, failed and was skipped, and ends a file that cannot be read or never ends', async (t) => {
  const result = await runFiles(t, {
    a: `${HEAD}test('good', () => {}); test('bad', () => assert.equal(1, 2)); test.skip('left out', () => {});`,
    b: "import './nowhere.ts';",
    c: `${HEAD}test('waits', () => new Promise(() => setInterval(() => {}, 1e6)));`,
    d: `${HEAD}test('spins', () => { for (;;); });`,
    e: `${HEAD}process.exit(0); test('never comes', () => {});`,
  });
  assert.match(result.output, /counts \{"passed":1,"failed":5,"skipped":1,"todo":0\}/, result.output);
  assert.match(
    result.output,
    /﹣ \S*e\.test\.ts said nothing of its tests\n[^]*✖ \S*e\.test\.ts said nothing/,
  );
  assert.match(result.output, /a\.test\.ts: bad\n {2}AssertionError/);
  assert.match(result.output, /not run: .*left out/);
  assert.ok(result.ms < 20_000);
});

test('files that share a process are told one by one, and one that ends it takes none of the others with it', async (t) => {
  const good = `${HEAD}test('good', () => {});`;
  const result = await runFiles(
    t,
    { a: `${good} test('bad', () => assert.equal(1, 2));`, b: good, c: good, d: `${good} process.exit(0);` },
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  );
  assert.match(result.output, /✖ \S*a\.test\.ts \(1 of 2, /, result.output);
  for (const name of ['b', 'c'])
    assert.match(result.output, new RegExp(`✔ \\S*${name}\\.test\\.ts \\(1 of 1, `));
  assert.match(result.output, /a\.test\.ts: bad\n {2}AssertionError/);
  assert.match(result.output, /﹣ \S*c\.test\.ts said nothing[^]*✖ \S*d\.test\.ts said nothing/);
  assert.match(result.output, /counts \{"passed":3,"failed":2,"skipped":0,"todo":0\}/);
});
