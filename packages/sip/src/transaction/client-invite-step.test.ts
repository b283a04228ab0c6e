import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC3261_TIMER_BASE, transactionTimers } from '../timers.ts';
import {
  type ClientInviteInput,
  type ClientInviteState,
  clientInviteStep,
  startClientInvite,
} from './client-invite-step.ts';
import { NOTHING, send, sendAck, sendCancel, start, stop, tell } from './step.ts';

const UDP = transactionTimers(RFC3261_TIMER_BASE, false);
const TCP = transactionTimers(RFC3261_TIMER_BASE, true);

const calling: ClientInviteState = { in: 'calling', resendMs: 500, cancelled: false };
const proceeding: ClientInviteState = { in: 'proceeding', cancelled: false };
const completed: ClientInviteState = { in: 'completed' };
const accepted: ClientInviteState = { in: 'accepted' };
const terminated: ClientInviteState = { in: 'terminated' };

const response = (status: number): ClientInviteInput => ({ kind: 'response', status });
const timer = (name: string): ClientInviteInput => ({ kind: 'timer', timer: name });
const closed: ClientInviteInput = { kind: 'flow-closed' };
const cancel: ClientInviteInput = { kind: 'cancel' };
const onUdp = (state: ClientInviteState, input: ClientInviteInput) => clientInviteStep(state, input, UDP);
const onTcp = (state: ClientInviteState, input: ClientInviteInput) => clientInviteStep(state, input, TCP);

test('RFC 3261 17.1.1.2: an INVITE is sent, and Timers A and B are started', () => {
  assert.deepEqual(startClientInvite(UDP), {
    state: calling,
    effects: [send, start('A', 500), start('B', 32_000)],
  });
});

test('RFC 3261 17.1.1.2: over a reliable transport there is no Timer A', () => {
  assert.deepEqual(startClientInvite(TCP).effects, [send, start('B', 32_000)]);
});

test('RFC 3261 figure 5: Timer A in calling sends the INVITE again and doubles, past T2 too', () => {
  let state: ClientInviteState = calling;
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    const step = onUdp(state, timer('A'));
    state = step.state;
    const [first, second] = step.effects;
    assert.equal(first, send);
    assert.ok(second?.do === 'start' && second.timer === 'A');
    waits.push(second.ms);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
});

test('RFC 3261 figure 5: Timer B in calling is a timeout', () => {
  assert.deepEqual(onUdp(calling, timer('B')), { state: terminated, effects: [tell('timeout')] });
});

test('RFC 3261 figure 5: a transport error in calling is told', () => {
  assert.deepEqual(onUdp(calling, closed), { state: terminated, effects: [tell('transport-failed')] });
});

test('RFC 3261 figure 5: a 1xx in calling is told and leads to proceeding, where nothing is sent again', () => {
  assert.deepEqual(onUdp(calling, response(180)), {
    state: proceeding,
    effects: [stop('A'), stop('B'), tell('response')],
  });
  for (const name of ['A', 'B']) {
    assert.deepEqual(onUdp(proceeding, timer(name)), { state: proceeding, effects: NOTHING });
  }
});

test('a 100 does the same, but is told to nobody', () => {
  assert.deepEqual(onUdp(calling, response(100)), { state: proceeding, effects: [stop('A'), stop('B')] });
  assert.deepEqual(onUdp(proceeding, response(100)), { state: proceeding, effects: NOTHING });
});

test('RFC 3261 figure 5: every further 1xx is told', () => {
  for (const status of [180, 183, 199]) {
    assert.deepEqual(onUdp(proceeding, response(status)), { state: proceeding, effects: [tell('response')] });
  }
});

test('RFC 3261 figure 5: 300-699 is acknowledged and told, in calling and in proceeding', () => {
  for (const status of [300, 486, 503, 699]) {
    assert.deepEqual(onUdp(calling, response(status)), {
      state: completed,
      effects: [stop('A'), stop('B'), sendAck, tell('response'), start('D', 32_000)],
    });
    assert.deepEqual(onUdp(proceeding, response(status)), {
      state: completed,
      effects: [sendAck, tell('response'), start('D', 32_000)],
    });
  }
});

test('RFC 3261 17.1.1.2: over a reliable transport Timer D is 0, so it ends with the ACK', () => {
  assert.deepEqual(onTcp(proceeding, response(486)), {
    state: terminated,
    effects: [sendAck, tell('response')],
  });
});

test('RFC 3261 figure 5: 300-699 in completed is acknowledged again and told to nobody', () => {
  assert.deepEqual(onUdp(completed, response(486)), { state: completed, effects: [sendAck] });
});

test('in completed, a 1xx or a 2xx that comes late is dropped', () => {
  for (const status of [180, 200]) {
    assert.deepEqual(onUdp(completed, response(status)), { state: completed, effects: NOTHING });
  }
});

test('RFC 3261 figure 5: Timer D ends completed', () => {
  assert.deepEqual(onUdp(completed, timer('D')), { state: terminated, effects: NOTHING });
});

test('a transport error in completed ends it; its user has the final response already', () => {
  assert.deepEqual(onUdp(completed, closed), { state: terminated, effects: NOTHING });
});

test('RFC 6026 7.2: a 2xx is told and leads to accepted with Timer M, on every transport', () => {
  for (const step of [onUdp, onTcp]) {
    assert.deepEqual(step(calling, response(200)), {
      state: accepted,
      effects: [stop('A'), stop('B'), tell('response'), start('M', 32_000)],
    });
    assert.deepEqual(step(proceeding, response(202)), {
      state: accepted,
      effects: [tell('response'), start('M', 32_000)],
    });
  }
});

test('RFC 6026 7.2: every 2xx in accepted is passed on, and nothing else', () => {
  assert.deepEqual(onUdp(accepted, response(200)), { state: accepted, effects: [tell('response')] });
  for (const status of [100, 183, 486, 600]) {
    assert.deepEqual(onUdp(accepted, response(status)), { state: accepted, effects: NOTHING });
  }
  assert.deepEqual(onUdp(accepted, closed), { state: accepted, effects: NOTHING });
});

test('RFC 6026 7.2: Timer M ends accepted', () => {
  assert.deepEqual(onUdp(accepted, timer('M')), { state: terminated, effects: NOTHING });
});

test('RFC 3261 9.1: a CANCEL waits until a provisional response came', () => {
  const wanted = { ...calling, cancelled: true };
  assert.deepEqual(onUdp(calling, cancel), { state: wanted, effects: NOTHING });
  assert.deepEqual(onUdp(wanted, response(100)), {
    state: { in: 'proceeding', cancelled: true },
    effects: [stop('A'), stop('B'), sendCancel, start('cancelled', 32_000)],
  });
});

test('RFC 3261 9.1: if a final response comes first, no CANCEL is sent', () => {
  const wanted = { ...calling, cancelled: true };
  for (const status of [200, 486]) {
    const { effects } = onUdp(wanted, response(status));
    assert.equal(effects.includes(sendCancel), false);
    assert.equal(effects.includes(tell('response')), true);
  }
});

test('a cancelled INVITE that nobody answers is sent again and times out like any other', () => {
  const wanted = { ...calling, cancelled: true };
  assert.deepEqual(onUdp(wanted, timer('A')).state, { ...wanted, resendMs: 1_000 });
  assert.deepEqual(onUdp(wanted, timer('B')).effects, [tell('timeout')]);
});

test('RFC 3261 9.1: in proceeding a CANCEL is sent at once, and once', () => {
  const cancelled: ClientInviteState = { in: 'proceeding', cancelled: true };
  assert.deepEqual(onUdp(proceeding, cancel), {
    state: cancelled,
    effects: [sendCancel, start('cancelled', 32_000)],
  });
  assert.deepEqual(onUdp(cancelled, cancel), { state: cancelled, effects: NOTHING });
  assert.deepEqual(onUdp(cancelled, response(180)).state, cancelled);
});

test('RFC 3261 9.1: a CANCEL that leads to no final response in 64*T1 is a timeout', () => {
  const cancelled: ClientInviteState = { in: 'proceeding', cancelled: true };
  assert.deepEqual(onUdp(cancelled, timer('cancelled')), { state: terminated, effects: [tell('timeout')] });
});

test('a final response after the CANCEL is told, and may be a 2xx that crossed it', () => {
  const cancelled: ClientInviteState = { in: 'proceeding', cancelled: true };
  assert.deepEqual(onUdp(cancelled, response(487)), {
    state: completed,
    effects: [stop('cancelled'), sendAck, tell('response'), start('D', 32_000)],
  });
  assert.deepEqual(onUdp(cancelled, response(200)), {
    state: accepted,
    effects: [stop('cancelled'), tell('response'), start('M', 32_000)],
  });
});

test('RFC 3261 9.1: after a final response there is nothing to cancel', () => {
  for (const state of [completed, accepted, terminated]) {
    assert.deepEqual(onUdp(state, cancel), { state, effects: NOTHING });
  }
});

test('RFC 3261 figure 5: a transport error in proceeding is told', () => {
  assert.deepEqual(onTcp(proceeding, closed), { state: terminated, effects: [tell('transport-failed')] });
});

test('terminated stays terminated', () => {
  for (const input of [response(180), response(200), response(486), timer('A'), closed]) {
    assert.deepEqual(onUdp(terminated, input), { state: terminated, effects: NOTHING });
  }
});
