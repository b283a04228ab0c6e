/**
 * Feeds the SIP message layer with broken messages.
 *
 *     node test/fuzz/sip.ts [--seconds N] [--seed N]
 *
 * What is found is printed with the seed that finds it again at once.
 */
import { parseArgs } from 'node:util';
import { fuzzSip } from './fuzz-sip.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const { executions, findings, slowestMs, slowestSeed } = fuzzSip(Number(values.seed), Number(values.seconds));
for (const { seed, what } of findings) process.stdout.write(`--seed ${seed}: ${what}\n`);
process.stdout.write(
  `${executions} executions, ${findings.length} findings, slowest ${slowestMs.toFixed(1)} ms (--seed ${slowestSeed})\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
