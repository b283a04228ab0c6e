import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The root of the checkout. */
export const ROOT = join(import.meta.dirname, '..');

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The root of the checkout, if not given. */
  readonly cwd?: string;
}

export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  readonly ms: number;
  /** What it wrote to stdout and stderr, in the order that it came. */
  readonly output: string;
}

/** A tool that npm installed, by the name of its command. */
export function tool(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}

/** Runs a step to its end. A command that cannot be started is a failed step. */
export function runStep(step: Step, limitMs = 120_000): Promise<StepResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const output: Buffer[] = [];
    const end = (passed: boolean, last = ''): void => {
      output.push(Buffer.from(last));
      const text = Buffer.concat(output).toString('utf8').trimEnd();
      resolve({ name: step.name, passed, ms: performance.now() - startedAt, output: text });
    };
    const child = spawn(step.command, step.args, {
      cwd: step.cwd ?? ROOT,
      env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}` },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => end(false, `${error.message}\n`));
    child.on('close', (code, signal) => end(code === 0, signal === null ? '' : `ended by ${signal}\n`));
  });
}
