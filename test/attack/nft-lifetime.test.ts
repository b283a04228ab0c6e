import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type TestContext, test } from 'node:test';
import { parseCidr } from '@ringwall/base';
import { NftEnforcer, type NftEntry, type NftStatus } from '@ringwall/net';
import { eventually, Program } from '../interop/harness/process.ts';
import { findBelow, on, statusOf, TwoMachines, whyNotHere } from './harness/namespaces.ts';
import { NFT_RULES } from './harness/nft-rules.ts';

const skip = whyNotHere();
const PROGRAM = fileURLToPath(new URL('harness/nft-program.ts', import.meta.url));
const HELPER = fileURLToPath(new URL('../../packages/net/bin/ringwall-nft.ts', import.meta.url));

function machinesFor(t: TestContext): TwoMachines {
  const machines = new TwoMachines('l');
  t.after(() => machines.remove());
  return machines;
}

/** Starts the program of the harness on the attacked machine, behind the words of another command. */
function start(t: TestContext, machines: TwoMachines, what: string, ...before: readonly string[]): Program {
  const [command, ...args] = [...on(machines.attacked), ...before, process.execPath, PROGRAM, what];
  const program = new Program(command, args);
  t.after(async () => program.stop());
  return program;
}

async function statusSaid(program: Program): Promise<NftStatus> {
  await program.waitFor(/^\{.*\}$/m);
  return JSON.parse(/^\{.*\}$/m.exec(program.said)?.[0] ?? '') as NftStatus;
}

const BAN: NftEntry = (() => {
  const cidr = parseCidr('203.0.113.7');
  assert.ok(cidr.ok);
  return { kind: 'ban', network: cidr.value, seconds: 600 } as const;
})();

async function enforcerFor(t: TestContext, machines: TwoMachines): Promise<NftEnforcer> {
  const enforcer = await NftEnforcer.start({
    rules: NFT_RULES,
    contents: () => [BAN],
    launcher: on(machines.attacked),
  });
  t.after(async () => enforcer.stop());
  assert.ok(await enforcer.counters(), enforcer.status().why);
  return enforcer;
}

test('nft has the right to change the filter and no other, the helper has none, and neither is root', {
  skip,
}, async (t) => {
  await enforcerFor(t, machinesFor(t));
  const nft = findBelow(process.pid, 'nft') ?? assert.fail('nft runs');
  const status = statusOf(nft) ?? '';
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
    assert.match(status, new RegExp(`^${set}:\t0000000000001000$`, 'm'));
  assert.match(status, /^NoNewPrivs:\t1$/m);
  const helper = statusOf(Number(/^PPid:\t(\d+)$/m.exec(status)?.[1])) ?? '';
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
    assert.match(helper, new RegExp(`^${set}:\t0000000000000000$`, 'm'));
  for (const each of [status, helper]) {
    assert.match(each, /^Uid:(\t65534){4}$/m);
    assert.match(each, /^Groups:\s*$/m);
  }
});

test('a packet of its own shows who drops: the kernel, the program, or nobody', { skip }, async (t) => {
  const program = start(t, machinesFor(t), 'prove');
  assert.equal(await program.exitCode(20_000), 0, program.said);
  assert.match(program.said, /\["kernel","socket","nobody"\]/);
});

test('stopped, it leaves nothing behind', { skip }, async (t) => {
  const machines = machinesFor(t);
  const enforcer = await enforcerFor(t, machines);
  assert.match(machines.nft('list', 'ruleset'), /table inet ringwall/);
  const nft = findBelow(process.pid, 'nft') ?? assert.fail('nft runs');
  await enforcer.stop();
  assert.equal(machines.nft('list', 'ruleset'), '');
  assert.equal(statusOf(nft), undefined);
  assert.equal(enforcer.status().state, 'stopped');
});

test('killed, the program leaves nothing behind', { skip }, async (t) => {
  const machines = machinesFor(t);
  const program = start(t, machines, 'hold');
  assert.equal((await statusSaid(program)).state, 'at-work');
  assert.match(machines.nft('list', 'ruleset'), /table inet ringwall/);
  const nft = findBelow(program.pid, 'nft') ?? assert.fail('nft runs');
  process.kill(program.pid, 'SIGKILL');
  await eventually(() => (machines.nft('list', 'ruleset') === '' ? true : undefined), 'the table is gone');
  await eventually(() => (statusOf(nft) === undefined ? true : undefined), 'nft is gone');
});

for (const name of ['nft', 'MainThread']) {
  const who = name === 'nft' ? 'nft' : 'the helper';
  test(`when ${who} is killed, it is started again and told everything`, { skip }, async (t) => {
    const machines = machinesFor(t);
    const enforcer = await enforcerFor(t, machines);
    const nft = findBelow(process.pid, 'nft') ?? assert.fail('nft runs');
    const helper = Number(/^PPid:\t(\d+)$/m.exec(statusOf(nft) ?? '')?.[1]);
    process.kill(name === 'nft' ? nft : helper, 'SIGKILL');
    await eventually(() => (enforcer.status().restarts > 0 ? true : undefined), 'it is started again');
    await eventually(() => (enforcer.status().isFilled ? true : undefined), 'it is told everything');
    assert.ok(await enforcer.counters());
    assert.match(machines.nft('list', 'set', 'inet', 'ringwall', 'ban4'), /203\.0\.113\.7 timeout 10m/);
  });
}

test('without the right it says so in a sentence, and there is no trace of it', { skip }, async (t) => {
  const machines = machinesFor(t);
  const program = start(t, machines, 'hold', 'setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin');
  const { state, why } = await statusSaid(program);
  assert.equal(state, 'not-available');
  assert.match(why, /^This process may not change the packet filter, .* CAP_NET_ADMIN/);
  assert.equal(machines.nft('list', 'ruleset'), '');
  assert.equal(findBelow(program.pid, 'nft'), undefined);
});

test('a second program on one machine is told that the table is taken, and the first keeps it', {
  skip,
}, async (t) => {
  const machines = machinesFor(t);
  const enforcer = await enforcerFor(t, machines);
  const { state, why } = await statusSaid(start(t, machines, 'hold'));
  assert.equal(state, 'not-available');
  assert.match(why, /another program holds the table/);
  assert.ok(await enforcer.counters());
  assert.match(machines.nft('list', 'ruleset'), /203\.0\.113\.7/);
});

test('a table that nobody owns any more is replaced, and tables of others are left alone', {
  skip,
}, async (t) => {
  const machines = machinesFor(t);
  machines.nft('add', 'table', 'inet', 'ringwall');
  machines.nft('add', 'table', 'inet', 'firewall');
  const enforcer = await enforcerFor(t, machines);
  assert.match(machines.nft('list', 'table', 'inet', 'ringwall'), /flags owner/);
  await enforcer.stop();
  assert.match(machines.nft('list', 'ruleset'), /^table inet firewall \{\s*\}\s*$/);
});

test('a line that is no verb ends the helper, and the table with it', { skip }, (t) => {
  const machines = machinesFor(t);
  const [command, ...args] = [...on(machines.attacked), process.execPath, HELPER];
  const open = `open ${JSON.stringify(NFT_RULES)}`;
  for (const input of [`${open}\nban 203.0.113.7 60; flush ruleset\n`, 'ban 203.0.113.7 60\n', 'open {}\n']) {
    const { status, stdout } = spawnSync(command, args, { input, encoding: 'utf8' });
    assert.equal(status, 2, input);
    assert.doesNotMatch(stdout, /^ok/m);
    assert.equal(machines.nft('list', 'ruleset'), '');
  }
});
