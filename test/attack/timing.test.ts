// Stage two, by the clock: how long an answer takes does not say whether a name exists.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Name, TimingJob, TimingOutcome } from './drivers/timing.ts';
import { areaDeviation } from './harness/area-under-curve.ts';
import { EVERYWHERE } from './harness/network.ts';
import { DOMAIN, Scene } from './harness/scene.ts';
import { Dice } from '../fuzz/dice.ts';

/** Of each kind: chance alone stays within 0.03 of 0.5 by more than five deviations. */
const PROBES = 5_000;
const MOST_AREA = 0.03;
const FIRST = 10_000;
/** Many, since one that fails ten times for an account is slowed down even where the guard lets everything pass. */
const SOURCES = Array.from({ length: 2_500 }, (_, i) => `10.98.${i >> 8}.${i & 0xff}`);
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz'.split('') as [string, ...string[]];

type Names = TimingJob['known'];

/** As many names that nobody has, like those that somebody has in length and letters. */
function strangers(known: Names, dice: Dice): Names {
  const stranger = ({ authId }: Name, i: number): Name => ({
    number: String(FIRST + known.length + i),
    authId: Array.from(authId, () => dice.pick(LETTERS)).join(''),
  });
  return known.map(stranger) as [Name, ...Name[]];
}

for (const accounts of [1, 10_000]) {
  test(`${accounts} accounts: answers take as long for a name that exists as for one that does not`, async (t) => {
    const extensions = Array.from({ length: accounts }, (_, i) => String(FIRST + i));
    const scene = await Scene.open({ extensions });
    t.after(() => scene.close());
    await scene.whitelist(EVERYWHERE);
    const known = scene.ringwall.accounts as readonly Name[] as Names;
    for (const wrongDigest of [false, true]) await assertSameTime(t, scene, known, wrongDigest);
  });
}

async function assertSameTime(
  t: TestContext,
  scene: Scene,
  known: Names,
  wrongDigest: boolean,
): Promise<void> {
  const job: TimingJob = {
    to: scene.server,
    from: SOURCES,
    domain: DOMAIN,
    known,
    unknown: strangers(known, new Dice(known.length)),
    probes: PROBES,
    wrongDigest,
    seed: 1,
  };
  const outcome = await scene.drive<TimingOutcome>(scene.attacker, 'timing', job);
  const { area, medianMicroseconds, unanswered } = outcome;
  const off = (area - 0.5) / areaDeviation(PROBES, PROBES);
  const text =
    `${wrongDigest ? 'wrong digest' : 'no credentials'}: area ${area.toFixed(4)} (${off.toFixed(1)} deviations), ` +
    `median ${medianMicroseconds.known.toFixed(1)} µs known, ${medianMicroseconds.unknown.toFixed(1)} µs unknown`;
  t.diagnostic(text);
  assert.equal(unanswered, 0, text);
  assert.ok(Math.abs(area - 0.5) < MOST_AREA, text);
}
