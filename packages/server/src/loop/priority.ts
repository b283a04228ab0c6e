import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import process from 'node:process';

/** The threads of a process. A niceness goes from -20, before all others, to 19. */
export interface ThreadTable {
  readonly threads: () => readonly { readonly id: number; readonly name: string }[];
  readonly niceness: (id: number) => number;
  readonly setNiceness: (id: number, niceness: number) => void;
}

/** A tenth of the weight. Half of this is nearly as good, twice of it no better. */
const STEP = 10;

/**
 * Lets the threads of a name go before all others of the process, by making the others nicer: a program may always give
 * way, and only a privileged one may go first. A thread that is started later is as nice as the one that starts it, so
 * this is to be called again after each start. Where the system forbids it, all stay equal, and everything works.
 */
export function letGoFirst(name: string, table: ThreadTable): void {
  try {
    const threads = table.threads();
    const first = threads.filter((thread) => thread.name === name);
    if (first.length === 0) return;
    const nicest = Math.max(...first.map(({ id }) => table.niceness(id)));
    const niceness = Math.min(nicest + STEP, constants.priority.PRIORITY_LOW);
    for (const thread of threads) if (thread.name !== name) table.setNiceness(thread.id, niceness);
  } catch {
    // Or a thread ended meanwhile.
  }
}

/** The threads of this process, where the system is Linux; none elsewhere. The name has 15 characters at most. */
export const OWN_THREADS: ThreadTable = {
  threads: () =>
    process.platform !== 'linux'
      ? []
      : readdirSync('/proc/self/task').map((id) => ({
          id: Number(id),
          name: readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trimEnd(),
        })),
  niceness: (id) => getPriority(id),
  setNiceness: (id, niceness) => setPriority(id, niceness),
};
