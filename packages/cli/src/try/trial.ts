import { setTimeout as wait } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { randomBytes } from 'node:crypto';
import type { Clock, MonotonicMs, Random, WallMs } from '@ringwall/base';
import type { ResponseOf } from '@ringwall/contract';
import { faultOf, type HeardTone, listen } from './heard.ts';
import { TrialPhone } from './trial-phone.ts';

/** One step of the trial, as it is told. */
export interface TrialStep {
  readonly says: string;
  readonly ok: boolean;
  readonly tookMs: number;
}

export interface TrialReport {
  readonly ok: boolean;
  readonly transport: string;
  /** What protected the signalling: `TLSv1.3`, or null. */
  readonly signallingProtection: string | null;
  /** What protected the sound on each side: the SRTP suite, or null. */
  readonly soundProtection: readonly (string | null)[];
  /** What each phone heard of the other; none of it if it did not come to that. */
  readonly heard: readonly HeardTone[];
  readonly steps: readonly TrialStep[];
}

const TONES = [440, 620] as const;
const STEP_MS = 8_000;
const TALK_MS = 2_000;

const clock: Clock = {
  monotonic: () => performance.now() as MonotonicMs,
  wall: () => Date.now() as WallMs,
};
const random: Random = { bytes: (count) => randomBytes(count) };

/**
 * Places a real call over real sockets between two test phones, through the running phone system, and listens on
 * both sides. Each step is told as it is done; the first that fails ends the trial.
 */
export async function runTrial(
  begun: ResponseOf<'try.begin'>,
  tell: (step: TrialStep) => void,
): Promise<TrialReport> {
  const [address] = begun.addresses;
  const steps: TrialStep[] = [];
  const phones: TrialPhone[] = [];
  const heard: HeardTone[] = [];
  const step = async (says: string, run: () => Promise<string | boolean>): Promise<boolean> => {
    const startedAt = performance.now();
    let outcome: string | boolean;
    try {
      outcome = await run();
    } catch (error) {
      outcome = error instanceof Error ? error.message : String(error);
    }
    const ok = outcome === true;
    const detail = typeof outcome === 'string' ? `: ${outcome}` : '';
    const done = { says: `${says}${detail}`, ok, tookMs: Math.round(performance.now() - startedAt) };
    steps.push(done);
    tell(done);
    return ok;
  };
  const report = (): TrialReport => ({
    ok: steps.length > 0 && steps.every(({ ok }) => ok),
    transport: address?.transport ?? 'none',
    signallingProtection: phones[0]?.wire.protection ?? null,
    soundProtection: phones.map(({ call }) => call?.media.srtp?.send.suite ?? null),
    heard,
    steps,
  });
  try {
    await trialSteps(begun, phones, heard, step);
    return report();
  } finally {
    for (const phone of phones) phone.close();
  }
}

type Step = (says: string, run: () => Promise<string | boolean>) => Promise<boolean>;

async function trialSteps(
  begun: ResponseOf<'try.begin'>,
  phones: TrialPhone[],
  heard: HeardTone[],
  step: Step,
): Promise<void> {
  const [address] = begun.addresses;
  const connected = await step(
    `Two test phones connect over ${address?.transport.toUpperCase() ?? '?'}`,
    async () => {
      if (address === undefined)
        return 'the phone system listens nowhere that this machine can reach by itself';
      for (const [i, { number, authId, password }] of begun.extensions.entries()) {
        // One after the other, so that a failure names one.
        const phone = await TrialPhone.open({
          // eslint-disable-line no-await-in-loop
          clock,
          random,
          address,
          fingerprint: begun.certificate?.fingerprint,
          domain: begun.domain,
          number,
          authId,
          password,
          hz: TONES[i] ?? TONES[0],
          behaviour: i === 0 ? {} : { ringAfterMs: 100, answerAfterMs: 500 },
        });
        phones.push(phone);
      }
      return true;
    },
  );
  const [caller, callee] = phones;
  if (!connected || caller === undefined || callee === undefined) return;

  const registered = await step('They register, after proving their passwords', async () => {
    for (const phone of phones) phone.say(phone.phone.register());
    await until(() => phones.every(({ phone }) => phone.registration !== undefined));
    const refused = phones.find(({ phone }) => !phone.registered);
    return refused === undefined || `the phone system said ${refused.phone.registration ?? 'nothing'}`;
  });
  if (!registered) return;

  const rang = await step('The first calls the second, which rings', async () => {
    caller.say(caller.phone.dial(callee.phone.options.number));
    await until(() => caller.call?.progress.includes(180) === true || caller.call?.state === 'ended');
    return (
      caller.call?.progress.includes(180) === true ||
      `the phone system said ${caller.call?.status ?? 'nothing'}`
    );
  });
  if (!rang) return;

  const answered = await step('The second answers', async () => {
    await until(() => caller.call?.state !== 'calling');
    return caller.call?.state === 'talking' || `the phone system said ${caller.call?.status ?? 'nothing'}`;
  });
  if (!answered) return;

  await step('Each says a tone and hears the other', async () => {
    await wait(TALK_MS);
    heard.push(heardBy(caller, TONES[1]), heardBy(callee, TONES[0]));
    const faults = heard.map(faultOf).filter((fault) => fault !== undefined);
    return faults.length === 0 || faults.join('; ');
  });

  await step('They hang up', async () => {
    caller.say(caller.phone.act(() => caller.call?.hangUp()));
    await until(() => callee.call?.state === 'ended');
    return callee.call?.state === 'ended' || 'the other phone was not told';
  });
}

function heardBy({ phone, voice }: TrialPhone, hz: number): HeardTone {
  return listen(phone.options.number, voice?.heard, hz);
}

async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + STEP_MS;
  while (!done() && performance.now() < end) await wait(10); // eslint-disable-line no-await-in-loop
}
