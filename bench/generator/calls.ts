import type { CallsJob, Job, Outcome } from './job.ts';
import { pace, pause } from './pace.ts';
import { Phones } from './phones.ts';
import { closeSockets, openPhones } from './sockets.ts';
import { Tally } from './tally.ts';

const SETTLE_MS = 1_500;

/** A port where nobody listens: these calls carry no sound. */
const silent = (call: number, side: 'caller' | 'callee') => ({
  address: side === 'caller' ? '127.1.1.1' : '127.1.1.2',
  port: 20_000 + 2 * (call % 10_000),
});

/** Calls at an even rate: INVITE, 401, INVITE with the proof, 180, 200, ACK, BYE at once. */
export async function calls(job: CallsJob): Promise<Outcome> {
  const sockets = await openPhones(job.phonePort);
  const phones = new Phones(job.server, job.users, sockets, silent);
  const tally = new Tally(job.pid);
  await phones.register();

  const fire = (): void => {
    const counted = tally.tried();
    phones.call({
      answered: (_call, _sdp, hangUp) => hangUp(),
      ended: (_call, tookMs) => {
        if (counted) tally.done(tookMs);
      },
      failed: (_call, status) => {
        if (counted) tally.refused(status);
      },
    });
  };
  await pace(job.perSecond, job.warmSeconds, fire);
  tally.start();
  await pace(job.perSecond, job.seconds, fire);
  tally.stop();
  await pause(SETTLE_MS);
  closeSockets(sockets);
  return tally.outcome();
}

/** Calls that stay up, to weigh them: memory is read at both numbers of calls. */
export async function heldCalls(job: Extract<Job, { kind: 'held-calls' }>): Promise<Outcome> {
  const sockets = await openPhones(job.phonePort);
  const phones = new Phones(job.server, job.users, sockets, silent);
  const tally = new Tally(job.pid);
  await phones.register();

  const hangUps: (() => void)[] = [];
  tally.start();
  let up = 0;
  for (const step of job.steps) {
    await pace(50, (step - up) / 50, () => {
      tally.tried();
      phones.call({
        answered: (_call, _sdp, hangUp) => {
          hangUps.push(hangUp);
          tally.done(0);
        },
        ended: () => {},
        failed: (_call, status) => tally.refused(status),
      });
    });
    up = step;
    await pause(SETTLE_MS);
    tally.weigh();
  }
  tally.stop();
  for (const hangUp of hangUps) hangUp();
  await pause(SETTLE_MS);
  closeSockets(sockets);
  return tally.outcome();
}
