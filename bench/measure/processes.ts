import { readdirSync, readFileSync } from 'node:fs';

/** Reads a file of `/proc`; `''` when its process has ended in the meantime. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** A process and everything that it has started. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of list('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // The command name may hold spaces and parentheses: the fields start after the last one.
    const fields = read(`/proc/${name}/stat`).replace(/^.*\)/s, '').trim().split(' ');
    const parent = Number(fields[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/**
 * Microseconds of CPU that a process and everything below it have used, from the scheduler's own account. Threads
 * that have ended by now are not in it: take differences over windows in which none ends.
 */
export function cpuMicroseconds(root: number): number {
  let ns = 0;
  for (const pid of processTree(root)) {
    for (const thread of list(`/proc/${pid}/task`)) {
      ns += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0);
    }
  }
  return ns / 1_000;
}

/** Bytes of memory of a process and everything below it, pages that they share counted once. */
export function memoryBytes(root: number): number {
  let kilobytes = 0;
  for (const pid of processTree(root)) {
    kilobytes += Number(/^Pss: +(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  }
  return kilobytes * 1_024;
}
