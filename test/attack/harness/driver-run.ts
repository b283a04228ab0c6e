import { join } from 'node:path';
import { Program } from '../../interop/harness/process.ts';
import type { Host } from './network.ts';

const DRIVERS = join(import.meta.dirname, '..', 'drivers');

/** A script of `drivers/` that runs on a host: it is told its job, and tells what came of it, as one line of JSON. */
export class DriverRun<Outcome> {
  readonly #program: Program;
  readonly #limitMs: number;

  constructor(host: Host, driver: string, job: object, limitMs = 60_000) {
    const [command, ...args] = [...host.prefix, process.execPath, join(DRIVERS, `${driver}.ts`)];
    this.#program = new Program(command, args);
    this.#limitMs = limitMs;
    this.#program.type(`${JSON.stringify(job)}\n`);
  }

  /** Waits until it has said that it is at work. */
  async ready(): Promise<void> {
    await this.#program.waitFor(/^ready$/m, this.#limitMs);
  }

  /** Tells it that it is enough. */
  enough(): void {
    this.#program.type('enough\n');
  }

  async outcome(): Promise<Outcome> {
    const code = await this.#program.exitCode(this.#limitMs);
    const line = /^outcome (.*)$/m.exec(this.#program.said)?.[1];
    if (code !== 0 || line === undefined)
      throw new Error(`a driver ended with ${code}:\n${this.#program.said.slice(-3_000)}`);
    return JSON.parse(line) as Outcome;
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
