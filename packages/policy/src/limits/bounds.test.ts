import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitCall, type LimitedCall } from './admit-call.ts';
import { limitRecord } from './limit-records.ts';
import { DEFAULT_LIMITS, type LimitLevel, type LimitLevels, type LimitsPolicy } from './limits-policy.ts';
import { LIMIT_SIZES } from './limits-state.ts';
import { emptyList, itemsOf, sizeOf } from './recent.ts';
import { LimitsRig, mobile } from './testing.ts';

test('however many extensions, calls, numbers and countries come, nothing exceeds its bound', () => {
  const rig = new LimitsRig({
    levels: without(DEFAULT_LIMITS.levels),
    closedLevels: without(DEFAULT_LIMITS.levels),
  });
  const { destination } = sample();
  const verdicts = { allow: 0, deny: 0 };
  for (let n = 0; n < 40_000; n++) {
    const call: LimitedCall = {
      callId: `${n}`,
      extension: n % 2 === 0 ? '101' : `${n}`,
      groups: [],
      destination: { ...destination, country: `C${n}` },
      homeCountry: 'GB',
      isOfficeOpen: true,
      isNewDevice: false,
    };
    verdicts[admitCall(rig.state, rig.policy, call, rig.time).decision.verdict]++;
  }
  const { system, extensions } = rig.state;
  assert.equal(extensions.size, LIMIT_SIZES.extensions);
  assert.ok(system.calls.size <= LIMIT_SIZES.calls);
  assert.ok(sizeOf(system.attempts.tenMinutes) <= LIMIT_SIZES.recentOfSystem);
  assert.equal(
    sizeOf(extensions.get('101')?.attempts.tenMinutes ?? emptyList()),
    LIMIT_SIZES.recentOfExtension,
  );
  assert.equal(extensions.get('101')?.countries.size, LIMIT_SIZES.countries);
  assert.equal(verdicts.allow, LIMIT_SIZES.calls);
  assert.ok(JSON.stringify(limitRecord(rig.state, '101')).length < 65_536);
});

function sample(): Pick<LimitedCall, 'destination'> {
  const rig = new LimitsRig();
  rig.dial('101', mobile(0));
  const number = itemsOf(rig.state.system.attempts.tenMinutes)[0]
    ?.number as LimitedCall['destination']['number'];
  return { destination: { number, country: 'GB', numberClass: 'mobile' } };
}

function without(set: LimitsPolicy['levels']): LimitsPolicy['levels'] {
  const none: LimitLevel = { warning: undefined, most: undefined, critical: undefined };
  const nothing = Object.fromEntries(
    Object.keys(set.system).map((counter) => [counter, none]),
  ) as LimitLevels;
  return { extension: nothing, system: nothing };
}
