import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Site } from './site.ts';

interface Listed {
  readonly matching: number;
  readonly entries: readonly { readonly network: string }[];
}

test('what an administrator puts on the lists survives kill -9, and is changed with the program stopped', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  const networks = async (list: string): Promise<readonly string[]> => {
    const { out } = await site.run('guard', list, 'list', '--json');
    return (JSON.parse(out) as Listed).entries.map(({ network }) => network);
  };
  const program = await site.start();
  assert.equal((await site.run('guard', 'whitelist', 'add', '198.51.100.7')).code, 0);
  const file = join(site.folder, 'scanners.csv');
  const lines = Array.from({ length: 3_000 }, (_, i) => `198.18.${i >> 8}.${i & 255},${'x'.repeat(60)}\n`);
  writeFileSync(file, `network,description\n${lines.join('')}`);
  const imported = await site.run('guard', 'blacklist', 'import', file);
  assert.equal(imported.out, '3000 networks were added to the blacklist.\n', imported.err);
  assert.equal((await site.run('guard', 'blacklist', 'add', '203.0.113.0/24')).code, 0);
  process.kill(program.pid, 'SIGKILL');
  await program.stop();

  assert.deepEqual(await networks('whitelist'), ['198.51.100.7']);
  assert.equal((await site.run('guard', 'blacklist', 'remove', '198.18.0.0')).code, 0);
  await site.start();
  const why = await site.run('guard', 'why', '203.0.113.9');
  assert.match(why.out, /^203\.0\.113\.9 is shut out\.\n {2}203\.0\.113\.0\/24 is on the blacklist/);
  const { out } = await site.run('guard', 'blacklist', 'list', '--limit', '1', '--json');
  assert.equal((JSON.parse(out) as Listed).matching, 3_000);
});

test('the lists are gone back from like all that is configured, and a file that shuts out this machine is on trial', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  await site.start();
  const why = async (): Promise<string> => (await site.run('guard', 'why', '203.0.113.9')).out;
  assert.equal((await site.run('guard', 'blacklist', 'add', '203.0.113.0/24')).code, 0);
  assert.match(await why(), /is shut out/);
  const versions = await site.run('versions', '--json');
  const [last] = (JSON.parse(versions.out) as { versions: { version: number; replacedBy: string }[] })
    .versions;
  assert.match(last?.replacedBy ?? '', /^guard blacklist add.*: added blacklisted 203\.0\.113\.0\/24$/);
  const back = await site.run('roll-back', String(last?.version), '--yes');
  assert.equal(back.code, 0, back.err);
  assert.match(await why(), /is let in/);

  const file = join(site.folder, 'lists.yaml');
  writeFileSync(file, 'guard-blacklist: [{ network: 127.0.0.0/8, description: a slip }]\n');
  const refused = await site.run('apply', file, '--yes');
  assert.match(refused.err, /shut out 127\.0\.0\.1 \(this machine\).*CONFIGURATION_SHUTS_OUT/);
  const forced = await site.run('apply', file, '--yes', '--force');
  assert.match(forced.err, /taken back in 60 s unless you type: ringwall guard confirm/);
  assert.match((await site.run('export')).out, /guard-blacklist: \[\]/);
  const kept = await site.run('guard', 'confirm');
  assert.equal(kept.code, 0, kept.err);
  assert.match((await site.run('export')).out, /network: 127\.0\.0\.0\/8\n {4}description: a slip/);
});
