import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { ProbesJob, ProbesOutcome } from '../drivers/probes.ts';
import { DriverRun } from './driver-run.ts';
import type { Host } from './network.ts';

const MIB = 1_024 * 1_024;
const SAMPLE_MS = 200;

const LEAST_REGISTERED = 0.99;
const MOST_LOST = 0.01;
const MOST_DELAY_MS = 50;
const MOST_GROWTH_BYTES = 64 * MIB;

/** What those who work in the office noticed of an attack. */
export interface ProbesReport extends ProbesOutcome {
  /** How much larger than at the start the program was, at its largest and at the end. */
  readonly growthBytes: { readonly most: number; readonly last: number };
}

/** The standing probes: they begin before an attack, go on during it, and say at its end how it was. */
export class Probes {
  readonly #run: DriverRun<ProbesOutcome>;
  readonly #pid: number;
  readonly #sampling: NodeJS.Timeout;
  readonly #bytesBefore: number;
  #mostBytes: number;

  static async start(host: Host, job: ProbesJob, pid: number): Promise<Probes> {
    const run = new DriverRun<ProbesOutcome>(host, 'probes', job);
    await run.ready();
    return new Probes(run, pid);
  }

  private constructor(run: DriverRun<ProbesOutcome>, pid: number) {
    this.#run = run;
    this.#pid = pid;
    this.#bytesBefore = residentBytes(pid);
    this.#mostBytes = this.#bytesBefore;
    this.#sampling = setInterval(() => {
      this.#mostBytes = Math.max(this.#mostBytes, residentBytes(pid));
    }, SAMPLE_MS);
  }

  async report(): Promise<ProbesReport> {
    this.#run.enough();
    const outcome = await this.#run.outcome();
    clearInterval(this.#sampling);
    const last = residentBytes(this.#pid) - this.#bytesBefore;
    return { ...outcome, growthBytes: { most: this.#mostBytes - this.#bytesBefore, last } };
  }

  stop(): Promise<void> {
    clearInterval(this.#sampling);
    return this.#run.stop();
  }
}

/** Fails with all figures when one of them shows that the office noticed the attack. */
export function assertUnharmed(report: ProbesReport): void {
  const { registrations, directions, talking, loopDelayMs, mistakes, growthBytes } = report;
  const text = describe(report);
  assert.equal(mistakes, 0, 'the program met mistakes of its own');
  assert.ok(registrations.done >= LEAST_REGISTERED * registrations.tried, `registrations failed: ${text}`);
  assert.ok(talking, `the call ended: ${text}`);
  for (const { sent, heard } of directions)
    assert.ok(sent > 0 && heard >= (1 - MOST_LOST) * sent, `sound was lost: ${text}`);
  assert.ok(loopDelayMs < MOST_DELAY_MS, `the event loop was late: ${text}`);
  assert.ok(growthBytes.most < MOST_GROWTH_BYTES, `memory grew: ${text}`);
}

export function describe({ registrations, directions, loopDelayMs, growthBytes }: ProbesReport): string {
  const lost = directions.map(({ sent, heard }) => `${sent - heard} of ${sent}`);
  const [most, last] = [growthBytes.most, growthBytes.last].map((bytes) => Math.round(bytes / MIB));
  return (
    `registered ${registrations.done} of ${registrations.tried} times, lost ${lost.join(' and ')} packets, ` +
    `event loop late by ${loopDelayMs.toFixed(1)} ms (p99), grew by ${most} MiB, at the end by ${last} MiB`
  );
}

/** What the program occupies now; 0 once it is gone. */
function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1_024;
  } catch {
    return 0;
  }
}
