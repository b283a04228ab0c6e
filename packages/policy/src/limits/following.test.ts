import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callEnded } from './follow-call.ts';
import { withLevels } from './level-text.ts';
import { DEFAULT_LIMITS } from './limits-policy.ts';
import { sizeOf } from './recent.ts';
import { ABROAD, LimitsRig, mobile, own, ratesOf } from './testing.ts';

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

test('calls of all extensions of a group count for it together, and those of others do not', () => {
  const rig = new LimitsRig(own('group:sales', 'calls most 2', 'international-calls most 0'));
  for (const extension of ['101', '102']) rig.groups.set(extension, ['office', 'sales', 'sales']);
  assert.equal(rig.dial('101', mobile(0)).verdict, 'allow');
  assert.equal(rig.dial('102', mobile(1)).verdict, 'allow');
  assert.deepEqual(rig.dial('101', mobile(2)).rules, ['limit-calls']);
  assert.equal(rig.dial('103', mobile(3)).verdict, 'allow');
  assert.equal(rig.dial('103', ABROAD[0] as string).verdict, 'allow');
  for (const callId of [...rig.running.keys()]) rig.hangUp(callId);
  assert.deepEqual(rig.dial('102', ABROAD[0] as string).rules, ['limit-international-calls']);
});

test('a trunk that has met its limit refuses a call, which goes on through another and counts for that', () => {
  const rig = new LimitsRig(own('trunk:acme', 'calls most 1'));
  const first = rig.dial('101', mobile(0));
  rig.trunk = 'other';
  const second = rig.dial('102', mobile(1));
  assert.deepEqual(rig.enter(second.callId, 'acme'), ['limit-calls']);
  assert.deepEqual(rig.enter(second.callId, 'other'), []);
  assert.deepEqual(rig.enter(first.callId, 'other'), []);
  const third = rig.dial('103', mobile(2));
  assert.deepEqual(rig.enter(third.callId, 'acme'), [], 'the first has left it');
  rig.hangUp(third.callId);
  assert.equal(rig.state.shared.get('trunk:acme')?.calls.size, 0);
});

test('a call abroad that only its trunk refused is no probe of its extension', () => {
  const rig = new LimitsRig(own('trunk:acme', 'international-calls most 0'));
  for (const number of ABROAD.slice(0, 4)) {
    assert.deepEqual(rig.dial('101', number).rules, ['limit-international-calls']);
  }
  assert.deepEqual(rig.told('freeze'), []);
});

test('minutes through a trunk freeze calls abroad through it, and no others', () => {
  const rig = new LimitsRig(own('trunk:acme', 'international-minutes told 10 frozen 20'));
  rig.talk('101', ABROAD[0] as string, 15 * 60);
  assert.ok(rig.told('warn').includes('trunk:acme international-minutes'));
  rig.talk('102', ABROAD[1] as string, 6 * 60);
  assert.deepEqual(rig.told('freeze'), ['trunk:acme international-minutes']);
  assert.equal(
    rig.textOf('international-minutes'),
    'The trunk acme called abroad for 10 minutes today: the administrator is warned from 10',
  );
  assert.deepEqual(rig.dial('103', ABROAD[2] as string).rules, ['trunk-frozen']);
  assert.equal(rig.dial('103', mobile(0)).verdict, 'allow');
  rig.trunk = 'other';
  assert.equal(rig.dial('104', ABROAD[2] as string).verdict, 'allow');
});

test('calls that were under way when a group, a trunk or a rate was configured count from then on', () => {
  const rig = new LimitsRig();
  rig.groups.set('101', ['sales']);
  const { callId } = rig.dial('101', ABROAD[0] as string);
  rig.answer(callId);
  rig.wait(60);
  rig.change({ rates: ratesOf({ prefix: '+33', perMinute: 1, perCall: 0 }) });
  rig.change(own('group:sales', 'calls most 1'));
  rig.change({ own: new Map([...rig.policy.own, ...own('trunk:acme', 'calls most 1').own]) });
  assert.deepEqual(rig.dial('101', mobile(0)).rules, ['limit-calls']);
  assert.deepEqual(rig.dial('102', mobile(0)).rules, ['limit-calls'], 'the trunk');
  rig.wait(60);
  assert.ok(Math.abs(rig.state.system.used.cost - 1) < 1e-9);
  rig.change({ own: new Map() });
  assert.equal(rig.dial('102', mobile(0)).verdict, 'allow');
});

test('an extension with limits of its own has those in place of the usual ones', () => {
  const { extension } = DEFAULT_LIMITS.levels;
  const all = withLevels(extension, ['calls most 3']);
  const rig = new LimitsRig({ own: new Map([['101', { all, closed: extension }]]) });
  const verdicts = (of: string) => [0, 1, 2, 3].map((n) => rig.dial(of, mobile(n)).verdict);
  assert.deepEqual(verdicts('101'), ['allow', 'allow', 'allow', 'deny']);
  assert.deepEqual(verdicts('102'), ['allow', 'allow', 'deny', 'deny']);
});

test('while limits are off nothing is refused, and what was begun then counts when they are turned on', () => {
  const rig = new LimitsRig({ isOn: false });
  const calls = Array.from({ length: 20 }, (_, n) =>
    rig.dial('101', n < 5 ? (ABROAD[n] as string) : mobile(n)),
  );
  assert.ok(calls.every(({ verdict, rules }) => verdict === 'allow' && rules[0] === 'limits-off'));
  for (const { callId } of calls) rig.answer(callId);
  for (const { callId } of calls.slice(3)) rig.hangUp(callId);
  rig.now += 700_000;
  assert.deepEqual(rig.told('freeze'), []);
  rig.change({ isOn: true });
  const { rules } = rig.dial('101', mobile(30));
  assert.deepEqual(rules, ['limit-calls'], 'three are under way');
  assert.deepEqual(rig.dial('102', ABROAD[6] as string).rules, ['limit-international-calls']);
  rig.tick();
  assert.equal(Math.round(rig.state.extensions.get('101')?.used.seconds ?? 0), 2_100);
});

test('who is frozen calls while limits are off, and is frozen still when they are on again', () => {
  const rig = new LimitsRig();
  for (let n = 0; n < 10; n++) rig.dial('101', mobile(n));
  rig.change({ isOn: false });
  const { verdict, callId } = rig.dial('101', mobile(0));
  assert.equal(verdict, 'allow');
  rig.hangUp(callId);
  rig.change({ isOn: true });
  assert.deepEqual(rig.dial('101', mobile(0)).rules, ['extension-frozen']);
});
