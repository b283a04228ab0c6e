import assert from 'node:assert/strict';
import type { CallRecord } from '@ringwall/pbx';
import type { Phone, PhoneCall } from '@ringwall/phone';
import { World, type WorldOptions } from '@ringwall/testkit';

/** Four extensions, for most of what can happen between people. */
export const EXTENSIONS = ['101', '102', '103', '104'].map((number) => ({
  number,
  authId: `auth${number}xyz`,
  password: `Secret-of-${number}-4711`,
}));

/** How bad the network is. */
export const CLEAN: Partial<WorldOptions> = {};
export const LOSSY: Partial<WorldOptions> = { loss: 0.2, delayMs: [2, 60], duplication: 0.1 };

export function office(seed: number, network: Partial<WorldOptions> = CLEAN): World {
  return new World({ seed, extensions: EXTENSIONS, ...network });
}

/**
 * Runs the same scenario with many seeds. What fails says with which seed, and what passed on the wires.
 */
export function forSeeds(
  count: number,
  network: Partial<WorldOptions>,
  scenario: (world: World, seed: number) => void,
): void {
  for (let seed = 1; seed <= count; seed++) {
    const world = office(seed, network);
    try {
      scenario(world, seed);
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error(String(error));
      throw new Error(`seed ${seed}: ${message}\n${world.trace.slice(-120).join('\n')}`, { cause: error });
    }
  }
}

/**
 * Dials, and waits until it has come to something. Now and then a lossy network loses every challenge, and the call comes
 * to nobody: who dials again has the same chance.
 *
 * @returns the call that came to something; fails the test if the second did not either.
 */
export function dialUntil(world: World, phone: Phone, number: string, isDone: (call: PhoneCall) => boolean) {
  for (let times = 1; ; times++) {
    const call = world.dial(phone, number);
    if (world.runUntil(() => isDone(call), 40_000)) return call;
    assert.ok(times < 2 && world.records.length === 0, `the call to ${number} comes to nothing`);
  }
}

/** Everybody has hung up and time has passed: nothing may be left of any call. */
export function assertNothingLeft(world: World, calls: number): void {
  world.runFor(70_000);
  for (const phone of world.phones) {
    for (const call of phone.calls)
      assert.equal(call.state, 'ended', `a call of ${phone.options.number} goes on`);
  }
  const counts = world.pbx.counts();
  for (const [table, size] of Object.entries(counts.callTables)) assert.equal(size, 0, `${table} left`);
  const { clientInvite, clientNonInvite, serverInvite, serverNonInvite } = counts.transactions;
  assert.deepEqual(
    [clientInvite, clientNonInvite, serverInvite, serverNonInvite],
    [0, 0, 0, 0],
    'transactions left',
  );
  assert.equal(world.media.legs.size, 0, 'ports left');
  assert.equal(world.records.length, calls, 'one record a call');
  for (const record of world.records) assertWhole(record);
}

function assertWhole(record: CallRecord): void {
  assert.ok(record.endedAt >= record.startedAt);
  assert.ok(record.reason !== '');
  for (const { startedAt = 0, answeredAt = startedAt, endedAt = 0 } of record.legs) {
    assert.ok(startedAt > 0 && startedAt <= answeredAt && answeredAt <= endedAt, 'times of a leg');
  }
  assert.equal(record.outcome === 'answered', record.answeredAt !== undefined, record.outcome);
}

/** The two hear each other, as soon as the network lets them, and for as long as nobody changes anything. */
export function assertTalking(world: World, a: PhoneCall, b: PhoneCall): void {
  const hearing = (): boolean => world.hears(a, b) && world.hears(b, a);
  world.runUntil(hearing, 40_000);
  for (let seconds = 0; seconds < 2; seconds++) {
    assert.equal(a.state, 'talking');
    assert.equal(b.state, 'talking');
    assert.ok(world.hears(a, b), 'the first does not hear the second');
    assert.ok(world.hears(b, a), 'the second does not hear the first');
    world.runFor(1_000);
  }
}

export function lastCall(phone: { readonly calls: readonly PhoneCall[] }): PhoneCall {
  const call = phone.calls.at(-1);
  assert.ok(call !== undefined, 'the phone has no call');
  return call;
}
