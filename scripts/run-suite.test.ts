import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
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

test('a suite counts what passed, failed and was skipped, and ends a file that cannot be read or never ends', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ringwall-suite-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const head = "import assert from 'node:assert/strict'; import { test } from 'node:test';\n";
  writeFileSync(
    join(folder, 'a.test.ts'),
    `${head}test('good', () => {}); test('bad', () => assert.equal(1, 2)); test.skip('left out', () => {});`,
  );
  writeFileSync(join(folder, 'b.test.ts'), "import './nowhere.ts';");
  writeFileSync(
    join(folder, 'c.test.ts'),
    `${head}test('waits', () => new Promise(() => setInterval(() => {}, 1e6)));`,
  );
  writeFileSync(join(folder, 'd.test.ts'), `${head}test('spins', () => { for (;;); });`);
  writeFileSync(join(folder, 'e.test.ts'), `${head}process.exit(0); test('never comes', () => {});`);
  const files = ['a', 'b', 'c', 'd', 'e'].map((name) => relative(ROOT, join(folder, `${name}.test.ts`)));
  const suite = { name: 'x', files, atOnce: 4, testLimitMs: 1_000, suiteLimitMs: 5_000, peers: [] };
  const main = join(folder, 'main.ts');
  writeFileSync(
    main,
    `import { runSuite } from ${JSON.stringify(join(ROOT, 'scripts/run-suite.ts'))};\n` +
      `console.log('counts', JSON.stringify(await runSuite(${JSON.stringify(suite)})));`,
  );
  // The runner does nothing inside of a test, which it knows by this variable.
  const result = await runStep({
    name: 'x',
    command: 'env',
    args: ['-u', 'NODE_TEST_CONTEXT', process.execPath, main],
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
