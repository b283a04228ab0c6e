import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CallerBlacklist,
  indexInbound,
  type InboundDestination,
  type InboundRule,
  type OfficeState,
} from '@ringwall/policy';
import fc from 'fast-check';
import type { Planned, TrunkTarget } from '../call/inputs.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import type { OutsideParty } from '../call/party.ts';
import { NO_DIALLING } from '../snapshot/dialling.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import { bindingOf, extensionOf, flowFrom, snapshotOf } from '../testing/parts.ts';
import { planCall } from './plan-call.ts';
import { type InboundView, planInbound } from './plan-inbound.ts';

const NUMBERS = ['101', '102', '103'];
const { extensions, ...rest } = snapshotOf([
  ...NUMBERS.map((number) => extensionOf(number)),
  extensionOf('104', { enabled: false }),
]);
const FROM: OutsideParty = {
  kind: 'outside',
  trunk: { name: 'acme' } as Trunk,
  number: '+15550100',
  name: '',
};
const outsideTarget = { kind: 'trunk', dial: '+447700900123' } as TrunkTarget;

interface Made extends InboundView {
  readonly wishes: OutsideWish[];
}

function view(destination: InboundDestination | undefined, changes: Partial<InboundView> = {}): Made {
  const conditions = { name: 'did', trunks: [], called: ['460123'], callers: [] };
  const rule: InboundRule | undefined = destination && {
    ...conditions,
    open: destination,
    closed: undefined,
    holiday: undefined,
  };
  const wishes: OutsideWish[] = [];
  return {
    wishes,
    rules: indexInbound(rule === undefined ? [] : [rule]),
    home: NO_DIALLING.policy.home,
    state: () => 'open',
    extensions,
    callerBlacklist: new CallerBlacklist([]),
    inside: (number) =>
      planCall(number, { ...rest, extensions }, (each) =>
        each === '103' ? [] : [bindingOf(each, flowFrom(`10.0.0.${each}`))],
      ),
    outside: (wish) => {
      wishes.push(wish);
      const stage = { targets: [outsideTarget], ringSeconds: undefined, goesOnAfter: () => false };
      return { ok: true, dialled: wish.dialled, callee: FROM, stages: [stage] };
    },
    ...changes,
  };
}

/** Who rings, stage by stage; or the status. */
function outcome(plan: Planned): number | string[][] {
  if (!plan.ok) return plan.status;
  return plan.stages.map(({ targets }) =>
    targets.map((target) => (target.kind === 'phone' ? target.extension.number : 'outside')),
  );
}

const group = (strategy: 'all' | 'hunt', ...numbers: string[]): InboundDestination => ({
  to: 'ring-group',
  extensions: numbers,
  strategy,
  ringSeconds: 20,
});

test('a rule sends its number to an extension, and the record shows the number that was called', () => {
  const plan = planInbound(FROM, '+442079460123', view({ to: 'extension', number: '101' }));
  assert.deepEqual(outcome(plan), [['101']]);
  assert.equal(plan.dialled, '+442079460123');
});

test('where no rule fits, the extension whose number was called rings; else 404', () => {
  const made = view({ to: 'hang-up' });
  assert.deepEqual(outcome(planInbound(FROM, '102', made)), [['102']]);
  assert.equal(outcome(planInbound(FROM, '+442079469999', made)), 404);
  assert.equal(planInbound(FROM, '9'.repeat(500), made).dialled.length, 32);
});

test('all of a group ring at once, or one after another, and those who cannot be reached are passed over', () => {
  const all = planInbound(FROM, '460123', view(group('all', '101', '103', '102', '101', '104')));
  assert.deepEqual(outcome(all), [['101', '102']]);
  const hunt = planInbound(FROM, '460123', view(group('hunt', '102', '103', '101')));
  assert.deepEqual(outcome(hunt), [['102'], ['101']]);
  assert.ok(hunt.ok);
  for (const status of [408, 480, 486, 603]) assert.ok(hunt.stages[0]?.goesOnAfter(status), String(status));
  assert.deepEqual(
    hunt.stages.map(({ ringSeconds }) => ringSeconds),
    [20, 20],
  );
});

test('a group of which nobody can be reached is 480, with the reason of the first', () => {
  const plan = planInbound(FROM, '460123', view(group('all', '103', '104')));
  assert.equal(outcome(plan), 480);
  assert.match(plan.ok ? '' : plan.reason, /ring group of the inbound rule did.*No phone/);
});

test('a member who does not take calls of this caller is passed over; if nobody does, it is declined', () => {
  const made = view(undefined);
  const refuses = (...numbers: string[]): InboundView['inside'] => {
    return (number) =>
      numbers.includes(number)
        ? { ok: false, dialled: number, status: 603, reason: 'blacklisted' }
        : made.inside(number);
  };
  const destination = group('all', '101', '102');
  const one = planInbound(FROM, '460123', view(destination, { inside: refuses('101') }));
  assert.deepEqual(outcome(one), [['102']]);
  const both = planInbound(FROM, '460123', view(destination, { inside: refuses('101', '102') }));
  assert.equal(outcome(both), 603);
});

test('hang-up is 603, so that the provider does not try another way with the same call', () => {
  const plan = planInbound(FROM, '460123', view({ to: 'hang-up' }));
  assert.equal(outcome(plan), 603);
  assert.match(plan.ok ? '' : plan.reason, /did hangs up/);
});

test('out of hours and on holidays the call goes where the rule says', () => {
  const to = (number: string): InboundDestination => ({ to: 'extension', number });
  const rule: InboundRule = {
    name: 'did',
    trunks: [],
    called: [],
    callers: [],
    open: to('101'),
    closed: to('102'),
    holiday: { to: 'hang-up' },
  };
  const at = (state: OfficeState) =>
    outcome(planInbound(FROM, '1', view(undefined, { rules: indexInbound([rule]), state: () => state })));
  assert.deepEqual([at('open'), at('closed'), at('holiday')], [[['101']], [['102']], 603]);
});

const AWAY: InboundDestination = { to: 'outside', number: '+447700900123', owner: '101' };

test('outside, the owner answers for the call, and the policy hears that a rule led it there from a trunk', () => {
  const made = view(AWAY);
  assert.deepEqual(outcome(planInbound(FROM, '460123', made)), [['outside']]);
  const [wish] = made.wishes;
  assert.equal(wish?.by.kind === 'extension' ? wish.by.extension.number : '', '101');
  assert.deepEqual([wish?.cause, wish?.from, wish?.dialled], ['rule', 'trunk', '+447700900123']);
});

test('outside for nobody, for a blacklisted caller, or to an emergency number, is refused', () => {
  assert.equal(outcome(planInbound(FROM, '460123', view({ ...AWAY, owner: '999' }))), 404);
  for (const extension of [undefined, '101']) {
    const callerBlacklist = new CallerBlacklist([{ pattern: '+1555*', extension }]);
    const made = view(AWAY, { callerBlacklist });
    assert.equal(outcome(planInbound(FROM, '460123', made)), 603);
    assert.equal(made.wishes.length, 0, 'nothing was asked of the policy');
  }
  const help = view(AWAY);
  const outside: InboundView['outside'] = (wish) => ({
    ...(help.outside(wish) as Planned & { ok: true }),
    emergency: { number: '999', extension: undefined, location: '' },
  });
  assert.equal(outcome(planInbound(FROM, '460123', view(AWAY, { outside }))), 403);
});

test('whatever a provider writes, no call leaves but by a rule that says so', () => {
  const destination = fc.constantFrom<InboundDestination>(
    { to: 'hang-up' },
    { to: 'extension', number: '101' },
    group('all', '101', '102'),
    group('hunt', '999', '101'),
  );
  const written = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.stringMatching(/^\+?[0-9*#]{0,20}$/),
    fc.constantFrom('999', '+447700900123', '9112', '460123'),
  );
  fc.assert(
    fc.property(destination, written, written, (open, called, number) => {
      const made = view(open);
      const plan = planInbound({ ...FROM, number }, called, made);
      assert.equal(made.wishes.length, 0);
      assert.ok(
        !plan.ok || plan.stages.every(({ targets }) => targets.every(({ kind }) => kind === 'phone')),
      );
    }),
  );
});
