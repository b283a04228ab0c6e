import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allow, type Decision, decide, deny, type Gate } from './decision.ts';

type Behaviour = 'allow' | 'deny' | 'silence' | 'throw';
type AnyGate = Gate<unknown, unknown>;

function gate(behaviour: Behaviour): AnyGate {
  return () => {
    if (behaviour === 'throw') throw new Error('secret detail');
    if (behaviour === 'silence') return undefined;
    return behaviour === 'allow' ? allow('some-rule', 'It may') : deny('other-rule', 'It may not');
  };
}

function decideBy(behaviours: readonly Behaviour[]): Decision {
  return decide(behaviours.map(gate), undefined, undefined);
}

const behaviours = fc.array(fc.constantFrom<Behaviour>('allow', 'deny', 'silence', 'throw'), {
  maxLength: 8,
});

test('allows exactly if something allows and nothing denies or throws', () => {
  fc.assert(
    fc.property(behaviours, (list) => {
      const expected = list.includes('allow') && !list.includes('deny') && !list.includes('throw');
      assert.equal(decideBy(list).verdict, expected ? 'allow' : 'deny');
    }),
  );
});

test('the order of the gates never changes the verdict', () => {
  const shuffled = behaviours.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(fc.property(shuffled, ([list, other]) => decideBy(list).verdict === decideBy(other).verdict));
});

test('one more gate that denies or throws never turns a deny into an allow', () => {
  fc.assert(
    fc.property(behaviours, fc.constantFrom<Behaviour>('deny', 'throw'), (list, more) => {
      assert.equal(decideBy([...list, more]).verdict, 'deny');
    }),
  );
});

test('a gate that says nothing changes nothing', () => {
  fc.assert(
    fc.property(behaviours, fc.nat(8), (list, at) => {
      assert.deepEqual(decideBy(list.toSpliced(at, 0, 'silence')), decideBy(list));
    }),
  );
});

test('every decision has a reason, and the first reason agrees with the verdict', () => {
  fc.assert(
    fc.property(behaviours, (list) => {
      const { verdict, because } = decideBy(list);
      assert.equal(because[0].verdict, verdict);
    }),
  );
});

test('all gates run, and all that speak are in the explanation', () => {
  fc.assert(
    fc.property(behaviours, (list) => {
      const speaking = list.filter((behaviour) => behaviour !== 'silence').length;
      assert.equal(decideBy(list).because.length, Math.max(1, speaking));
    }),
  );
});

test('without gates the answer is no', () => {
  assert.deepEqual(decideBy([]), {
    verdict: 'deny',
    because: [deny('nothing-allows-it', 'No rule allows this')],
  });
});

test('a gate that throws is named, and its words are not repeated', () => {
  const brokenRule: AnyGate = () => {
    throw new Error('password: hunter2');
  };
  const { because } = decide([gate('allow'), brokenRule], undefined, undefined);
  assert.deepEqual(because[0], deny('rule-failed', 'The rule brokenRule could not be applied'));
  assert.doesNotMatch(JSON.stringify(because), /hunter2/);
});

test('a verdict that is neither allow nor deny denies', () => {
  const odd = (() => ({ rule: 'odd', verdict: 'maybe', text: '' })) as unknown as AnyGate;
  assert.equal(decide([gate('allow'), odd], undefined, undefined).verdict, 'deny');
});
