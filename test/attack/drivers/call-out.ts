// A phone of the office that calls once, and hangs up when it is answered.
import { randomBytes } from 'node:crypto';
import type { Clock, MonotonicMs, Random, WallMs } from '@ringwall/base';
import { TrialPhone } from '../../../packages/cli/src/try/trial-phone.ts';
import { eventually, pause } from '../../interop/harness/process.ts';
import type { Account } from '../../interop/harness/ringwall.ts';
import { takeJob, tell } from './job.ts';

export interface CallOutJob {
  readonly server: { readonly host: string; readonly port: number };
  readonly domain: string;
  readonly from: string;
  readonly account: Account;
  readonly dialled: string;
}

export interface CallOutOutcome {
  /** From dialling to the answer. */
  readonly seconds: number;
}

const HANGING_UP_MS = 500;
const clock: Clock = {
  monotonic: () => performance.now() as MonotonicMs,
  wall: () => Date.now() as WallMs,
};
const random: Random = { bytes: (count) => randomBytes(count) };

const job = await takeJob<CallOutJob>();
const caller = await TrialPhone.open({
  clock,
  random,
  address: { transport: 'udp', ...job.server, from: job.from },
  fingerprint: undefined,
  domain: job.domain,
  ...job.account,
  behaviour: { ringAfterMs: 20, answerAfterMs: 60 },
  hz: 440,
});
caller.say(caller.phone.register());
await eventually(() => caller.phone.registered || undefined, 'the phone is registered');
const began = performance.now();
caller.say(caller.phone.dial(job.dialled));
await eventually(() => caller.call?.state === 'talking' || undefined, 'the call is answered');
const seconds = (performance.now() - began) / 1_000;
caller.say(caller.phone.act(() => caller.call?.hangUp()));
caller.say(caller.phone.register(0));
await pause(HANGING_UP_MS);
tell({ seconds } satisfies CallOutOutcome);
