import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC3261_TIMER_BASE, transactionTimers } from '../timers.ts';
import {
  type ServerNonInviteInput,
  type ServerNonInviteState,
  serverNonInviteStep,
  startServerNonInvite,
} from './server-non-invite-step.ts';
import { NOTHING, send, sendTrying, start, stop } from './step.ts';

const UDP = transactionTimers(RFC3261_TIMER_BASE, false);
const TCP = transactionTimers(RFC3261_TIMER_BASE, true);

const trying: ServerNonInviteState = { in: 'trying' };
const proceeding: ServerNonInviteState = { in: 'proceeding' };
const completed: ServerNonInviteState = { in: 'completed', answered: true };
const silent: ServerNonInviteState = { in: 'completed', answered: false };
const terminated: ServerNonInviteState = { in: 'terminated' };

/** The states without a final response, and the timer that runs in each. */
const UNANSWERED = [
  [trying, 'trying'],
  [proceeding, 'unanswered'],
] as const;

const respond = (status: number): ServerNonInviteInput => ({ kind: 'respond', status });
const timer = (name: string): ServerNonInviteInput => ({ kind: 'timer', timer: name });
const request: ServerNonInviteInput = { kind: 'request' };
const onUdp = (state: ServerNonInviteState, input: ServerNonInviteInput) =>
  serverNonInviteStep(state, input, UDP);
const onTcp = (state: ServerNonInviteState, input: ServerNonInviteInput) =>
  serverNonInviteStep(state, input, TCP);

test('RFC 3261 figure 8: the request again in trying is discarded', () => {
  assert.deepEqual(startServerNonInvite(UDP), { state: trying, effects: [start('trying', 3_500)] });
  assert.deepEqual(onUdp(trying, request), { state: trying, effects: NOTHING });
});

test('RFC 4320 4.1: without a final response a 100 is sent when Timer E of the sender has reached T2', () => {
  for (const on of [onUdp, onTcp]) {
    assert.deepEqual(on(trying, timer('trying')), {
      state: proceeding,
      effects: [sendTrying, start('unanswered', 28_500)],
    });
  }
  assert.deepEqual(onUdp(proceeding, request), { state: proceeding, effects: [send] });
});

test('RFC 4320 4.1: no provisional response of its user is sent, not even a 100', () => {
  for (const state of [trying, proceeding]) {
    for (const status of [100, 101, 180, 183, 199]) {
      assert.deepEqual(onUdp(state, respond(status)), { state, effects: NOTHING });
    }
  }
});

test('RFC 3261 figure 8: a final response is sent and leads to completed with Timer J', () => {
  for (const [state, running] of UNANSWERED) {
    for (const status of [200, 302, 404, 503, 603]) {
      assert.deepEqual(onUdp(state, respond(status)), {
        state: completed,
        effects: [stop(running), send, start('J', 32_000)],
      });
    }
  }
});

test('RFC 3261 17.2.2: over a reliable transport Timer J is 0', () => {
  assert.deepEqual(onTcp(trying, respond(200)), {
    state: terminated,
    effects: [stop('trying'), send],
  });
});

test('RFC 3261 figure 8: completed answers again, and discards what else its user says, until Timer J', () => {
  assert.deepEqual(onUdp(completed, request), { state: completed, effects: [send] });
  assert.deepEqual(onUdp(completed, respond(500)), { state: completed, effects: NOTHING });
  assert.deepEqual(onUdp(completed, timer('J')), { state: terminated, effects: NOTHING });
});

test('RFC 4320 4.2: a 408 is never sent, and the request again is met with silence', () => {
  for (const [state, running] of UNANSWERED) {
    assert.deepEqual(onUdp(state, respond(408)), {
      state: silent,
      effects: [stop(running), start('J', 32_000)],
    });
  }
  assert.deepEqual(onUdp(silent, request), { state: silent, effects: NOTHING });
  assert.deepEqual(onUdp(silent, timer('J')), { state: terminated, effects: NOTHING });
  assert.deepEqual(onTcp(trying, respond(408)), { state: terminated, effects: [stop('trying')] });
});

test('RFC 4320 4.2: without a final response after 64*T1 it ends without one', () => {
  assert.deepEqual(onUdp(proceeding, timer('unanswered')), { state: terminated, effects: NOTHING });
});

test('terminated stays terminated', () => {
  for (const input of [request, respond(200), timer('J')]) {
    assert.deepEqual(onUdp(terminated, input), { state: terminated, effects: NOTHING });
  }
});
