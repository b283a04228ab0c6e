import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindingOf, extensionOf, flowFrom, snapshotOf } from '../testing/parts.ts';
import type { Planned } from '../call/inputs.ts';
import { planCall } from './plan-call.ts';

function phonesOf(plan: Planned) {
  const targets = plan.ok ? plan.stages.flatMap((stage) => stage.targets) : [];
  return targets.flatMap((target) => (target.kind === 'phone' ? [target.binding] : []));
}

const snapshot = snapshotOf([extensionOf('101'), extensionOf('102', { enabled: false }), extensionOf('103')]);
const desk = bindingOf('101', flowFrom('10.0.0.9'));
const tablet = bindingOf('101', flowFrom('10.0.0.8'));
const bindings = (number: string) => (number === '101' ? [desk, tablet] : []);

test('a number leads to the phones of its extension, or to the reason why it does not', () => {
  const plan = planCall('101', snapshot, bindings);
  assert.deepEqual(phonesOf(plan), [desk, tablet]);
  for (const [dialled, status] of [
    ['', 484],
    ['999', 404],
    ['102', 480],
    ['103', 480],
    ['constructor', 404],
  ] as const) {
    const refused = planCall(dialled, snapshot, bindings);
    assert.equal(refused.ok ? 200 : refused.status, status, dialled);
  }
});

test('what is shown of a number that is dialled is bounded', () => {
  assert.equal(planCall('9'.repeat(5_000), snapshot, bindings).dialled.length, 32);
});

test('a phone does not ring for its own call, unless it shares the flow of an edge proxy', () => {
  const caller = { extension: desk.extension, flow: desk.flow };
  const plan = planCall('101', snapshot, bindings, caller);
  assert.deepEqual(phonesOf(plan), [tablet]);
  const alone = planCall('101', snapshot, () => [desk], caller);
  assert.equal(alone.ok ? 200 : alone.status, 480);
  const behindEdge = { ...desk, path: ['<sip:edge.example;lr>'] };
  assert.ok(planCall('101', snapshot, () => [behindEdge], caller).ok);
});

test('another extension on the same flow rings: a handset of the same base station, an account of the same phone', () => {
  const handset = { ...bindingOf('103', desk.flow), extension: extensionOf('103').number };
  const plan = planCall('103', snapshot, () => [handset], { extension: desk.extension, flow: desk.flow });
  assert.ok(phonesOf(plan).length === 1);
});
