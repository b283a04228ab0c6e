import { lostShare } from '../generator/job.ts';
import type { Server } from '../servers/server.ts';
import { insist, load, type Pace, type Row, type Stage, warmUpSip } from './row.ts';

const STAGE: Stage = {
  name: 'a thousand users',
  userCount: 1_000,
  warmUp: warmUpSip,
};
const CONTESTANTS = ['ringwall', 'kamailio', 'bare-node'] as const;
const MOST_LOST = 0.001;
/** A disturbed machine loses packets that the server never saw; above this the figure says nothing. */
const MOST_LOST_FOR_CPU = 0.05;

function cpuRow(id: string, kind: 'register' | 'options', perSecond: number, atMost: number): Row {
  const what = kind === 'register' ? 'REGISTER with digest' : 'OPTIONS';
  return {
    id,
    title: `CPU of a ${what}, ${perSecond.toLocaleString('en')} a second`,
    unit: 'µs',
    contestants: CONTESTANTS,
    target: { of: 'ratio', atMost },
    stage: STAGE,
    async measure(server, pace) {
      const outcome = await load<'register' | 'options'>(server, { kind, perSecond, ...pace });
      return insist(outcome, MOST_LOST_FOR_CPU, id).microsecondsEach;
    },
  };
}

/** The highest rate at which less than a thousandth is lost: found by halves, then three times by the middle. */
async function highestRate(server: Server, pace: Pace): Promise<number> {
  const carries = async (perSecond: number): Promise<boolean> => {
    const job = { kind: 'register', perSecond, warmSeconds: 0.5, seconds: pace.seconds / 2 } as const;
    return lostShare(await load<'register' | 'options'>(server, job)) < MOST_LOST;
  };
  let [carried, tooMuch] = [0, 2_000];
  while (tooMuch < 60_000 && (await carries(tooMuch))) [carried, tooMuch] = [tooMuch, tooMuch * 1.5];
  for (let step = 0; step < 3; step++) {
    const middle = Math.sqrt(Math.max(carried, tooMuch / 2) * tooMuch);
    if (await carries(middle)) carried = middle;
    else tooMuch = middle;
  }
  return carried;
}

export const SIGNALLING_ROWS: readonly Row[] = [
  cpuRow('register-1000', 'register', 1_000, 2),
  cpuRow('register-8000', 'register', 8_000, 1.8),
  cpuRow('options-2000', 'options', 2_000, 1.5),
  {
    id: 'register-most',
    title: 'Most REGISTERs a second with less than 0.1 % lost',
    unit: '/s',
    contestants: CONTESTANTS,
    target: { of: 'ratio', atLeast: 0.6 },
    stage: STAGE,
    measure: highestRate,
  },
  {
    id: 'call-100',
    title: 'CPU of a call with digest and media ports, 100 a second (Kamailio: proxy, no media)',
    unit: 'µs',
    contestants: CONTESTANTS,
    target: { of: 'ratio', atMost: 2.5 },
    stage: STAGE,
    async measure(server, pace) {
      const outcome = await load<'calls'>(server, { kind: 'calls', perSecond: 100, ...pace });
      return insist(outcome, MOST_LOST_FOR_CPU, 'call-100').microsecondsEach;
    },
  },
];
