// Stage three: who has found the telephone system, and a number, guesses the password.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Account } from '../interop/harness/ringwall.ts';
import { assertUnharmed, describe, type Probes } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

let scene: Scene;
let probes: Probes;
let victim: Account;
const folder = mkdtempSync(join(tmpdir(), 'ringwall-guessing-'));
before(async () => {
  scene = await Scene.open();
  victim = await scene.ringwall.addExtension('105');
  await scene.ringwall.ask('extension.set', { number: '105', lanOnly: false });
  probes = await scene.probe();
});
after(async () => {
  await scene.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Guesses with the right password at a position of the list, knowing more than anybody could: the auth ID. It writes that
 * into From as well, where a phone writes its number, so that even the right password would only get it a 403.
 */
async function svcrack(from: string, position: number): Promise<string> {
  const words = Array.from({ length: 300 }, (_, i) => (i + 1 === position ? victim.password : `guess-${i}`));
  const list = join(folder, `${position}.txt`);
  writeFileSync(list, `${words.join('\n')}\n`);
  const options = ['-u', victim.authId, '-d', list, '-b', from, '-x', from, '--domain', DOMAIN];
  return scene.tool(15_000, 'svcrack', ...options, scene.server.address);
}

async function why(address: string): Promise<string> {
  return JSON.stringify(await scene.ringwall.ask('guard.why', { address }));
}

test('svcrack does not get to the password at position 100: its address is blacklisted at the limit', async () => {
  assert.doesNotMatch(await svcrack('10.99.0.2', 100), new RegExp(victim.password));
  assert.match(await why('10.99.0.2'), /is on the blacklist, added by guard: Too many wrong passwords/);
  assert.doesNotMatch(await why('10.99.0.3'), /is on the blacklist/);
});

test('requests in the name of the provider have nobody blacklisted', async () => {
  const [provider] = scene.provider.addresses;
  scene.network.forge(scene.attacker, provider);
  await scene.drive(scene.attacker, 'flood', {
    to: scene.server,
    from: provider,
    host: DOMAIN,
    user: '105',
    what: 'REGISTER',
    perSecond: 2_000,
    seconds: 3,
    seed: 1,
  });
  assert.doesNotMatch(await why(provider), /is on the blacklist/);
});

test('those who work in the office noticed nothing of it', async (t) => {
  const report = await probes.report();
  t.diagnostic(describe(report));
  assertUnharmed(report);
});
