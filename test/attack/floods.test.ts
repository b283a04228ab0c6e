// What a flood does to those who are registered and talk: nothing that they would notice.
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import type { Account } from '../interop/harness/ringwall.ts';
import type { ConnectionsJob, ConnectionsOutcome } from './drivers/connections.ts';
import type { FloodJob, FloodOutcome } from './drivers/flood.ts';
import type { UnacknowledgedJob, UnacknowledgedOutcome } from './drivers/unacknowledged.ts';
import { assertUnharmed, describe } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

/** Thirty times what the busiest scanners send, and more than an office of thousands does. */
const PER_SECOND = 5_000;
const SECONDS = 4;

let scene: Scene;
let [cyril, dora]: Account[] = [];
before(async () => {
  scene = await Scene.open();
  cyril = await scene.ringwall.addExtension('903');
  dora = await scene.ringwall.addExtension('904');
});
after(() => scene.close());

/** Attacks while the office works, and fails if it was noticed there. */
async function during<Outcome extends object>(
  t: TestContext,
  attack: () => Promise<Outcome>,
  idle: readonly Account[] = [],
): Promise<Outcome> {
  const probes = await scene.probe(idle);
  const outcome = await attack();
  const report = await probes.report();
  t.diagnostic(`${JSON.stringify(outcome)}: ${describe(report)}`);
  assertUnharmed(report);
  return outcome;
}

function flood(job: Pick<FloodJob, 'what'> & Partial<FloodJob>): Promise<FloodOutcome> {
  return scene.drive<FloodOutcome>(scene.attacker, 'flood', {
    to: scene.server,
    from: scene.attacker.addresses[0],
    host: DOMAIN,
    user: '901',
    perSecond: PER_SECOND,
    seconds: SECONDS,
    seed: 1,
    ...job,
  } satisfies FloodJob);
}

function connections(
  job: Pick<ConnectionsJob, 'manner' | 'connections' | 'perSecond' | 'seconds'>,
): Promise<ConnectionsOutcome> {
  const common = { to: scene.server, host: DOMAIN, user: '901', seed: 1 };
  return scene.drive<ConnectionsOutcome>(scene.attacker, 'connections', { ...common, ...job });
}

test('a scanner that asks the address with OPTIONS as fast as it can is not answered', async (t) => {
  const { answers } = await during(t, () => flood({ what: 'OPTIONS', host: scene.server.address }));
  assert.equal(answers, 0);
});

for (const method of ['REGISTER', 'INVITE']) {
  test(`${method} after ${method} from one source, in the name of a phone of the office`, async (t) => {
    const { sent, answers } = await during(t, () => flood({ what: method }));
    assert.ok(answers <= sent, 'nothing is answered twice');
  });
}

test('REGISTERs that come from everywhere', async (t) => {
  const { sent, answers } = await during(t, () => flood({ what: 'REGISTER', from: 'everywhere' }));
  assert.ok(answers <= sent, 'nothing is answered twice');
});

test('messages that are none', async (t) => {
  const { answers } = await during(t, () => flood({ what: 'malformed' }));
  assert.equal(answers, 0);
});

test('five thousand connections that send a byte a second', async (t) => {
  const { opened, closed } = await during(t, () =>
    connections({ manner: 'slow', connections: 5_000, perSecond: 1_000, seconds: SECONDS }),
  );
  assert.ok(opened > 0);
  assert.ok(opened - closed <= 2_000, 'strangers have their limit, and the oldest gives way');
});

test('connections that bring INVITEs and are reset before the answer', async (t) => {
  const job = { manner: 'reset', connections: 1_500, perSecond: 300, seconds: 0 } as const;
  const { opened } = await during(t, () => connections(job));
  assert.ok(opened > 0);
});

test('a phone of the office that calls without end, and acknowledges nothing', async (t) => {
  assert.ok(cyril !== undefined && dora !== undefined);
  const job: UnacknowledgedJob = {
    to: scene.server,
    from: scene.phones.addresses[0],
    domain: DOMAIN,
    account: cyril,
    callee: dora.number,
    perSecond: 200,
    seconds: SECONDS,
  };
  const attack = () => scene.drive<UnacknowledgedOutcome>(scene.phones, 'unacknowledged', job);
  const { answers } = await during(t, attack, [dora]);
  assert.ok((answers['486'] ?? 0) > 0, 'an extension has as many calls as the settings allow');
});
