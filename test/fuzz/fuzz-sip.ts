import { SAMPLES } from '../../bench/sip/samples.ts';
import { INVALID } from '../rfc/4475/invalid.ts';
import { SEMANTIC } from '../rfc/4475/semantic.ts';
import { VALID } from '../rfc/4475/valid.ts';
import { IPV6 } from '../rfc/5118/messages.ts';
import { Dice } from './dice.ts';
import { mutant } from './mutate.ts';
import { trySip } from './try-sip.ts';

/** Far above what 80,000 bytes take, far below what they would take in quadratic time. */
const SLOW_MS = 60;

const CORPUS = [
  ...SAMPLES.values(),
  ...[...VALID, ...INVALID, ...SEMANTIC, ...IPV6].map((vector) => vector.bytes),
].map((bytes) => Buffer.from(bytes)) as [Buffer, ...Buffer[]];

export interface FuzzFinding {
  /** `--seed` that makes this input the first one. */
  readonly seed: number;
  readonly what: string;
}

export interface FuzzReport {
  readonly executions: number;
  readonly findings: readonly FuzzFinding[];
  readonly slowestMs: number;
  readonly slowestSeed: number;
}

function timed(seed: number): number {
  const dice = new Dice(seed);
  const bytes = mutant(CORPUS, dice);
  const before = performance.now();
  trySip(bytes, dice);
  return performance.now() - before;
}

/** Runs until `seconds` are over or ten things were found. Each input has a seed of its own: the first's is `seed`. */
export function fuzzSip(seed: number, seconds: number): FuzzReport {
  const findings: FuzzFinding[] = [];
  const end = performance.now() + seconds * 1_000;
  let slowestMs = 0;
  let slowestSeed = seed;
  let executions = 0;
  for (; performance.now() < end && findings.length < 10; executions++) {
    const each = (seed + executions) >>> 0;
    try {
      let ms = timed(each);
      // The machine may have been busy with something else: what is slow is slow every time.
      for (let again = 0; again < 4 && ms > slowestMs; again++) ms = Math.min(ms, timed(each));
      if (ms > SLOW_MS) findings.push({ seed: each, what: `slow: ${ms.toFixed(0)} ms` });
      if (ms > slowestMs) [slowestMs, slowestSeed] = [ms, each];
    } catch (error) {
      findings.push({
        seed: each,
        what: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
  return { executions, findings, slowestMs, slowestSeed };
}
