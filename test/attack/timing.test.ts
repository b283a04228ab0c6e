// Stage two, by the clock: how long an answer takes says neither whether a name exists nor what becomes of it.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Name, TimingJob, TimingOutcome } from './drivers/timing.ts';
import { areaDeviation } from './harness/area-under-curve.ts';
import { METHODS, NEVER_ANSWERED } from './harness/messages.ts';
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

type Names = TimingJob['kinds'][string];

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
    const kinds = { known, unknown: strangers(known, new Dice(known.length)) };
    for (const wrongDigest of [false, true]) {
      await assertSameTime(t, scene, { method: 'REGISTER', kinds, probes: PROBES, wrongDigest });
    }
  });
}

/** Of each of five kinds, against the four others: chance stays within 0.03 by more than four deviations. */
const PROBES_OF_FIVE = 2_500;

test('answers take as long whatever would become of the number: free, busy, disabled, for the LAN alone, or nobody’s', async (t) => {
  const scene = await Scene.open();
  t.after(() => scene.close());
  await scene.whitelist(EVERYWHERE);
  const { ringwall } = scene;
  const free = await ringwall.addExtension('103');
  const disabled = await ringwall.addExtension('105');
  const lanOnly = await ringwall.addExtension('106');
  await ringwall.ask('extension.disable', { number: disabled.number });
  await ringwall.ask('extension.set', { number: lanOnly.number, lanOnly: true });
  await scene.probe([free]);
  const [busy] = scene.office;
  const nobody = strangers([free], new Dice(1));
  const kinds = { free: [free], busy: [busy], disabled: [disabled], lanOnly: [lanOnly], nobody } as const;
  const asked = { kinds, probes: PROBES_OF_FIVE };
  for (const method of METHODS.filter((each) => !NEVER_ANSWERED.has(each))) {
    await assertSameTime(t, scene, { ...asked, method, wrongDigest: false });
  }
  for (const method of ['REGISTER', 'INVITE', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE']) {
    await assertSameTime(t, scene, { ...asked, method, wrongDigest: true });
  }
});

async function assertSameTime(
  t: TestContext,
  scene: Scene,
  asked: Pick<TimingJob, 'method' | 'kinds' | 'probes' | 'wrongDigest'>,
): Promise<void> {
  const job: TimingJob = { to: scene.server, from: SOURCES, domain: DOMAIN, seed: 1, ...asked };
  const outcome = await scene.drive<TimingOutcome>(scene.attacker, 'timing', job);
  const { method, probes, wrongDigest } = asked;
  const others = (outcome.kinds.length - 1) * probes;
  for (const { kind, area, medianMicroseconds } of outcome.kinds) {
    const off = (area - 0.5) / areaDeviation(probes, others);
    const text =
      `${method}, ${wrongDigest ? 'wrong digest' : 'no credentials'}, ${kind}: area ${area.toFixed(4)} ` +
      `(${off.toFixed(1)} deviations), median ${medianMicroseconds.toFixed(1)} µs`;
    t.diagnostic(text);
    assert.equal(outcome.unanswered, 0, text);
    assert.ok(Math.abs(area - 0.5) < MOST_AREA, text);
  }
}
