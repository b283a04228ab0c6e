import type { WrongAnswersJob, WrongAnswersOutcome } from '../../test/attack/drivers/wrong-answers.ts';
import { DriverRun } from '../../test/attack/harness/driver-run.ts';
import type { Network } from '../../test/attack/harness/network.ts';
import { DOMAIN, Scene } from '../../test/attack/harness/scene.ts';
import { withPike } from './pike.ts';

/** How soon who guesses passwords is not heard any more, in networks of its own: see `rows/guard.ts`. */

/** Each at the limit that it has by itself: `guard.failedAuthFastLimit`, and `reqs_density_per_unit` of pike.cfg. */
export const LIMITS = { ringwall: 10, pike: 16 } as const;
const GUESSING_SECONDS = 1;

/** What became of the guesses of one second. */
export interface Heard {
  /**
   * Milliseconds from the sending of the wrong password at the limit to that of the first one behind it that is not
   * answered. Less than the time between two guesses cannot be seen.
   */
  readonly decidedToDroppedMs: number;
  /** Wrong passwords behind the one at the limit that were answered all the same. */
  readonly heardAfter: number;
}

async function guess(
  network: Network,
  server: WrongAnswersJob['to'],
  perSecond: number,
  limit: number,
): Promise<Heard> {
  const attacker = network.host('attacker');
  const [from] = attacker.addresses;
  const job: WrongAnswersJob = {
    to: server,
    domain: DOMAIN,
    user: '105',
    own: from,
    from,
    withAnswer: true,
    count: perSecond * GUESSING_SECONDS,
    everyMs: 1_000 / perSecond,
    limit,
  };
  const outcome = await new DriverRun<WrongAnswersOutcome>(attacker, 'wrong-answers', job).outcome();
  const { decidedToDroppedMs, heardAfter } = outcome;
  if (decidedToDroppedMs === undefined) throw new Error(`heard after ${job.count} wrong passwords`);
  return { decidedToDroppedMs, heardAfter };
}

export async function guessAtRingwall(perSecond: number): Promise<Heard> {
  const scene = await Scene.open();
  try {
    return await guess(scene.network, scene.server, perSecond, LIMITS.ringwall);
  } finally {
    await scene.close();
  }
}

/** Pike counts requests and knows nothing of passwords: all that it sees of these are wrong ones. */
export function guessAtPike(perSecond: number): Promise<Heard> {
  return withPike(({ network, server }) => guess(network, server, perSecond, LIMITS.pike));
}
