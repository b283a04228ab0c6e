import { pause } from '../generator/pace.ts';
import { insist, load, type Row, type Stage } from './row.ts';

const STAGE: Stage = {
  name: 'relayed calls',
  userCount: 400,
  // A relayed call has its own two seconds of talk before it is measured.
  warmUp: () => Promise.resolve(),
};

/** How long the calls that are listened to take to come about. */
const SET_UP_MS = 4_500;

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
        { kind: 'media', calls, seconds: pace.seconds, by },
        2 * calls,
      );
      return insist(outcome, 0.01, `relay-${calls}`).microsecondsEach;
    },
  };
}

export const RELAY_ROWS: readonly Row[] = [
  relayRow(100),
  relayRow(200),
  {
    id: 'relay-delay',
    title: 'Delay of a relayed packet, 99th percentile, 100 calls, under 100 calls/s and 1,000 REGISTERs/s',
    unit: 'ms',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 5 },
    stage: STAGE,
    async measure(server, pace) {
      const half = server.users.length / 2;
      const others = { ...server, users: server.users.slice(half) };
      const talk = load<'media'>(
        server,
        { kind: 'media', calls: 100, seconds: pace.seconds, by: 'sip' },
        half,
      );
      await Promise.race([talk, pause(SET_UP_MS)]);
      const seconds = pace.seconds + 4;
      const [media] = await Promise.all([
        talk,
        load<'calls'>(others, { kind: 'calls', perSecond: 100, warmSeconds: 0, seconds }, half / 2),
        load<'register' | 'options'>(
          { ...others, users: others.users.slice(half / 2) },
          { kind: 'register', perSecond: 1_000, warmSeconds: 0, seconds },
        ),
      ]);
      return insist(media, 0, 'relay-delay').p99Ms;
    },
  },
];
