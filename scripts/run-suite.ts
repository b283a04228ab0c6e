import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { ROOT } from './run-step.ts';
import { sharedProcess } from './shared-process.ts';
import type { Suite } from './suites.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly todo: number;
}

const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0, todo: 0 };

function sumOf(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    todo: a.todo + b.todo,
  };
}

interface Failure {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

interface FileTally {
  passed: number;
  failed: number;
  /** Of its tests, without what the file took to begin. */
  ms: number;
}

/** What went wrong, without the runner's own wrapping around the cause. */
function causeText(error: Error & { readonly cause?: unknown }): string {
  const { cause } = error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === 'string' ? cause : inspect(cause ?? error);
}

/** Runs one suite: the files that may run beside others, and then those that may not, all within its one limit. */
export async function runSuite(suite: Suite): Promise<Counts> {
  if (suite.alone.length === 0) return runFiles(suite);
  const startedAt = performance.now();
  const beside = suite.files.filter((file) => !suite.alone.includes(file));
  const counts = await runFiles({ ...suite, files: beside });
  const suiteLimitMs = Math.max(1, suite.suiteLimitMs - (performance.now() - startedAt));
  const alone = {
    ...suite,
    files: suite.alone,
    groups: [],
    atOnce: 1,
    suiteLimitMs: Math.ceil(suiteLimitMs),
  };
  return sumOf(counts, await runFiles(alone));
}

/**
 * Runs files with Node's test runner, each in a process of its own, or in that of its group. Prints a line for
 * each file as it ends, and after the last the failures in full.
 *
 * The runner takes a file of which it hears nothing for one test that passed. Such a file is run again, by itself, and one
 * that says nothing twice has failed.
 *
 * @param isAgain is it the second time?
 */
async function runFiles(suite: Suite, isAgain = false): Promise<Counts> {
  const startedAt = performance.now();
  const tallies = new Map<string, FileTally>();
  const failures: Failure[] = [];
  const notRun: string[] = [];
  const heard = new Set<string>();
  /** Each with the files that it runs, as they are told. */
  const groups = new Map(
    suite.groups.map((group, i) => [
      sharedProcess(`${suite.name}-${process.pid}-${i}`, group),
      group.map(nameIn),
    ]),
  );
  const grouped = new Set(suite.groups.flat());
  const alone = suite.files.filter((file) => !grouped.has(file)).map((file) => join(ROOT, file));
  const files = [...groups.keys(), ...alone];
  let counts: Counts = NOTHING;

  const nameOf = (file: string | undefined): string => relative(ROOT, file ?? ROOT);
  const tallyOf = (file: string): FileTally => {
    const tally = tallies.get(file) ?? { passed: 0, failed: 0, ms: 0 };
    tallies.set(file, tally);
    return tally;
  };

  const stream = run({
    files,
    concurrency: suite.atOnce,
    timeout: suite.testLimitMs,
    forceExit: true,
    cwd: ROOT,
    // The first ends a test that waits for ever, the second a file that spins.
    signal: AbortSignal.timeout(suite.suiteLimitMs),
    execArgv: [
      `--test-timeout=${suite.testLimitMs}`,
      `--import=${join(ROOT, 'scripts/blocking-output.ts')}`,
      `--import=${join(ROOT, 'scripts/property-seed.ts')}`,
    ],
  });
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined || event.todo !== undefined)
      notRun.push(`${nameOf(event.file)}: ${event.name}`);
    const tally = tallyOf(nameOf(event.file));
    tally.passed++;
    if (event.nesting === 0) tally.ms += event.details.duration_ms;
  });
  stream.on('test:fail', (event) => {
    const file = nameOf(event.file);
    tallyOf(file).failed++;
    if (event.nesting === 0) tallyOf(file).ms += event.details.duration_ms;
    if ('failureType' in event.details.error && event.details.error.failureType === 'subtestsFailed') return;
    failures.push({ file, name: event.name, text: causeText(event.details.error) });
  });
  stream.on('test:stderr', (event) => {
    // What a file says before it can run its first test is otherwise lost.
    if (!tallies.has(nameOf(event.file))) process.stderr.write(event.message);
  });
  stream.on('test:summary', (event) => {
    const { tests, passed, skipped, todo } = event.counts;
    if (event.file === undefined) {
      counts = { passed, failed: tests - passed - skipped - todo, skipped, todo };
      return;
    }
    const file = nameOf(event.file);
    heard.add(file);
    for (const each of groups.get(event.file) ?? []) {
      const tally = tallies.get(each);
      if (tally === undefined) continue;
      heard.add(each);
      const { passed: passes, failed: fails, ms } = tally;
      console.log(`  ${fails === 0 ? '✔' : '✖'} ${each} (${passes} of ${passes + fails}, ${seconds(ms)})`);
    }
    if (groups.has(event.file)) return;
    const mark = event.success ? '✔' : '✖';
    console.log(
      `  ${mark} ${file} (${event.counts.passed} of ${event.counts.tests}, ${seconds(event.duration_ms)})`,
    );
  });
  for await (const _ of stream);
  for (const path of groups.keys()) rmSync(path, { force: true });

  for (const { file, name, text } of failures)
    console.log(`\n✖ ${file}: ${name}\n${text.replaceAll(/^/gm, '  ')}`);
  if (failures.length > 0) console.log('');
  for (const name of notRun) console.log(`  not run: ${name}`);
  const isLost = (name: string): boolean => !heard.has(name) && (tallies.get(name)?.failed ?? 0) === 0;
  const lost = suite.files.filter((file) => isLost(nameIn(file)));
  const lostProcesses = files.filter((file) => isLost(nameOf(file))).length;
  for (const file of lost) console.log(`  ${isAgain ? '✖' : '﹣'} ${file} said nothing of its tests`);
  if (lost.length > 0) {
    const more = isAgain
      ? { ...NOTHING, failed: lost.length }
      : await runFiles({ ...suite, files: lost, groups: [] }, true);
    // The runner takes the file itself for a test that passed.
    counts = sumOf({ ...counts, passed: counts.passed - lostProcesses }, more);
  }
  console.log(
    `${counts.failed === 0 ? '✔' : '✖'} ${suite.name} (${seconds(performance.now() - startedAt)})\n`,
  );
  return counts;
}

/** A file of the suite, as events name it. */
function nameIn(file: string): string {
  return relative(ROOT, join(ROOT, file));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
