import './require-node.ts';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, runStep, type Step, type StepResult, tool } from './run-step.ts';

/** Everything that can be said about the sources without running them, cheapest first. */
export const STEPS: readonly Step[] = [
  { name: 'format', command: tool('biome'), args: ['format', '.'] },
  { name: 'types', command: join(ROOT, 'node_modules/typescript7/bin/tsc'), args: ['-p', '.'] },
  { name: 'lint', command: tool('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  {
    name: 'imports',
    command: tool('depcruise'),
    args: ['--config', '.dependency-cruiser.cjs', 'packages', 'test', 'bench', 'scripts'],
  },
  { name: 'ambient time and chance', command: process.execPath, args: ['scripts/walls.ts'] },
  { name: 'dead code', command: tool('knip'), args: ['--no-progress', '--no-config-hints'] },
  { name: 'tidiness', command: process.execPath, args: ['scripts/tidy.ts'] },
];

const MOST_LINES = 120;

/** The first lines of a long complaint: whoever wants all of it runs the step alone. */
function shortened(output: string): string {
  const lines = output.split('\n');
  if (lines.length <= MOST_LINES) return output;
  return [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} lines more`].join('\n');
}

/** Runs every step, also after one failed, and prints each with its time; a failed one with what it said. */
export async function runChecks(): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of STEPS) {
    const result = await runStep(step);
    results.push(result);
    console.log(`${result.passed ? '✔' : '✖'} ${result.name} (${(result.ms / 1_000).toFixed(1)} s)`);
    if (!result.passed) console.log(shortened(result.output).replaceAll(/^/gm, '  '));
  }
  return results;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = await runChecks();
  const failed = results.filter((result) => !result.passed);
  const seconds = (results.reduce((sum, result) => sum + result.ms, 0) / 1_000).toFixed(1);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed in ${seconds} s`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
