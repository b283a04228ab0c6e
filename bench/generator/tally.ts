import { cpuMicroseconds, memoryBytes } from '../measure/processes.ts';
import { quantile } from '../measure/quantiles.ts';
import type { Outcome } from './job.ts';

/** Counts what happens in the window that is measured; what happens before it, to warm up, is not counted. */
export class Tally {
  open = false;
  readonly #pid: number;
  #tried = 0;
  #done = 0;
  #cpuFrom = 0;
  #cpu = 0;
  readonly #tookMs: number[] = [];
  readonly #refused: Record<string, number> = {};
  readonly #memoryBytes: number[] = [];

  constructor(pid: number) {
    this.#pid = pid;
  }

  start(): void {
    this.open = true;
    this.#cpuFrom = cpuMicroseconds(this.#pid);
  }

  stop(): void {
    this.open = false;
    this.#cpu = cpuMicroseconds(this.#pid) - this.#cpuFrom;
  }

  /** Notes how much memory the server uses now. */
  weigh(): void {
    this.#memoryBytes.push(memoryBytes(this.#pid));
  }

  /** One more begun; `true` if it is to be counted when it ends. */
  tried(): boolean {
    if (this.open) this.#tried++;
    return this.open;
  }

  done(tookMs: number): void {
    this.#done++;
    this.#tookMs.push(tookMs);
  }

  refused(status: number): void {
    this.#refused[status] = (this.#refused[status] ?? 0) + 1;
  }

  outcome(): Outcome {
    return {
      tried: this.#tried,
      done: this.#done,
      cpuMicroseconds: this.#cpu,
      microsecondsEach: this.#cpu / this.#done,
      p50Ms: quantile(this.#tookMs, 0.5),
      p99Ms: quantile(this.#tookMs, 0.99),
      memoryBytes: this.#memoryBytes,
      refused: this.#refused,
    };
  }
}
