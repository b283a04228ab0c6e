import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Planned } from '../call/inputs.ts';
import { planCall } from '../routing/plan-call.ts';
import { bindingOf, extensionOf, flowFrom, snapshotOf } from '../testing/parts.ts';
import { planRingGroup } from './plan-ring-group.ts';
import { MOST_GROUPS_IN_A_ROW, type RingGroup } from './ring-group.ts';

const snapshot = snapshotOf([
  ...['101', '102', '103'].map((number) => extensionOf(number)),
  extensionOf('104', { enabled: false }),
  extensionOf('105'),
]);

/** 105 has no phone. */
function inside(number: string): Planned {
  return planCall(number, snapshot, (each) =>
    each === '105' ? [] : [bindingOf(each, flowFrom(`10.0.0.${each}`))],
  );
}

function group(number: string, members: readonly string[], changes: Partial<RingGroup> = {}): RingGroup {
  return { number, name: number, members, strategy: 'all', ringSeconds: 20, next: undefined, ...changes };
}

function plan(number: string, ...groups: readonly RingGroup[]): Planned {
  return planRingGroup(number, { groups: new Map(groups.map((each) => [each.number, each])), inside });
}

/** Who rings, stage by stage, and whether the call goes on from there when nobody answers; or the status. */
function outcome(planned: Planned): string {
  if (!planned.ok) return String(planned.status);
  return planned.stages
    .map(({ targets, goesOnAfter }) => {
      const who = targets.map((target) => (target.kind === 'phone' ? target.extension.number : 'outside'));
      return `${who.join('+')}${goesOnAfter(408) && goesOnAfter(486) ? '>' : '.'}`;
    })
    .join(' ');
}

test('all ring at once or in turn; who is disabled or has no phone is passed over; the number stands in the record', () => {
  const planned = plan('600', group('600', ['101', '104', '105', '102']));
  assert.equal(outcome(planned), '101+102.');
  assert.equal(planned.dialled, '600');
  const hunt = plan('600', group('600', ['102', '105', '101'], { strategy: 'hunt', ringSeconds: 7 }));
  assert.equal(outcome(hunt), '102> 101>');
  assert.deepEqual(hunt.ok && hunt.stages.map(({ ringSeconds }) => ringSeconds), [7, 7]);
});

test('when nobody takes the call, whoever is next rings: an extension, or another group and what follows it', () => {
  const next = group('601', ['102', '103'], { strategy: 'hunt', next: '101' });
  assert.equal(outcome(plan('600', group('600', ['101'], { next: '103' }))), '101> 103.');
  assert.equal(outcome(plan('600', group('600', ['101'], { next: '601' }), next)), '101> 102> 103> 101.');
});

test('a group of which nobody can be reached gives way to the next; with nobody there either it says why', () => {
  assert.equal(outcome(plan('600', group('600', ['105'], { next: '103' }))), '103.');
  assert.equal(outcome(plan('600', group('600', [], { next: '103' }))), '103.');
  const planned = plan('600', group('600', ['105', '104'], { next: '104' }));
  assert.equal(outcome(planned), '480');
  assert.match(planned.ok ? '' : planned.reason, /Nobody in the ring group 600 can take the call: No phone/);
  const both = plan('600', group('600', ['104', '105', '104']));
  assert.match(both.ok ? '' : both.reason, /: [^;]*disabled[^;]*; No phone[^;]*$/);
  assert.equal(planned.dialled, '600');
});

test('groups that lead to each other, whatever way, ring each of them once and come to an end', () => {
  const numbers = ['600', '601', '602', '603', '604', '605', '606'];
  const any = fc.tuple(...numbers.map(() => fc.constantFrom(...numbers, '101', '105', undefined)));
  fc.assert(
    fc.property(any, (thens) => {
      const groups = numbers.map((number, at) => group(number, ['102'], { next: thens[at] }));
      const planned = plan('600', ...groups);
      assert.ok(planned.ok && planned.stages.length <= MOST_GROUPS_IN_A_ROW);
      const goOn = planned.stages.map(({ goesOnAfter }) => goesOnAfter(480));
      assert.deepEqual(goOn, [...Array.from({ length: goOn.length - 1 }, () => true), false]);
    }),
  );
});
