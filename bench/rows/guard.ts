import { join } from 'node:path';
import { whyNoNamespaces } from '../../scripts/namespaces.ts';
import { guessAtPike, guessAtRingwall, type Heard, LIMITS } from '../servers/guesser.ts';
import { type JunkCost, junkAtPike, junkAtRingwall } from '../servers/junk.ts';
import { runPinned } from '../servers/server.ts';
import type { Contestant, Pace, Row, Stage } from './row.ts';

const STAGE: Stage = { name: 'networks of its own', userCount: 0, warmUp: () => Promise.resolve() };
const PER_SECOND = 20_000;
const IN_THE_KERNEL = join(import.meta.dirname, '..', 'guard', 'nft.ts');
/** As much as one sender can: what is refused then is what one core can refuse, by what each packet costs. */
const LEAST_SENT = 0.8;

function insistOnNamespaces(): void {
  const why = whyNoNamespaces();
  if (why !== undefined) throw new Error(`not here: ${why}`);
}

async function cost(measured: () => Promise<JunkCost>): Promise<JunkCost> {
  insistOnNamespaces();
  const junk = await measured();
  if (junk.perSecond < LEAST_SENT * PER_SECOND) {
    throw new Error(`only ${Math.round(junk.perSecond)} packets a second could be sent`);
  }
  return junk;
}

function guess(contestant: Contestant, perSecond: number): Promise<Heard> {
  insistOnNamespaces();
  return contestant === 'kamailio' ? guessAtPike(perSecond) : guessAtRingwall(perSecond);
}

/** Time to ban, and what is answered meanwhile: less than the time between two guesses cannot be told. */
function guessingRows(perSecond: number): readonly Row[] {
  const how = `${perSecond.toLocaleString('en')} a second from one address (limit ${LIMITS.ringwall}; Kamailio: pike, ${LIMITS.pike})`;
  const common = { contestants: ['ringwall', 'kamailio'], stage: STAGE } as const;
  return [
    {
      ...common,
      id: `guard-ban-${perSecond}`,
      title: `From the wrong password at the limit to the first behind it that is not answered, ${how}`,
      unit: 'ms',
      target: { of: 'figure', atMost: 50 },
      measure: async (_server, _pace, contestant) => (await guess(contestant, perSecond)).decidedToDroppedMs,
    },
    {
      ...common,
      id: `guard-heard-${perSecond}`,
      title: `Wrong passwords behind the one at the limit that are answered, ${how}`,
      unit: 'answers',
      target: { of: 'figure', atMost: 0 },
      measure: async (_server, _pace, contestant) => (await guess(contestant, perSecond)).heardAfter,
    },
  ];
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
    id: 'guard-most-kernel',
    title:
      'The same in the kernel, among 10,001 banned addresses, by what a packet costs; to send it is in it',
    unit: '/s',
    contestants: ['ringwall'],
    target: { of: 'figure' },
    stage: STAGE,
    measure: async () => {
      insistOnNamespaces();
      const said = await runPinned(IN_THE_KERNEL, 60_000, ['--json', '--rounds', '5']);
      return 1e9 / (JSON.parse(said) as { readonly bannedNs: number }).bannedNs;
    },
  },
  ...[100, 1_000].flatMap(guessingRows),
];
