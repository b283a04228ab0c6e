// What a flood does to those who are registered and talk: nothing that they would notice.
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { eventually } from '../interop/harness/process.ts';
import type { Account } from '../interop/harness/ringwall.ts';
import type { ConnectionsJob, ConnectionsOutcome } from './drivers/connections.ts';
import type { FloodJob, FloodOutcome } from './drivers/flood.ts';
import type { UnacknowledgedJob, UnacknowledgedOutcome } from './drivers/unacknowledged.ts';
import { assertUnharmed, describe } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

/** Thirty times what the busiest scanners send, and more than an office of thousands does. */
const PER_SECOND = 5_000;
/** How long each flood is; `FLOOD_SECONDS=60` makes long ones. (What begins with `RINGWALL_` would be a setting.) */
const SECONDS = Number(process.env['FLOOD_SECONDS'] ?? 2);
const LIMIT_MS = 60_000 + 2_000 * SECONDS;
const MIB = 1_024 * 1_024;
/** What may be left of a flood: tables of the guard that remember for a while, and have their bounds. */
const MOST_LEFT_BYTES = 16 * MIB;
/** What a second flood may leave on top of a first one. */
const MOST_MORE_BYTES = 4 * MIB;

let scene: Scene;
let [cyril, dora]: Account[] = [];
let neededBefore = 0;
before(async () => {
  scene = await Scene.open();
  neededBefore = await scene.neededBytes();
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

let sources = 0;

/** A source that the guard has not seen, so that a flood is not ignored for what another one did. */
function freshSource(): string {
  return `10.98.210.${++sources}`;
}

function flood(job: Pick<FloodJob, 'what'> & Partial<FloodJob>): Promise<FloodOutcome> {
  const whole: FloodJob = {
    to: scene.server,
    from: freshSource(),
    host: DOMAIN,
    user: '901',
    perSecond: PER_SECOND,
    seconds: SECONDS,
    seed: 1,
    ...job,
  };
  return scene.drive<FloodOutcome>(scene.attacker, 'flood', whole, LIMIT_MS);
}

function connections(
  job: Pick<ConnectionsJob, 'manner' | 'connections' | 'perSecond' | 'seconds'>,
): Promise<ConnectionsOutcome> {
  const common = { to: scene.server, host: DOMAIN, user: '901', seed: 1 };
  return scene.drive<ConnectionsOutcome>(scene.attacker, 'connections', { ...common, ...job }, LIMIT_MS);
}

// First, for its calls take half a minute until they are given up.
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
  const attack = () => scene.drive<UnacknowledgedOutcome>(scene.phones, 'unacknowledged', job, LIMIT_MS);
  const { answers } = await during(t, attack, [dora]);
  assert.ok((answers['486'] ?? 0) > 0, 'an extension has as many calls as the settings allow');
});

test('a scanner that asks the address with OPTIONS as fast as it can is not answered', async (t) => {
  const { answers } = await during(t, () => flood({ what: 'OPTIONS', host: scene.server.address }));
  assert.equal(answers, 0);
});

for (const method of ['INVITE', 'every method']) {
  test(`${method} after ${method} from one source, in the name of a phone of the office`, async (t) => {
    const { sent, answers } = await during(t, () => flood({ what: method }));
    assert.ok(answers <= sent, 'nothing is answered twice');
    assert.ok(answers > 0, 'it was read, until it was too much');
  });
}

// The tools that anybody has, beside our own driver: they know our domain, and send as fast as they can.
test("SIPp's calls and sipsak's flood", async (t) => {
  const [address] = scene.attacker.addresses;
  const seconds = String(SECONDS);
  const { address: host, port } = scene.server;
  const calls = [
    'sipp',
    '-sn',
    'uac',
    '-i',
    address,
    '-r',
    '2000',
    '-m',
    String(2_000 * SECONDS),
    '-l',
    '100000',
  ];
  const outcome = await during(t, async () => {
    const before = scene.network.packetsOf(scene.attacker).sent;
    await Promise.all([
      scene.tool(LIMIT_MS, 'timeout', seconds, ...calls, '-timeout', seconds, '-nostdin', `${host}:${port}`),
      scene.tool(
        LIMIT_MS,
        'timeout',
        seconds,
        'sipsak',
        '-F',
        '-s',
        `sip:901@${DOMAIN}`,
        '-p',
        `${host}:${port}`,
      ),
    ]);
    return { sent: scene.network.packetsOf(scene.attacker).sent - before };
  });
  assert.ok(outcome.sent > 500 * SECONDS, `${outcome.sent} packets are no flood`);
});

test('every method after every method from everywhere', async (t) => {
  const { sent, answers } = await during(t, () => flood({ what: 'every method', from: 'everywhere' }));
  assert.ok(answers > 0 && answers <= sent, 'nothing is answered twice');
});

for (const from of [undefined, 'everywhere']) {
  test(`messages that are none, from ${from ?? 'one source'}`, async (t) => {
    const { answers } = await during(t, () => flood({ what: 'malformed', from: from ?? freshSource() }));
    assert.equal(answers, 0);
  });
}

test('five thousand connections that send a byte a second', async (t) => {
  const { opened, closed } = await during(t, () =>
    connections({ manner: 'slow', connections: 5_000, perSecond: 2_500, seconds: SECONDS }),
  );
  assert.ok(opened > 0);
  assert.ok(opened - closed <= 2_000, 'strangers have their limit, and the oldest gives way');
});

test('five thousand connections that send nothing', async (t) => {
  const { opened, closed } = await during(t, () =>
    connections({ manner: 'idle', connections: 5_000, perSecond: 2_500, seconds: 1 }),
  );
  assert.ok(opened > 0);
  assert.ok(opened - closed <= 2_000, 'strangers have their limit, and the oldest gives way');
});

test('connections that bring INVITEs and are reset before the answer', async (t) => {
  const job = { manner: 'reset', connections: 300 * SECONDS, perSecond: 300, seconds: 0 } as const;
  const { opened } = await during(t, () => connections(job));
  assert.ok(opened > 0);
});

test('what the floods took is given back, and one more leaves nothing behind', async (t) => {
  const needed = [neededBefore];
  for (const again of [false, true]) {
    if (again) await flood({ what: 'REGISTER', from: 'everywhere', seed: 2 });
    for (const name of ['ringwall_calls', 'ringwall_media_legs', 'ringwall_connections'])
      await eventually(
        async () => ((await scene.metric(name)) === 0 ? true : undefined),
        `${name} is 0`,
        40_000,
      );
    needed.push(await scene.neededBytes());
  }
  const [atFirst = 0, then = 0, afterOneMore = 0] = needed;
  const text = `needed ${needed.map((bytes) => (bytes / MIB).toFixed(1)).join(', ')} MiB`;
  t.diagnostic(text);
  assert.ok(then - atFirst < MOST_LEFT_BYTES, text);
  assert.ok(afterOneMore - then < MOST_MORE_BYTES, text);
});
