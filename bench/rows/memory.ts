import { lostShare } from '../generator/job.ts';
import type { Outcome } from '../generator/job.ts';
import type { Server } from '../servers/server.ts';
import { load, type Row, type Stage } from './row.ts';

const STAGE: Stage = {
  name: 'ten thousand users',
  userCount: 10_000,
  // Phones arrive on a server that has just started.
  warmUp: () => Promise.resolve(),
};
const CALLS = [50, 200] as const;

/** Ten thousand phones arrive once on an empty server: the three rows below tell of the same arrival. */
const arrivals = new WeakMap<Server, Promise<Outcome>>();

function arrival(server: Server): Promise<Outcome> {
  let outcome = arrivals.get(server);
  if (outcome === undefined) {
    const job = { kind: 'register', perSecond: 2_000, warmSeconds: 0, seconds: 5, once: true } as const;
    outcome = load<'register' | 'options'>(server, job);
    arrivals.set(server, outcome);
  }
  return outcome;
}

const MIB = 1_024 * 1_024;

export const MEMORY_ROWS: readonly Row[] = [
  {
    id: 'arrival',
    title: 'Lost of 10,000 phones that arrive at 2,000 a second',
    unit: '%',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 0.1 },
    stage: STAGE,
    measure: async (server) => 100 * lostShare(await arrival(server)),
  },
  {
    id: 'memory-binding',
    title: 'Memory of a registered phone',
    unit: 'KB',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 5 },
    stage: STAGE,
    async measure(server) {
      const { memoryBytes, done } = await arrival(server);
      const [before = Number.NaN, after = Number.NaN] = memoryBytes;
      return (after - before) / done / 1_024;
    },
  },
  {
    id: 'memory-10000',
    title: 'Memory of the whole program with 10,000 phones registered',
    unit: 'MiB',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 200 },
    stage: STAGE,
    measure: async (server) => ((await arrival(server)).memoryBytes[1] ?? Number.NaN) / MIB,
  },
  {
    id: 'memory-call',
    title: 'Memory of a call that is up',
    unit: 'KB',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 78 },
    stage: STAGE,
    async measure(server) {
      const outcome = await load<'held-calls'>(server, { kind: 'held-calls', steps: CALLS }, 400);
      const [few = Number.NaN, many = Number.NaN] = outcome.memoryBytes;
      return (many - few) / (CALLS[1] - CALLS[0]) / 1_024;
    },
  },
];
