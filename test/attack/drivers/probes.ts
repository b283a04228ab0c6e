// Two phones of the office talk all the time, and one of them registers again each second: an attack is measured by
// what it does to them.
import { randomBytes } from 'node:crypto';
import type { Clock, MonotonicMs, Random, WallMs } from '@ringwall/base';
import { TrialPhone } from '../../../packages/cli/src/try/trial-phone.ts';
import { eventually, pause } from '../../interop/harness/process.ts';
import type { Account } from '../../interop/harness/ringwall.ts';
import { takeJob, tell, untilEnough } from './job.ts';

interface ProbingPhone {
  readonly from: string;
  readonly account: Account;
}

export interface ProbesJob {
  readonly server: { readonly host: string; readonly port: number };
  readonly domain: string;
  readonly metrics: string;
  /** The first two talk; the others are registered, and idle. */
  readonly phones: readonly ProbingPhone[];
}

export interface ProbesOutcome {
  readonly registrations: { readonly tried: number; readonly done: number };
  /** RTP packets from the first phone to the second, and back. */
  readonly directions: readonly { readonly sent: number; readonly heard: number }[];
  /** Was the call still up at the end? */
  readonly talking: boolean;
  /** How late the event loop was meanwhile, in 99 of 100 looks at it. */
  readonly loopDelayMs: number;
  /** Of the program itself, since its start. */
  readonly mistakes: number;
}

const REGISTER_EVERY_MS = 1_000;
const ON_THE_WAY_MS = 300;

const clock: Clock = {
  monotonic: () => performance.now() as MonotonicMs,
  wall: () => Date.now() as WallMs,
};
const random: Random = { bytes: (count) => randomBytes(count) };

const job = await takeJob<ProbesJob>();

/** What the program says of itself. Reading it begins a new span for the delay of its event loop. */
async function metrics(): Promise<Pick<ProbesOutcome, 'loopDelayMs' | 'mistakes'>> {
  const text = await (await fetch(job.metrics)).text();
  const late = /^ringwall_event_loop_delay_seconds\{quantile="0.99"\} (\S+)$/m.exec(text)?.[1];
  const mistakes = /^ringwall_mistakes_total (\d+)$/m.exec(text)?.[1];
  return { loopDelayMs: Number(late) * 1_000, mistakes: Number(mistakes) };
}

async function open(phone: ProbingPhone): Promise<TrialPhone> {
  const opened = await TrialPhone.open({
    clock,
    random,
    address: { transport: 'udp', ...job.server, from: phone.from },
    fingerprint: undefined,
    domain: job.domain,
    ...phone.account,
    behaviour: { ringAfterMs: 20, answerAfterMs: 60 },
    hz: 440,
  });
  opened.say(opened.phone.register());
  await eventually(() => opened.phone.registered || undefined, `${phone.account.number} is registered`);
  return opened;
}

const phones = await Promise.all(job.phones.map(open));
const [caller, callee] = phones as [TrialPhone, TrialPhone];
caller.say(caller.phone.dial(callee.phone.options.number));
const bothTalk = (): boolean => caller.call?.state === 'talking' && callee.call?.state === 'talking';
await eventually(() => bothTalk() || undefined, 'the two phones talk');

const registrations = { tried: 0, done: 0 };
function registerAgain(): void {
  if (registrations.tried > 0 && caller.phone.registration === 200) registrations.done++;
  registrations.tried++;
  caller.say(caller.phone.register());
}

const voices = [
  [caller, callee],
  [callee, caller],
] as const;
const counts = () =>
  voices.map(([from, to]) => ({ sent: from.voice?.sent ?? 0, heard: to.voice?.heard.packets ?? 0 }));

// What is said before both sides of the relay know where the other is, is lost on a quiet day too.
await pause(ON_THE_WAY_MS);
const before = counts();
await metrics();
registerAgain();
const timer = setInterval(registerAgain, REGISTER_EVERY_MS);
await untilEnough();
clearInterval(timer);
await pause(REGISTER_EVERY_MS);
if (caller.phone.registration === 200) registrations.done++;

const said = await metrics();
const talking = bothTalk();
caller.say(caller.phone.act(() => caller.call?.hangUp()));
for (const phone of phones) phone.say(phone.phone.register(0));
await pause(ON_THE_WAY_MS);
tell({
  registrations,
  directions: counts().map(({ sent, heard }, i) => ({
    sent: sent - (before[i]?.sent ?? 0),
    heard: heard - (before[i]?.heard ?? 0),
  })),
  talking,
  ...said,
} satisfies ProbesOutcome);
