import type { CallsJob, Outcome, RefreshJob } from '../generator/job.ts';
import type { Server } from '../servers/server.ts';
import { at, insist, load, type Pace, type Row, type Stage, warmUpSip } from './row.ts';

const MOST_CALLS = 200;
/** Users that call, and as many that register, while the relay's delay is measured. */
const OTHERS = 100;

const STAGE: Stage = {
  name: 'relayed calls',
  userCount: 2 * MOST_CALLS + 2 * OTHERS,
  warmUp: warmUpSip,
};

function relayRow(calls: number): Row {
  return {
    id: `relay-${calls}`,
    title: `CPU of a relayed RTP packet, ${calls} calls`,
    unit: 'µs',
    contestants: ['ringwall', 'rtpengine'],
    target: { of: 'ratio', atMost: 1.4 },
    stage: STAGE,
    async measure(server, pace) {
      const by = server.users.length === 0 ? 'rtpengine' : 'sip';
      const outcome = await load<'media'>(
        server,
        { kind: 'media', calls, seconds: pace.seconds, by, beside: [] },
        2 * calls,
      );
      return insist(outcome, 0.01, `relay-${calls}`).microsecondsEach;
    },
  };
}

/** A hundred calls talk, while others call a hundred times a second and register a thousand times. */
async function busy(server: Server, pace: Pace): Promise<Outcome> {
  // From when the calls talk: two seconds before they are measured, until after.
  const common = { ...at(server), warmSeconds: 0, seconds: pace.seconds + 2 };
  const [calling, registering] = [0, 1].map((n) =>
    server.users.slice(2 * MOST_CALLS + n * OTHERS).slice(0, OTHERS),
  );
  const beside: readonly (CallsJob | RefreshJob)[] = [
    { ...common, kind: 'calls', users: calling ?? [], perSecond: 100, phonePort: server.phonePort + 1 },
    {
      ...common,
      kind: 'register',
      users: registering ?? [],
      perSecond: 1_000,
      phonePort: server.phonePort + 2,
    },
  ];
  const job = { kind: 'media', calls: 100, seconds: pace.seconds, by: 'sip', beside } as const;
  const outcome = await load<'media'>(server, job, 200);
  for (const other of outcome.beside ?? []) insist(other, 0.01, 'the load beside');
  return insist(outcome, 0, 'relay-delay');
}

export const RELAY_ROWS: readonly Row[] = [
  relayRow(100),
  relayRow(200),
  {
    id: 'relay-delay',
    title:
      'Delay that the relay adds (99th percentile, less that of packets past it), 100 calls, under 100 calls/s and 1,000 REGISTERs/s',
    unit: 'ms',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 5 },
    stage: STAGE,
    async measure(server, pace) {
      const { p99Ms, directP99Ms = Number.NaN } = await busy(server, pace);
      return Math.max(0, p99Ms - directP99Ms);
    },
  },
];
