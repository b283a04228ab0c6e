import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** How many changes the writer has under way at a time: so many may be on disk without having been said to be. */
export const AT_A_TIME = 8;

const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
const running = new Set<ChildProcess>();

/** What a writer said until it was killed. */
export interface LastWords {
  /** The digest of what it found in the database; undefined if it was killed before it knew. */
  readonly found: string | undefined;
  /** How many of its changes it said are on disk. */
  readonly written: number;
  /** It ended by itself: what it complained of. */
  readonly complaint: string | undefined;
}

/** What is compiled is kept only by a program that ends well; it halves the hundred starts to come. */
export function warmUp(directory: string): void {
  execFileSync(process.execPath, [writer, join(directory, 'warm.db'), '0', '0'], { env: envOf(directory) });
}

/**
 * Lets a writer run and kills it.
 *
 * @param killAt so long after it said that so many changes are on disk; for none, after its start.
 */
export async function runAndKill(
  directory: string,
  path: string,
  seed: number,
  killAt: { readonly written: number; readonly ms: number },
): Promise<LastWords> {
  const child = spawn(process.execPath, [writer, path, String(seed), String(AT_A_TIME)], {
    env: envOf(directory),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let [said, complaint] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by)));
  const reached = new Promise<void>((resolve) => {
    if (killAt.written === 0) resolve();
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (writtenIn(said) >= killAt.written) resolve();
    });
  });
  await Promise.race([reached, ended]);
  await Promise.race([sleep(killAt.ms), ended]);
  child.kill('SIGKILL');
  const by = await ended;
  running.delete(child);
  return {
    found: /^found (\w+)\n/.exec(said)?.[1],
    written: writtenIn(said),
    complaint: by === 'SIGKILL' ? undefined : complaint,
  };
}

/** For the end of the tests, however they end. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Changes take effect in the order they are asked for: the last one that is on disk says so for all before it.
 * (A refusal reaches its asker a little later than a success, so the lines are not quite in order.)
 */
function writtenIn(said: string): number {
  let written = 0;
  for (const [, index] of said.matchAll(/^wrote (\d+)\n/gm)) written = Math.max(written, Number(index) + 1);
  return written;
}

function envOf(directory: string): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compile-cache') };
}
