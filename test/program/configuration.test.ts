import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Site } from './site.ts';

const PASSWORD = 'Secret-of-the-trunk-4711';

test('a configuration is written, edited, planned, applied and taken back, and kill -9 loses nothing of it', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  await site.start();
  await site.ask('setting.set', { name: 'numbering.country', value: 'GB' });
  const anna = await site.addExtension('101');
  const phone = await site.registered(anna);
  const exported = async (): Promise<string> =>
    ((await site.ask('configuration.export', {})) as { readonly text: string }).text;
  const before = await site.run('export');
  assert.equal(before.out, await exported(), before.err);

  const file = join(site.folder, 'office.yaml');
  const edited = before.out
    .replace('  "101":', '  102: { name: Bob }\n  "101":')
    .replace(
      'trunks: {}',
      'trunks:\n  acme: { host: provider.invalid, user: "0044", enabled: false, password: { env: ACME } }',
    )
    .replace(
      'outbound-rules: []',
      'outbound-rules:\n  - { name: national, prefixes: [0], routes: [trunk: acme] }',
    );
  writeFileSync(file, edited);
  const env = { ACME: PASSWORD };
  const planned = await site.runWith({ env }, 'plan', file);
  assert.equal(planned.code, 6, planned.err);
  assert.match(planned.out, /\+ 102 is added[^]*\+ acme is added[^]*\+ national is added/);
  assert.equal(await exported(), before.out, 'a plan changes nothing');

  const applied = await site.runWith({ env }, 'apply', file, '--yes', '--json');
  assert.equal(applied.code, 0, applied.err);
  const { applied: done } = JSON.parse(applied.out) as {
    readonly applied: {
      readonly plan: { readonly version: number };
      readonly issued: readonly [{ readonly authId: string; readonly password: string }];
    };
  };
  process.kill(site.program.pid, 'SIGKILL');
  await site.program.exitCode(15_000);
  await site.start();
  const after = await exported();
  assert.match(after, /"102":\n {4}name: Bob/);
  assert.match(after, /password: kept/);
  // Who was there before still has his password, and who is new has the one that was shown.
  site.cutOff(phone);
  await site.registered(anna);
  const [bob] = done.issued;
  await site.registered({ number: '102', authId: bob.authId, password: bob.password });

  writeFileSync(file, after);
  const again = await site.run('plan', file);
  assert.deepEqual([again.code, again.out], [0, 'Nothing would change.\n'], again.err);
  const back = await site.run('roll-back', String(done.plan.version), '--yes');
  assert.equal(back.code, 0, back.err);
  assert.equal(await exported(), before.out);
  const told = [planned, applied, again, back].map(({ out, err }) => `${out}${err}`).join('');
  for (const text of [told, after, site.program.said]) assert.ok(!text.includes(PASSWORD));
});
