// The guard in the kernel of the machine that the program runs on: what it drops there never wakes the program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { eventually } from '../interop/harness/process.ts';
import { assertUnharmed } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

interface Status {
  readonly kernel: { readonly by: string; readonly text: string };
  readonly admitted: readonly { readonly rule: string; readonly packets: number }[];
}

let scene: Scene;
before(async () => {
  scene = await Scene.open({ extensions: ['101'], kernel: true });
});
after(() => scene.close());

async function status(): Promise<Status> {
  return (await scene.ringwall.ask('guard.status', {})) as Status;
}

/** Whoever asks for the status has a packet of our own dropped on the way, and the program counts that too. */
async function by(who: 'kernel' | 'sockets'): Promise<string> {
  const seen = await eventually(async () => {
    const { kernel } = await status();
    return kernel.by === who ? kernel : undefined;
  }, `the ${who} at work`);
  return seen.text;
}

function rulesOfKernel(): string {
  const [command, ...args] = [...scene.pbx.prefix, 'nft', 'list', 'ruleset'];
  return execFileSync(command, args, { encoding: 'utf8' });
}

function droppedUnread({ admitted }: Status): number {
  return admitted.find(({ rule }) => rule === 'blacklisted')?.packets ?? -1;
}

/** A question that names our domain. @returns whether it was answered. */
async function isAnswered(from: string): Promise<boolean> {
  const text = [
    `OPTIONS sip:${DOMAIN} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from}:5060;branch=z9hG4bK${Math.random()};rport`,
    `From: <sip:x@${DOMAIN}>;tag=1`,
    `To: <sip:x@${DOMAIN}>`,
    `Call-ID: ${Math.random()}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    // No answer is longer than twice the question.
    `Subject: ${'x'.repeat(300)}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const [heard] = await scene.ask([{ from: { address: from, port: 5_060 }, text }]);
  return (heard?.length ?? 0) > 0;
}

const ATTACKER = '10.99.0.2';

test('the status says that the kernel is at work, and shows it by a packet', async () => {
  assert.match(await by('kernel'), /of our own was just dropped by the kernel/);
});

test('who is blacklisted is dropped by the kernel: the program does not even count the packet', async () => {
  assert.ok(await isAnswered(ATTACKER));
  await scene.ringwall.ask('guard.add', { list: 'blacklist', network: ATTACKER });
  const read = droppedUnread(await status());
  assert.ok(!(await isAnswered(ATTACKER)));
  assert.equal(droppedUnread(await status()), read);
  assert.match((await status()).kernel.text, /dropped [1-9]\d* packets of the blacklist/);
  assert.ok(await isAnswered('10.99.0.3'), 'nobody else');
});

test('a phone that is registered goes on from its port, whatever its address did', async () => {
  const probes = await scene.probe();
  const [phones] = scene.phones.addresses;
  await scene.ringwall.ask('guard.add', { list: 'blacklist', network: phones, confirmed: true });
  await scene.ringwall.ask('guard.confirm', {});
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assertUnharmed(await probes.report());
  await scene.ringwall.ask('guard.remove', { list: 'blacklist', network: phones });
});

test('switched off it leaves nothing in the kernel and the program drops the same; switched on again it knows all', async () => {
  await scene.ringwall.ask('setting.set', { name: 'guard.kernel', value: 'off' });
  assert.match(await by('sockets'), /of our own was just dropped by the program/);
  assert.equal(rulesOfKernel().includes('ringwall'), false);
  assert.ok(!(await isAnswered(ATTACKER)));
  await scene.ringwall.ask('setting.unset', { name: 'guard.kernel' });
  await by('kernel');
  await eventually(
    async () => (rulesOfKernel().includes(ATTACKER) ? true : undefined),
    'the blacklist in the kernel',
  );
  assert.ok(!(await isAnswered(ATTACKER)));
});

test('let go, it is answered at once', async () => {
  await scene.ringwall.ask('guard.remove', { list: 'blacklist', network: ATTACKER });
  assert.ok(await isAnswered(ATTACKER));
});

test('when the program is killed, its rules are gone', async () => {
  process.kill(scene.ringwall.pid, 'SIGKILL');
  await eventually(
    async () => (rulesOfKernel().includes('ringwall') ? undefined : true),
    'nothing left in the kernel',
  );
});
