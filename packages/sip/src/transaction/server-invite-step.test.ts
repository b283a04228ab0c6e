import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC3261_TIMER_BASE, transactionTimers } from '../timers.ts';
import {
  type ServerInviteInput,
  type ServerInviteState,
  serverInviteStep,
  startServerInvite,
} from './server-invite-step.ts';
import { NOTHING, send, start, stop, tell } from './step.ts';

const UDP = transactionTimers(RFC3261_TIMER_BASE, false);
const TCP = transactionTimers(RFC3261_TIMER_BASE, true);

const proceeding: ServerInviteState = { in: 'proceeding', provisional: true };
const completed: ServerInviteState = { in: 'completed', resendMs: 500 };
const confirmed: ServerInviteState = { in: 'confirmed' };
const accepted: ServerInviteState = { in: 'accepted', resendMs: 500, acknowledged: false };
const acknowledged: ServerInviteState = { ...accepted, acknowledged: true };
const terminated: ServerInviteState = { in: 'terminated' };

const respond = (status: number): ServerInviteInput => ({ kind: 'respond', status });
const timer = (name: string): ServerInviteInput => ({ kind: 'timer', timer: name });
const request: ServerInviteInput = { kind: 'request' };
const ack: ServerInviteInput = { kind: 'ack' };
const closed: ServerInviteInput = { kind: 'flow-closed' };
const onUdp = (state: ServerInviteState, input: ServerInviteInput) => serverInviteStep(state, input, UDP);
const onTcp = (state: ServerInviteState, input: ServerInviteInput) => serverInviteStep(state, input, TCP);

test('the INVITE again, before anything was answered, is absorbed: 100 is for the user to say', () => {
  const { state, effects } = startServerInvite();
  assert.deepEqual(effects, NOTHING);
  assert.deepEqual(onUdp(state, request), { state, effects: NOTHING });
});

test('RFC 3261 figure 7: a 1xx from the user is sent, and sent again when the INVITE comes again', () => {
  const { state } = startServerInvite();
  assert.deepEqual(onUdp(state, respond(100)), { state: proceeding, effects: [send] });
  assert.deepEqual(onUdp(proceeding, respond(183)), { state: proceeding, effects: [send] });
  assert.deepEqual(onUdp(proceeding, request), { state: proceeding, effects: [send] });
});

test('an ACK before any final response is absorbed', () => {
  assert.deepEqual(onUdp(proceeding, ack), { state: proceeding, effects: NOTHING });
});

test('RFC 3261 figure 7: 300-699 is sent with Timers G and H', () => {
  for (const status of [300, 486, 500, 699]) {
    assert.deepEqual(onUdp(proceeding, respond(status)), {
      state: completed,
      effects: [send, start('G', 500), start('H', 32_000)],
    });
  }
});

test('RFC 3261 17.2.1: over a reliable transport there is no Timer G, but an H', () => {
  assert.deepEqual(onTcp(proceeding, respond(486)).effects, [send, start('H', 32_000)]);
});

test('RFC 3261 figure 7: the INVITE again in completed is answered again', () => {
  assert.deepEqual(onUdp(completed, request), { state: completed, effects: [send] });
});

test('RFC 3261 figure 7: Timer G sends the response again and doubles up to T2', () => {
  let state: ServerInviteState = completed;
  const waits: number[] = [];
  for (let i = 0; i < 5; i++) {
    const step = onUdp(state, timer('G'));
    state = step.state;
    const [first, second] = step.effects;
    assert.equal(first, send);
    assert.ok(second?.do === 'start' && second.timer === 'G');
    waits.push(second.ms);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 4_000, 4_000]);
});

test('RFC 3261 figure 7: the ACK in completed leads to confirmed, and is told to nobody', () => {
  assert.deepEqual(onUdp(completed, ack), {
    state: confirmed,
    effects: [stop('G'), stop('H'), start('I', 5_000)],
  });
});

test('RFC 3261 17.2.1: over a reliable transport Timer I is 0', () => {
  assert.deepEqual(onTcp(completed, ack), { state: terminated, effects: [stop('G'), stop('H')] });
});

test('RFC 3261 figure 7: Timer H is told: there was no ACK', () => {
  assert.deepEqual(onUdp(completed, timer('H')), { state: terminated, effects: [tell('no-ack')] });
});

test('RFC 3261 figure 7: confirmed absorbs ACKs and INVITEs until Timer I', () => {
  assert.deepEqual(onUdp(confirmed, ack), { state: confirmed, effects: NOTHING });
  assert.deepEqual(onUdp(confirmed, request), { state: confirmed, effects: NOTHING });
  assert.deepEqual(onUdp(confirmed, timer('I')), { state: terminated, effects: NOTHING });
});

test('RFC 3261 17.2.1: a second final response is discarded', () => {
  for (const state of [completed, confirmed]) {
    for (const status of [180, 200, 500]) {
      assert.deepEqual(onUdp(state, respond(status)), { state, effects: NOTHING });
    }
  }
});

test('RFC 6026 7.1: a 2xx leads to accepted with Timer L, and is repeated on every transport', () => {
  for (const step of [onUdp, onTcp]) {
    assert.deepEqual(step(proceeding, respond(200)), {
      state: accepted,
      effects: [send, start('success', 500), start('L', 32_000)],
    });
  }
});

test('RFC 6026 7.1: absorbs a retransmitted INVITE after a 2xx', () => {
  for (const state of [accepted, acknowledged]) {
    assert.deepEqual(onUdp(state, request), { state, effects: NOTHING });
  }
});

test('RFC 6026 7.1: a 2xx from the user in accepted is sent, and no other response', () => {
  assert.deepEqual(onUdp(accepted, respond(200)), { state: accepted, effects: [send] });
  for (const status of [100, 183, 486]) {
    assert.deepEqual(onUdp(accepted, respond(status)), { state: accepted, effects: NOTHING });
  }
});

test('RFC 3261 13.3.1.4: the 2xx is sent again after T1, doubling up to T2', () => {
  let state: ServerInviteState = accepted;
  const waits: number[] = [];
  for (let i = 0; i < 5; i++) {
    const step = onTcp(state, timer('success'));
    state = step.state;
    const [first, second] = step.effects;
    assert.equal(first, send);
    assert.ok(second?.do === 'start' && second.timer === 'success');
    waits.push(second.ms);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 4_000, 4_000]);
});

test('RFC 6026 7.1: the ACK in accepted is told, once, and ends the repetition', () => {
  assert.deepEqual(onUdp(accepted, ack), { state: acknowledged, effects: [stop('success'), tell('ack')] });
  assert.deepEqual(onUdp(acknowledged, ack), { state: acknowledged, effects: NOTHING });
});

test('RFC 6026 7.1: Timer L ends accepted', () => {
  assert.deepEqual(onUdp(acknowledged, timer('L')), { state: terminated, effects: NOTHING });
});

test('RFC 3261 13.3.1.4: no ACK for a 2xx in 64*T1 is told', () => {
  assert.deepEqual(onUdp(accepted, timer('L')), { state: terminated, effects: [tell('no-ack')] });
});

test('RFC 6026 7.1: a transport error ends no server transaction, it only stops what is sent again', () => {
  assert.deepEqual(onTcp(proceeding, closed), { state: proceeding, effects: NOTHING });
  assert.deepEqual(onTcp(completed, closed), { state: completed, effects: [stop('G')] });
  assert.deepEqual(onTcp(confirmed, closed), { state: confirmed, effects: NOTHING });
  assert.deepEqual(onTcp(accepted, closed), { state: accepted, effects: [stop('success')] });
});

test('terminated stays terminated', () => {
  for (const input of [request, ack, respond(200), timer('L'), closed]) {
    assert.deepEqual(onUdp(terminated, input), { state: terminated, effects: NOTHING });
  }
});
