import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC3261_TIMER_BASE, transactionTimers } from '../timers.ts';
import {
  type ClientNonInviteInput,
  type ClientNonInviteState,
  clientNonInviteStep,
  startClientNonInvite,
} from './client-non-invite-step.ts';
import { NOTHING, send, start, stop, tell } from './step.ts';

const UDP = transactionTimers(RFC3261_TIMER_BASE, false);
const TCP = transactionTimers(RFC3261_TIMER_BASE, true);

const trying: ClientNonInviteState = { in: 'trying', resendMs: 500 };
const proceeding: ClientNonInviteState = { in: 'proceeding' };
const completed: ClientNonInviteState = { in: 'completed' };
const terminated: ClientNonInviteState = { in: 'terminated' };

const response = (status: number): ClientNonInviteInput => ({ kind: 'response', status });
const timer = (name: string): ClientNonInviteInput => ({ kind: 'timer', timer: name });
const closed: ClientNonInviteInput = { kind: 'flow-closed' };
const onUdp = (state: ClientNonInviteState, input: ClientNonInviteInput) =>
  clientNonInviteStep(state, input, UDP);
const onTcp = (state: ClientNonInviteState, input: ClientNonInviteInput) =>
  clientNonInviteStep(state, input, TCP);

test('RFC 3261 17.1.2.2: a request is sent, and Timers E and F are started', () => {
  assert.deepEqual(startClientNonInvite(UDP), {
    state: trying,
    effects: [send, start('E', 500), start('F', 32_000)],
  });
});

test('RFC 3261 17.1.2.2: over a reliable transport there is no Timer E', () => {
  assert.deepEqual(startClientNonInvite(TCP).effects, [send, start('F', 32_000)]);
});

test('RFC 3261 figure 6: Timer E in trying sends the request again and doubles up to T2', () => {
  let state: ClientNonInviteState = trying;
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    const step = onUdp(state, timer('E'));
    state = step.state;
    const [first, second] = step.effects;
    assert.equal(first, send);
    assert.ok(second?.do === 'start' && second.timer === 'E');
    waits.push(second.ms);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
});

test('RFC 3261 figure 6: Timer F in trying or proceeding is a timeout', () => {
  for (const state of [trying, proceeding]) {
    assert.deepEqual(onUdp(state, timer('F')), { state: terminated, effects: [tell('timeout')] });
  }
});

test('RFC 3261 figure 6: a transport error in trying or proceeding is told', () => {
  for (const state of [trying, proceeding]) {
    assert.deepEqual(onUdp(state, closed), { state: terminated, effects: [tell('transport-failed')] });
  }
});

test('RFC 3261 figure 6: a 1xx leads to proceeding, where the request is sent again every T2', () => {
  assert.deepEqual(onUdp(trying, response(183)), { state: proceeding, effects: [tell('response')] });
  assert.deepEqual(onUdp(trying, response(100)), { state: proceeding, effects: NOTHING });
  assert.deepEqual(onUdp(proceeding, response(183)), { state: proceeding, effects: [tell('response')] });
  assert.deepEqual(onUdp(proceeding, timer('E')), { state: proceeding, effects: [send, start('E', 4_000)] });
});

test('RFC 3261 figure 6: a final response is told and leads to completed', () => {
  for (const state of [trying, proceeding]) {
    for (const status of [200, 302, 401, 503, 603]) {
      assert.deepEqual(onUdp(state, response(status)), {
        state: completed,
        effects: [stop('E'), stop('F'), tell('response'), start('K', 5_000)],
      });
    }
  }
});

test('RFC 3261 17.1.2.2: over a reliable transport Timer K is 0', () => {
  assert.deepEqual(onTcp(trying, response(200)), {
    state: terminated,
    effects: [stop('E'), stop('F'), tell('response')],
  });
});

test('RFC 3261 figure 6: responses in completed are absorbed until Timer K', () => {
  for (const status of [100, 183, 200, 500]) {
    assert.deepEqual(onUdp(completed, response(status)), { state: completed, effects: NOTHING });
  }
  assert.deepEqual(onUdp(completed, timer('K')), { state: terminated, effects: NOTHING });
  assert.deepEqual(onUdp(completed, closed), { state: terminated, effects: NOTHING });
});

test('terminated stays terminated', () => {
  for (const input of [response(200), timer('E'), timer('F'), closed]) {
    assert.deepEqual(onUdp(terminated, input), { state: terminated, effects: NOTHING });
  }
});
