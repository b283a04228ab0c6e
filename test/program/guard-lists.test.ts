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
