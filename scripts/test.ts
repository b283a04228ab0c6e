import './require-node.ts';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChecks } from './check.ts';
import { installPeers } from './peers.ts';
import { type Counts, runSuite } from './run-suite.ts';
import { ROOT } from './run-step.ts';
import { findSuites, type Suite } from './suites.ts';

const HELP = `npm test -- [--only name[,name…]] [--seed number] [--no-install]

Runs the checks and every suite, one suite at a time.
  --only         only these: check, unit, or the name of a folder below test/
  --seed         draw other values for the properties than those of every run, which have seed 1
  --no-install   do not install the programs that the attack and interop suites need
`;

const startedAt = performance.now();
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    install: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

if (!/^-?\d{1,9}$/.test(values.seed)) {
  process.stderr.write(`--seed takes a whole number, not "${values.seed}"\n`);
  process.exit(1);
}
process.env['RINGWALL_PROPERTY_SEED'] = values.seed;
// Each file is a process of its own, and would make JavaScript of the same sources anew: half of what it costs.
process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/tests');

const suites = findSuites(availableParallelism());
const only = values.only?.flatMap((names) => names.split(','));
const known = ['check', ...suites.map((suite) => suite.name)];
const unknown = only?.filter((name) => !known.includes(name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`No suite is called ${unknown.join(', ')}; there are: ${known.join(', ')}\n`);
  process.exit(1);
}
const wanted = (name: string): boolean => only?.includes(name) ?? true;

/** Suites that could not run, with the reason. */
const skippedSuites: string[] = [];

/** Why a suite cannot run here; installs what it lacks, where that is allowed. */
function whySkipped(suite: Suite): string | undefined {
  const { missing, why } = installPeers(suite.peers, values.install);
  if (missing.length === 0) return suite.whyNot();
  const names = missing.map((peer) => `${peer.command} (Debian: ${peer.debian})`).join(', ');
  return `${names} is missing, and ${why}`;
}

async function runOrSkip(suite: Suite): Promise<Counts> {
  const why = whySkipped(suite);
  if (why === undefined) return runSuite(suite);
  skippedSuites.push(`${suite.name}: ${why}`);
  return { passed: 0, failed: 0, skipped: 0, todo: 0 };
}

const total = { passed: 0, failed: 0, skipped: 0, todo: 0 };
if (wanted('check')) {
  console.log('check');
  for (const result of await runChecks()) total[result.passed ? 'passed' : 'failed']++;
  console.log('');
}
for (const suite of suites.filter(({ name }) => wanted(name))) {
  console.log(suite.name);
  const counts = await runOrSkip(suite);
  for (const key of ['passed', 'failed', 'skipped', 'todo'] as const) total[key] += counts[key];
}

const mustRun = process.env['CI'] === 'true' || process.env['CI'] === '1';
for (const skipped of skippedSuites) console.log(`${mustRun ? '✖' : '﹣'} skipped suite ${skipped}`);
if (mustRun) total.failed += skippedSuites.length;

const tests = total.passed + total.failed + total.skipped + total.todo;
console.log(`ℹ tests ${tests}`);
console.log(`ℹ suites ${suites.length}`);
console.log(`ℹ pass ${total.passed}`);
console.log(`ℹ fail ${total.failed}`);
console.log('ℹ cancelled 0');
console.log(`ℹ skipped ${total.skipped}`);
console.log(`ℹ todo ${total.todo}`);
console.log(`ℹ duration_ms ${(performance.now() - startedAt).toFixed(0)}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
