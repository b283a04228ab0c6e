import { join } from 'node:path';
import type { Job, Outcome } from '../generator/job.ts';
import { runGenerator, type Server } from '../servers/server.ts';

export type Contestant = 'ringwall' | 'kamailio' | 'rtpengine' | 'bare-node';

/** How long things are measured for; `quick` is for a machine that others are working on. */
export interface Pace {
  readonly warmSeconds: number;
  readonly seconds: number;
}

/** Something that is measured; a figure of it for each contestant is a line of the table. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly contestants: readonly Contestant[];
  /** The bound: on our figure divided by the peer's, or on our figure. */
  readonly target: { readonly of: 'ratio' | 'figure'; readonly atMost?: number; readonly atLeast?: number };
  /** What kind of server it needs; rows of one kind share a server within a round. */
  readonly stage: Stage;
  measure(server: Server, pace: Pace, contestant: Contestant): Promise<number>;
}

export interface Stage {
  readonly name: string;
  /** 0: no server at all. */
  readonly userCount: number;
  /**
   * Work before the first row, not measured: a server is measured as it runs for months, not in its first second,
   * in which a just-in-time compiler is busy.
   */
  warmUp(server: Server, pace: Pace): Promise<void>;
}

/** So much longer than a row: a just-in-time compiler still works on what 10,000 REGISTERs have used. */
const WARM_UP = 3;

/** Calls and registrations, for those that speak SIP: a server is measured when its code is compiled. */
export async function warmUpSip(server: Server, pace: Pace): Promise<void> {
  if (server.users.length === 0) return;
  const seconds = WARM_UP * pace.seconds;
  await load<'calls'>(server, { kind: 'calls', perSecond: 100, warmSeconds: 0, seconds });
  const job = { kind: 'register', perSecond: 2_000, warmSeconds: 0, seconds } as const;
  await load<'register' | 'options'>(server, job);
}

const GENERATOR = join(import.meta.dirname, '..', 'generator', 'main.ts');

/** What of a job does not depend on the row. */
type JobOf<Kind extends Job['kind']> = Omit<
  Extract<Job, { kind: Kind }>,
  'server' | 'pid' | 'users' | 'phonePort'
>;

/** What of a job is the server's. */
export function at(server: Server): Pick<Job, 'server' | 'pid' | 'phonePort'> {
  return {
    server: { address: server.address, port: server.port },
    pid: server.pid,
    phonePort: server.phonePort,
  };
}

export async function load<Kind extends Job['kind']>(
  server: Server,
  job: JobOf<Kind>,
  userCount = server.users.length,
): Promise<Outcome> {
  const whole = { ...job, ...at(server), users: server.users.slice(0, userCount) };
  return JSON.parse(await runGenerator(GENERATOR, JSON.stringify(whole), 90_000)) as Outcome;
}

/** For a row that would say nothing about a server that did not do its work. */
export function insist(outcome: Outcome, mostLost: number, what: string): Outcome {
  const lost = 1 - outcome.done / outcome.tried;
  if (lost <= mostLost) return outcome;
  const refused = Object.entries(outcome.refused).map(([status, count]) => `${count} × ${status}`);
  const why = refused.length === 0 ? '' : ` (${refused.join(', ')})`;
  throw new Error(`${what}: ${(lost * 100).toFixed(1)} % of ${outcome.tried} lost${why}`);
}
