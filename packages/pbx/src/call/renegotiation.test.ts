import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLeg, response, stepContext } from '../testing/parts.ts';
import type { Call, Work } from './call.ts';
import type { CallId } from './call-record.ts';
import type { Leg } from './leg.ts';
import { reinviteFailed, reinviteResponse } from './renegotiation.ts';

function workWith(role: Leg['role'], changes: Partial<Leg> = {}, byte = 0): { work: Work; leg: Leg } {
  const base = stepContext();
  const context = { ...base, random: { bytes: (count: number) => new Uint8Array(count).fill(byte) } };
  const sessionTimer = { seconds: 600, refresher: 'us' } as const;
  const common = { state: 'talking', reinviting: true, pendingInvite: undefined, sessionTimer } as const;
  const leg: Leg = { ...openLeg(base), role, ...common, ...changes };
  const other: Leg = { ...openLeg(base), state: 'talking', pendingInvite: undefined };
  const call: Call = {
    id: 'call' as CallId,
    caller: leg.party,
    callerAddress: '10.0.0.9',
    callerLeg: leg.id,
    dialled: '102',
    startedAt: base.wall,
    legs: [leg, other],
    waiting: undefined,
    pair: [leg.id, other.id],
    early: undefined,
    later: [],
    stage: undefined,
    toldRinging: true,
    answerAfterPrack: undefined,
    transfer: undefined,
    service: undefined,
    answeredAt: base.wall,
    answeredBy: undefined,
    redirections: [],
    because: [],
    asked: [],
    transfers: [],
    endsAt: undefined,
    ending: undefined,
  };
  return { work: { call, context, effects: [] }, leg };
}

function delays(work: Work, name: string): (number | undefined)[] {
  return work.effects.flatMap((effect) =>
    effect.do === 'timer' && effect.timer === name ? [effect.afterMs] : [],
  );
}

test('RFC 3261 14.1: after a glare who made the Call-ID waits 2.1 to 4 s, the other less than 2 s', () => {
  for (let byte = 0; byte < 250; byte++) {
    const ours = workWith('callee', {}, byte);
    reinviteFailed(ours.work, ours.leg, 491);
    const [long = 0] = delays(ours.work, 'retry-after-glare');
    assert.ok(long >= 2_100 && long <= 4_000 && long % 10 === 0, `${long}`);
    const theirs = workWith('caller', {}, byte);
    reinviteFailed(theirs.work, theirs.leg, 491);
    const [short = -1] = delays(theirs.work, 'retry-after-glare');
    assert.ok(short >= 0 && short <= 2_000 && short % 10 === 0, `${short}`);
    assert.ok(theirs.leg.waitingAfterGlare);
  }
});

test('RFC 3261 14.2: a phone that says 500 and Retry-After is asked again, one that says 500 is not', () => {
  for (const [more, waits] of [
    [['Retry-After: 3'], true],
    [[], false],
  ] as const) {
    const { work, leg } = workWith('caller');
    const told = { purpose: 'reinvite', response: response(500, more), flow: leg.flow } as const;
    reinviteResponse(work, leg, { kind: 'response', leg: leg.id, ...told });
    assert.equal(leg.waitingAfterGlare, waits);
  }
});

test('a refresh that met a glare or was refused is tried again, and the call goes on', () => {
  for (const status of [491, 488, 500, 503]) {
    const { work, leg } = workWith('caller');
    reinviteFailed(work, leg, status);
    assert.deepEqual(delays(work, 'session-refresh'), [5_000]);
    assert.equal(leg.state, 'talking');
    assert.equal(work.call.ending, undefined);
  }
});

test('RFC 3261 12.2.1.2: a phone that does not know its call, or does not answer, is gone, and the call with it', () => {
  for (const status of [408, 481]) {
    const { work, leg } = workWith('caller');
    reinviteFailed(work, leg, status);
    assert.equal(leg.state, 'ended');
    assert.equal(work.call.ending?.outcome, 'failed');
  }
});

test('what comes to a re-INVITE after the BYE does not concern the others', () => {
  const { work, leg } = workWith('caller', { state: 'ended' });
  reinviteFailed(work, leg, 481);
  assert.deepEqual(work.effects, []);
  assert.equal(work.call.ending, undefined);
});

test('a leg that the others do not need is lost alone', () => {
  const { work, leg } = workWith('caller');
  work.call.transfer = { by: leg.id, dialled: '103', how: 'blind', notify: false };
  reinviteFailed(work, leg, 481);
  assert.equal(leg.state, 'ended');
  assert.equal(work.call.ending, undefined);
  assert.equal(work.call.pair, undefined);
});
