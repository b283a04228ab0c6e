import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from './limits-policy.ts';
import { emptyList, itemsOf } from './recent.ts';
import { ABROAD, LimitsRig, mobile, ratesOf } from './testing.ts';

test('thirty calls at once to fifteen countries on Saturday at two: one leaves, and the extension is frozen', () => {
  const rig = new LimitsRig();
  rig.isOfficeOpen = false;
  const tried = Array.from({ length: 30 }, (_, n) => rig.dial('101', ABROAD[n % 15] as string));
  assert.deepEqual(
    tried.flatMap(({ verdict }, n) => (verdict === 'allow' ? [n] : [])),
    [0],
  );
  assert.deepEqual(rig.told('freeze'), ['101 calls-a-minute']);
  assert.deepEqual([...rig.running], []);
  assert.deepEqual(tried.at(-1)?.rules, ['extension-frozen']);
  assert.equal(
    rig.textOf('new-country FR'),
    'Extension 101 calls FR for the first time: its first 3 calls there end after 300 seconds',
  );
});

test('the same in office hours: one leaves, and the tenth freezes the extension', () => {
  const rig = new LimitsRig();
  const tried = Array.from({ length: 30 }, (_, n) => rig.dial('101', ABROAD[n % 15] as string));
  assert.equal(tried.filter(({ verdict }) => verdict === 'allow').length, 1);
  assert.deepEqual(tried[8]?.rules, ['limit-international-calls']);
  assert.ok(tried[9]?.rules.includes('limit-calls-a-minute'));
  assert.deepEqual(tried[10]?.rules, ['extension-frozen']);
  assert.equal(rig.running.size, 0);
});

test('a second robbed extension has the whole system frozen', () => {
  const rig = new LimitsRig();
  const innocent = rig.dial('200', mobile(0));
  for (const extension of ['101', '102']) {
    for (let n = 0; n < 10; n++) rig.dial(extension, ABROAD[n] as string);
  }
  assert.deepEqual(rig.told('freeze'), [
    '101 calls-a-minute',
    '102 calls-a-minute',
    'system frozen-together',
  ]);
  assert.ok(!rig.running.has(innocent.callId));
  assert.deepEqual(rig.dial('200', mobile(1)).rules, ['system-frozen']);
});

test('two extensions that are frozen days apart leave the system as it is', () => {
  const rig = new LimitsRig();
  for (const extension of ['101', '102']) {
    for (let n = 0; n < 10; n++) rig.dial(extension, mobile(n));
    rig.untilTomorrow();
  }
  assert.deepEqual(rig.told('freeze'), ['101 calls-a-minute', '102 calls-a-minute']);
  assert.equal(rig.dial('200', mobile(1)).verdict, 'allow');
});

test('three calls of ten seconds to three countries freeze the extension before the fourth', () => {
  const rig = new LimitsRig();
  for (const number of ABROAD.slice(0, 3)) assert.equal(rig.talk('101', number, 10).verdict, 'allow');
  assert.deepEqual(rig.told('freeze'), ['101 probes']);
  assert.deepEqual(rig.dial('101', ABROAD[3] as string).rules, ['extension-frozen']);
  assert.equal(
    rig.textOf('probes'),
    'Extension 101 made 2 international calls within ten minutes that failed or were shorter than 15 seconds: the administrator is warned from 2',
  );
});

test('three international calls that nobody answers are probes, too; at home they are none', () => {
  const rig = new LimitsRig();
  for (let n = 0; n < 3; n++) rig.hangUp(rig.dial('102', mobile(n)).callId);
  assert.deepEqual(rig.told('freeze'), []);
  for (let n = 0; n < 3; n++) rig.hangUp(rig.dial('101', ABROAD[n] as string).callId);
  assert.deepEqual(rig.told('freeze'), ['101 probes']);
});

test('probes that are further apart than ten minutes freeze nothing', () => {
  const rig = new LimitsRig();
  for (const number of ABROAD.slice(0, 5)) {
    assert.equal(rig.talk('101', number, 10).verdict, 'allow');
    rig.wait(400);
  }
  assert.deepEqual(rig.told('freeze'), []);
});

test('a call that the limits ended is no probe', () => {
  const rig = new LimitsRig({ frozenTogether: 1 });
  const abroad = rig.dial('200', ABROAD[0] as string);
  rig.answer(abroad.callId);
  for (let n = 0; n < 10; n++) rig.dial('101', mobile(n));
  assert.ok(!rig.running.has(abroad.callId));
  assert.deepEqual(itemsOf(rig.state.extensions.get('200')?.probes ?? emptyList()), []);
});

test('of twenty calls at once exactly as many leave as are allowed', () => {
  for (const [most, expected] of [
    [1, 1],
    [2, 2],
    [7, 7],
  ] as const) {
    const { extension } = DEFAULT_LIMITS.levels;
    const calls = { warning: undefined, most, critical: undefined };
    const none = { warning: undefined, most: undefined, critical: undefined };
    const rig = new LimitsRig({
      levels: {
        ...DEFAULT_LIMITS.levels,
        extension: { ...extension, calls, 'calls-a-minute': none, 'distinct-numbers': none },
      },
    });
    const tried = Array.from({ length: 20 }, (_, n) => rig.dial('101', mobile(n)));
    assert.equal(tried.filter(({ verdict }) => verdict === 'allow').length, expected);
    assert.deepEqual(rig.told('freeze'), []);
    rig.hangUp(tried[0]?.callId ?? '');
    assert.equal(rig.dial('101', mobile(20)).verdict, 'allow');
    assert.equal(rig.dial('101', mobile(21)).verdict, 'deny');
  }
});

test('of international calls, one extension has one and the system two', () => {
  const rig = new LimitsRig();
  assert.equal(rig.dial('101', ABROAD[0] as string).verdict, 'allow');
  assert.deepEqual(rig.dial('101', ABROAD[1] as string).rules, ['limit-international-calls']);
  assert.equal(rig.dial('102', ABROAD[1] as string).verdict, 'allow');
  assert.deepEqual(rig.dial('103', ABROAD[2] as string).rules, ['limit-international-calls']);
  assert.equal(rig.dial('103', mobile(0)).verdict, 'allow');
});

test('one call that lasts is ended at the minutes of a day, and its extension frozen', () => {
  const rig = new LimitsRig();
  const { callId } = rig.dial('101', ABROAD[0] as string);
  rig.answer(callId);
  rig.wait(59 * 60);
  assert.ok(rig.running.has(callId));
  assert.deepEqual(rig.told('freeze'), []);
  assert.ok(rig.told('warn').includes('101 international-minutes'));
  rig.wait(61);
  assert.ok(!rig.running.has(callId));
  assert.deepEqual(rig.told('freeze'), ['101 international-minutes']);
});

test('the minutes of many extensions together freeze international calls, and those at home go on', () => {
  const rig = new LimitsRig();
  for (let n = 0; n < 5; n++) rig.talk(`10${n}`, ABROAD[n] as string, 50 * 60);
  assert.deepEqual(rig.told('freeze'), ['system international-minutes']);
  assert.deepEqual(rig.dial('200', ABROAD[0] as string).rules, ['system-frozen']);
  assert.equal(rig.dial('200', mobile(0)).verdict, 'allow');
});

test('the end of a day resets its minutes, and no freeze', () => {
  const rig = new LimitsRig();
  rig.talk('101', ABROAD[0] as string, 50 * 60);
  rig.untilTomorrow();
  rig.talk('101', ABROAD[0] as string, 50 * 60);
  assert.deepEqual(rig.told('freeze'), []);
  rig.talk('101', ABROAD[0] as string, 11 * 60);
  assert.deepEqual(rig.told('freeze'), ['101 international-minutes']);
  rig.untilTomorrow();
  assert.deepEqual(rig.dial('101', mobile(0)).rules, ['extension-frozen']);
});

test('a time zone or a clock that takes the day back gives no minutes back', () => {
  const rig = new LimitsRig();
  rig.talk('101', ABROAD[0] as string, 50 * 60);
  rig.now -= 86_400_000;
  rig.talk('101', ABROAD[0] as string, 11 * 60);
  assert.deepEqual(rig.told('freeze'), ['101 international-minutes']);
});

test('a call is ended when it, or its day, has become too dear', () => {
  const rig = new LimitsRig({ rates: ratesOf({ prefix: '+33', perMinute: 0.5, perCall: 4 }) });
  const { callId } = rig.dial('101', ABROAD[0] as string);
  rig.answer(callId);
  rig.wait(11 * 60);
  assert.ok(rig.running.has(callId));
  rig.wait(2 * 60);
  assert.ok(!rig.running.has(callId));
  assert.deepEqual(rig.told('freeze'), ['101 cost-of-call']);
  assert.equal(
    rig.textOf('cost-of-day'),
    'Extension 101 made calls today that cost 5.08: the administrator is warned from 5',
  );
});

test('the longest prefix says what a call costs, and where none fits it costs nothing', () => {
  const rates = [
    { prefix: '+', perMinute: 0, perCall: 0 },
    { prefix: '+4479', perMinute: 0, perCall: 3 },
    { prefix: '+44', perMinute: 0, perCall: 1 },
  ];
  for (const [dialled, cost] of [
    ['07911123456', 3],
    ['02079460958', 1],
    ['+33142685300', 0],
  ] as const) {
    const rig = new LimitsRig({ rates: ratesOf(...rates) });
    rig.talk('101', dialled, 20);
    assert.equal(rig.state.system.used.cost, cost);
  }
  const rig = new LimitsRig({ rates: ratesOf(...rates.slice(1)) });
  rig.talk('101', '+33142685300', 20);
  assert.equal(rig.state.system.used.cost, 0);
});

test('a device that is new calls at home, and not abroad', () => {
  const rig = new LimitsRig();
  assert.equal(rig.dial('101', mobile(0), { isNewDevice: true }).verdict, 'allow');
  assert.deepEqual(rig.dial('101', ABROAD[0] as string, { isNewDevice: true }).rules, ['new-device']);
  assert.ok(rig.told('warn').includes('101 new-device'));
  const lenient = new LimitsRig({ newDevicesCallAbroad: true });
  assert.equal(lenient.dial('101', ABROAD[0] as string, { isNewDevice: true }).verdict, 'allow');
});

test('the first three calls to a country are short ones, and one that is too short is none of them', () => {
  const rig = new LimitsRig();
  const number = ABROAD[0] as string;
  const caps = [5, 100, 100, 100, 100].map((seconds) => {
    const { maxSeconds } = rig.talk('101', number, seconds);
    rig.wait(700);
    return maxSeconds;
  });
  assert.deepEqual(caps, [300, 300, 300, 300, undefined]);
  assert.equal(rig.dial('102', number).maxSeconds, 300);
  assert.equal(rig.dial('103', mobile(0)).maxSeconds, undefined);
  assert.deepEqual(
    rig.told('warn').filter((told) => told.includes('new-country')),
    ['101 new-country FR', '102 new-country FR'],
  );
});

test('what belongs to no country is international', () => {
  const rig = new LimitsRig();
  for (const [extension, dialled] of [
    ['101', '+881612345678'],
    ['102', '+4412'],
  ] as const) {
    rig.dial(extension, dialled);
  }
  assert.deepEqual(rig.told('warn'), ['101 new-country +881', '102 new-country unknown']);
});

test('one number again and again warns, then freezes', () => {
  const rig = new LimitsRig();
  const verdicts = Array.from({ length: 9 }, () => {
    rig.wait(40);
    return rig.talk('101', mobile(0), 20).verdict;
  });
  assert.equal(verdicts.indexOf('deny'), 7);
  assert.deepEqual(rig.told('warn'), ['101 same-number']);
  assert.deepEqual(rig.told('freeze'), ['101 same-number']);
});

test('a machine that dials one number after the other is frozen at the twenty-fifth, however slowly it begins', () => {
  const rig = new LimitsRig();
  const verdicts = Array.from({ length: 26 }, (_, n) => rig.talk('101', mobile(n), 20).verdict);
  assert.equal(verdicts.indexOf('deny'), 24);
  assert.deepEqual(rig.told('freeze'), ['101 distinct-numbers']);
});

test('who has called much in the day is not frozen because the office closes', () => {
  const rig = new LimitsRig();
  rig.talk('101', ABROAD[0] as string, 25 * 60);
  for (let n = 0; n < 9; n++) rig.talk('101', mobile(n), 20);
  rig.isOfficeOpen = false;
  assert.equal(rig.talk('101', ABROAD[0] as string, 60).verdict, 'allow');
  assert.deepEqual(rig.told('freeze'), []);
  rig.talk('101', ABROAD[0] as string, 19 * 60);
  assert.deepEqual(rig.told('freeze'), ['101 international-minutes']);
});
