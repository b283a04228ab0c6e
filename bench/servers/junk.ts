import type { FloodJob, FloodOutcome } from '../../test/attack/drivers/flood.ts';
import { DriverRun } from '../../test/attack/harness/driver-run.ts';
import type { Host } from '../../test/attack/harness/network.ts';
import { DOMAIN, Scene } from '../../test/attack/harness/scene.ts';
import { eventually } from '../../test/interop/harness/process.ts';
import { cpuMicroseconds } from '../measure/processes.ts';
import { withPike } from './pike.ts';

/** What junk costs whoever it is sent to, in networks of its own: see `rows/guard.ts`. */

const WARM_SECONDS = 1;

/** CPU of the program for each packet, in microseconds, and whether any was answered. */
export interface JunkCost {
  readonly microsecondsEach: number;
  readonly perSecond: number;
  readonly answers: number;
}

/** Sends requests from one address to a server, and takes what its process needs meanwhile. */
async function junk(
  attacker: Host,
  pid: number,
  to: FloodJob['to'],
  perSecond: number,
  seconds: number,
): Promise<JunkCost> {
  const [from] = attacker.addresses;
  const flood = (forSeconds: number): Promise<FloodOutcome> => {
    const job: FloodJob = {
      to,
      from,
      what: 'OPTIONS',
      host: DOMAIN,
      user: '901',
      perSecond,
      seconds: forSeconds,
      seed: 1,
    };
    return new DriverRun<FloodOutcome>(attacker, 'flood', job).outcome();
  };
  await flood(WARM_SECONDS);
  const before = cpuMicroseconds(pid);
  const { sent, answers } = await flood(seconds);
  const used = cpuMicroseconds(pid) - before;
  return { microsecondsEach: used / sent, perSecond: sent / seconds, answers };
}

/** Ringwall, with the sender on its blacklist: dropped by the program, or by the kernel. */
export async function junkAtRingwall(kernel: boolean, perSecond: number, seconds: number): Promise<JunkCost> {
  const scene = await Scene.open({ kernel });
  try {
    const [network] = scene.attacker.addresses;
    if (kernel) {
      await eventually(async () => {
        const status = (await scene.ringwall.ask('guard.status', {})) as { kernel: { by: string } };
        return status.kernel.by === 'kernel' ? true : undefined;
      }, 'the kernel at work');
    }
    await scene.ringwall.ask('guard.add', { list: 'blacklist', network });
    return await junk(scene.attacker, scene.ringwall.pid, scene.server, perSecond, seconds);
  } finally {
    await scene.close();
  }
}

/** Kamailio with pike, which has met the sender a second before. */
export function junkAtPike(perSecond: number, seconds: number): Promise<JunkCost> {
  return withPike(({ network, pid, server }) =>
    junk(network.host('attacker'), pid, server, perSecond, seconds),
  );
}
