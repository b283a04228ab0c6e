import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { isInstalled } from '../../scripts/peers.ts';
import { Program } from '../../test/interop/harness/process.ts';
import type { User } from '../generator/job.ts';

/** A server under load: where it listens, and the process whose CPU and memory are counted. */
export interface Server {
  readonly pid: number;
  readonly address: string;
  readonly port: number;
  readonly users: readonly User[];
  /** The first of three ports that nobody uses, for the phones. */
  readonly phonePort: number;
  stop(): Promise<void>;
}

export const SERVER_CORE = 0;
export const GENERATOR_CORE = 1;

/** The words that keep a command on one processor, where there are two and the system can. */
export function pinned(core: number): readonly string[] {
  return availableParallelism() > core && isInstalled('taskset') ? ['taskset', '-c', `${core}`] : [];
}

/** Starts a program on the server's processor; it is the same process that is started, not a child of it. */
export function startPinned(command: string, args: readonly string[], cwd?: string): Program {
  const [first = command, ...rest] = [...pinned(SERVER_CORE), command, ...args];
  return new Program(first, rest, cwd === undefined ? {} : { cwd });
}

function runToEnd(core: number, words: readonly string[], input: string, limitMs: number): Promise<string> {
  const [command = process.execPath, ...args] = [...pinned(core), process.execPath, ...words];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], timeout: limitMs });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else reject(new Error(`${words.join(' ')} ended with ${code ?? 'a signal'}`));
    });
    child.stdin.end(input);
  });
}

/** Runs the load generator on its own processor with `job` on its stdin, and gives back what it says. */
export function runGenerator(main: string, job: string, limitMs: number): Promise<string> {
  return runToEnd(GENERATOR_CORE, [main], job, limitMs);
}

/** What the launcher of the program tells V8: parts of it that are measured alone are measured as they run in it. */
const AS_LAUNCHED = [
  '--max-semi-space-size=4',
  ...(availableParallelism() < 4 ? ['--no-parallel-scavenge'] : []),
];

/** Runs a script that measures something by itself, on the server's processor, and gives back what it says. */
export function runPinned(main: string, limitMs: number, args: readonly string[] = []): Promise<string> {
  return runToEnd(SERVER_CORE, [...AS_LAUNCHED, main, ...args], '', limitMs);
}

/** For rows that need none. */
export const NO_SERVER: Server = {
  pid: process.pid,
  address: '',
  port: 0,
  users: [],
  phonePort: 0,
  stop: () => Promise.resolve(),
};
