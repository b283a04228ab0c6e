import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How much of what a program says is kept; the end matters more than the start. */
const KEPT_BYTES = 256 * 1_024;

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What runs now. Whatever ends this process, also a test runner that has lost patience, ends these too. */
const running = new Set<ChildProcess>();

function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

function endAllOnce(): void {
  if (process.listeners('exit').includes(endAll)) return;
  process.on('exit', endAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
}

/** A program of ours or of somebody else, started by a test and ended by its process id. */
export class Program {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #said = '';

  constructor(command: string, args: readonly string[], options: StartOptions = {}) {
    this.name = command;
    this.#child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    endAllOnce();
    running.add(this.#child);
    const listen = (chunk: Buffer): void => {
      this.#said = (this.#said + chunk.toString('latin1')).slice(-KEPT_BYTES);
    };
    this.#child.stdout?.on('data', listen);
    this.#child.stderr?.on('data', listen);
    this.#child.stdin?.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        listen(Buffer.from(`${error.message}\n`));
        resolve(-1);
      });
      this.#child.on('close', (code, signal) => {
        running.delete(this.#child);
        resolve(signal === null ? (code ?? -1) : -1);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** What it wrote so far to stdout and stderr, without terminal colours; at most the last 256 KiB. */
  get said(): string {
    // oxlint-disable-next-line no-control-regex
    return this.#said.replaceAll(/\u001B\[[\d;]*m/g, '');
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Waits until it said something that fits; fails with what it did say. */
  async waitFor(pattern: RegExp, limitMs = 10_000): Promise<RegExpExecArray> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const match = pattern.exec(this.said);
      if (match !== null) return match;
      if (!this.running || performance.now() > deadline) {
        const why = this.running ? `within ${limitMs} ms` : 'before it ended';
        throw new Error(`${this.name} did not say ${pattern} ${why}; it said:\n${this.said.slice(-4_000)}`);
      }
      await pause(20);
    }
  }

  /** Its exit code; -1 if a signal ended it or it could not be started. Ends it after `limitMs`. */
  async exitCode(limitMs: number): Promise<number> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  /** Ends it by this signal, and waits until it has. */
  async end(signal: 'SIGTERM' | 'SIGKILL', limitMs = 10_000): Promise<void> {
    this.#child.kill(signal);
    await this.exitCode(limitMs);
  }

  /** Asks it to end, and ends it for good when it has not within two seconds. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    await closed;
    clearTimeout(timer);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until the answer is not `undefined`. */
export async function eventually<Value>(
  ask: () => Value | undefined | Promise<Value | undefined>,
  what: string,
  limitMs = 10_000,
): Promise<Value> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs} ms`);
    await pause(50);
  }
}
