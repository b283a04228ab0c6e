import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callEnded } from './follow-call.ts';
import { sizeOf } from './recent.ts';
import { ABROAD, LimitsRig, mobile, ratesOf } from './testing.ts';

test('a call cannot be let out twice', () => {
  const rig = new LimitsRig();
  const { callId } = rig.dial('101', mobile(0));
  assert.deepEqual(rig.dial('102', mobile(1), { callId }).rules, ['let-out-before']);
  assert.equal(rig.state.system.calls.get(callId)?.extension, '101');
});

test('a call that is not known, or has ended before, changes nothing', () => {
  const rig = new LimitsRig();
  const { callId } = rig.dial('101', ABROAD[0] as string);
  rig.answer('another');
  rig.hangUp('another');
  assert.equal(rig.state.system.calls.size, 1);
  rig.hangUp(callId);
  const again = callEnded(rig.state, rig.policy, callId, { answered: true, seconds: 9_000 }, rig.time);
  assert.deepEqual(again, []);
  assert.equal(rig.state.system.used.seconds, 0);
  assert.equal(sizeOf(rig.state.system.probes), 1);
});

test('an answer costs once, however often it is told, and nothing where nobody answers', () => {
  const rig = new LimitsRig({ rates: ratesOf({ prefix: '+', perMinute: 0, perCall: 1 }) });
  const { callId } = rig.dial('101', mobile(0));
  rig.answer(callId);
  rig.wait(30);
  rig.answer(callId);
  rig.hangUp(callId);
  assert.equal(rig.state.system.used.cost, 1);
  rig.hangUp(rig.dial('101', mobile(0)).callId);
  assert.equal(rig.state.system.used.cost, 1);
});

test('a call of which only the end is told is counted whole', () => {
  const rig = new LimitsRig({ rates: ratesOf({ prefix: '+33', perMinute: 0.6, perCall: 1 }) });
  const { callId } = rig.dial('101', ABROAD[0] as string);
  rig.perform(callEnded(rig.state, rig.policy, callId, { answered: true, seconds: 100 }, rig.time));
  assert.deepEqual(rig.state.system.used, { seconds: 100, cost: 2 });
});

test('what was counted while a call lasted is not taken back by a shorter end, or by one that is no number', () => {
  for (const seconds of [3, 0, -50, Number.NaN]) {
    const rig = new LimitsRig();
    const { callId } = rig.dial('101', ABROAD[0] as string);
    rig.answer(callId);
    rig.wait(100);
    rig.perform(callEnded(rig.state, rig.policy, callId, { answered: true, seconds }, rig.time));
    assert.equal(rig.state.system.used.seconds, 100);
  }
});

test('minutes are of international calls alone', () => {
  const rig = new LimitsRig({ rates: ratesOf({ prefix: '+', perMinute: 0.06, perCall: 0 }) });
  rig.talk('101', mobile(0), 100);
  assert.equal(rig.state.system.used.seconds, 0);
  assert.ok(Math.abs(rig.state.system.used.cost - 0.1) < 1e-9);
});

test('a call that lasts counts against the next one, though nobody has looked since', () => {
  const rig = new LimitsRig();
  rig.answer(rig.dial('101', ABROAD[0] as string).callId);
  rig.now += 61 * 60_000;
  assert.ok(rig.dial('101', ABROAD[1] as string).rules.includes('limit-international-minutes'));
});

test('of minutes the administrator is warned once a day', () => {
  const rig = new LimitsRig();
  const warnings = (): number =>
    rig.told('warn').filter((told) => told === '101 international-minutes').length;
  rig.talk('101', ABROAD[0] as string, 55 * 60);
  assert.equal(warnings(), 1);
  rig.untilTomorrow();
  rig.talk('101', ABROAD[0] as string, 55 * 60);
  assert.equal(warnings(), 2);
});

test('the calls of who is frozen are ended again with every tick, until they are', () => {
  const rig = new LimitsRig();
  rig.endsCalls = false;
  for (let n = 0; n < 10; n++) rig.dial('101', mobile(n));
  const asked = (): number => rig.effects.filter((effect) => effect.do === 'end-calls').length;
  assert.equal(asked(), 1);
  rig.tick();
  rig.tick();
  assert.equal(asked(), 3);
  for (const callId of rig.running.keys()) rig.hangUp(callId);
  rig.tick();
  assert.equal(asked(), 3);
});

test('a call that began while the office was closed takes nothing from the open hours that follow', () => {
  const rig = new LimitsRig();
  assert.equal(rig.dial('101', mobile(0), { isOfficeOpen: false }).verdict, 'allow');
  assert.equal(rig.dial('101', mobile(1), { isOfficeOpen: false }).verdict, 'deny');
  assert.equal(rig.dial('101', mobile(1), { isOfficeOpen: true }).verdict, 'allow');
});
