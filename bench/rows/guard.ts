import { whyNoNamespaces } from '../../scripts/namespaces.ts';
import { type JunkCost, junkAtPike, junkAtRingwall, millisecondsToBan } from '../servers/junk.ts';
import type { Pace, Row, Stage } from './row.ts';

const STAGE: Stage = { name: 'networks of its own', userCount: 0, warmUp: () => Promise.resolve() };
const PER_SECOND = 20_000;
/** As much as one sender can: what is refused then is what one core can refuse, by what each packet costs. */
const LEAST_SENT = 0.8;

async function cost(measured: () => Promise<JunkCost>): Promise<JunkCost> {
  const why = whyNoNamespaces();
  if (why !== undefined) throw new Error(`not here: ${why}`);
  const junk = await measured();
  if (junk.perSecond < LEAST_SENT * PER_SECOND) {
    throw new Error(`only ${Math.round(junk.perSecond)} packets a second could be sent`);
  }
  return junk;
}

async function bannedWithin(): Promise<number> {
  const why = whyNoNamespaces();
  if (why !== undefined) throw new Error(`not here: ${why}`);
  return millisecondsToBan();
}

async function share(junk: JunkCost): Promise<number> {
  return (junk.microsecondsEach * PER_SECOND) / 10_000;
}

export const GUARD_ROWS: readonly Row[] = [
  {
    id: 'guard-junk',
    title:
      'CPU at 20,000 packets a second from a blacklisted source, dropped by the program (Kamailio: pike)',
    unit: '% of a core',
    contestants: ['ringwall', 'kamailio'],
    target: { of: 'ratio' },
    stage: STAGE,
    measure: async (_, { seconds }: Pace, contestant) =>
      share(
        await cost(() =>
          contestant === 'kamailio'
            ? junkAtPike(PER_SECOND, seconds)
            : junkAtRingwall(false, PER_SECOND, seconds),
        ),
      ),
  },
  {
    id: 'guard-most',
    title: 'Packets a second from a blacklisted source that one core refuses in the program, by their cost',
    unit: '/s',
    contestants: ['ringwall', 'kamailio'],
    target: { of: 'ratio' },
    stage: STAGE,
    measure: async (_, { seconds }: Pace, contestant) => {
      const { microsecondsEach } = await cost(() =>
        contestant === 'kamailio'
          ? junkAtPike(PER_SECOND, seconds)
          : junkAtRingwall(false, PER_SECOND, seconds),
      );
      return 1e6 / microsecondsEach;
    },
  },
  {
    id: 'guard-junk-kernel',
    title: 'CPU of the program at 20,000 packets a second from a blacklisted source, dropped by the kernel',
    unit: '% of a core',
    contestants: ['ringwall'],
    // Nearly all of it is what the program needs when nobody sends anything.
    target: { of: 'figure' },
    stage: STAGE,
    measure: async (_, { seconds }: Pace) =>
      share(await cost(() => junkAtRingwall(true, PER_SECOND, seconds))),
  },
  {
    id: 'guard-ban',
    title: 'From the wrong password that decides to the first request that is not heard, one each 3 ms',
    unit: 'ms',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 50 },
    stage: STAGE,
    measure: bannedWithin,
  },
];
