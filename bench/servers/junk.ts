import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../test/interop/harness/process.ts';
import type { FloodJob, FloodOutcome } from '../../test/attack/drivers/flood.ts';
import type { WrongAnswersJob, WrongAnswersOutcome } from '../../test/attack/drivers/wrong-answers.ts';
import { DriverRun } from '../../test/attack/harness/driver-run.ts';
import { type Host, Network } from '../../test/attack/harness/network.ts';
import { DOMAIN, Scene } from '../../test/attack/harness/scene.ts';
import { eventually } from '../../test/interop/harness/process.ts';
import { cpuMicroseconds } from '../measure/processes.ts';

/** What junk costs whoever it is sent to, and how soon it is not heard any more, in networks of its own: see `rows/guard.ts`. */

const PORT = 5_060;
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

const LIMIT = 10;
const GUESSES = 200;
const EVERY_MS = 3;

/**
 * How long a guesser is still heard: milliseconds from the sending of the wrong password that decides to that of the
 * first one behind it that is not answered. Less than the time between two guesses cannot be seen.
 */
export async function millisecondsToBan(): Promise<number> {
  const scene = await Scene.open();
  try {
    const [from] = scene.attacker.addresses;
    const job: WrongAnswersJob = {
      to: scene.server,
      domain: DOMAIN,
      user: '105',
      own: from,
      from,
      withAnswer: true,
      count: GUESSES,
      everyMs: EVERY_MS,
      limit: LIMIT,
    };
    const run = new DriverRun<WrongAnswersOutcome>(scene.attacker, 'wrong-answers', job);
    const { decidedToDroppedMs } = await run.outcome();
    if (decidedToDroppedMs === undefined) throw new Error(`not banned after ${GUESSES} wrong passwords`);
    return decidedToDroppedMs;
  } finally {
    await scene.close();
  }
}

/** Kamailio with pike, which has met the sender a second before. */
export async function junkAtPike(perSecond: number, seconds: number): Promise<JunkCost> {
  const network = Network.make({ pbx: [1], attacker: [2] });
  const folder = mkdtempSync(join(tmpdir(), 'bench-pike-'));
  const pbx = network.host('pbx');
  const [address] = pbx.addresses;
  const config = readFileSync(join(import.meta.dirname, 'pike.cfg'), 'utf8');
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(file, config.replace('BENCH_LISTEN', `udp:${address}:${PORT}`));
  const [command, ...args] = [...pbx.prefix, 'kamailio', '-f', file, '-DD', '-E', '-m', '64', '-M', '16'];
  const program = new Program(command, [...args, '-P', join(folder, 'pid'), '-w', folder]);
  try {
    await program.waitFor(/Listening on/);
    return await junk(network.host('attacker'), program.pid, { address, port: PORT }, perSecond, seconds);
  } finally {
    await program.stop();
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
