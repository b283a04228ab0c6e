import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../interop/harness/process.ts';
import { Site } from './site.ts';

interface Setting {
  readonly value: string;
  readonly source: string;
  readonly nextValue: string | null;
}

test('settings are changed by the command, with the program stopped or running, and last', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  const shown = async (name: string): Promise<Setting> => {
    const { setting } = JSON.parse((await site.run('setting', 'show', name, '--json')).out) as {
      setting: Setting;
    };
    return setting;
  };

  // Before the first start there is nothing yet, and a setting may be the first that is.
  const first = await site.run('setting', 'set', 'calls.atOnce', '7');
  assert.deepEqual(
    [first.code, first.out],
    [0, 'calls.atOnce is 7 when the program is started.\n'],
    first.err,
  );
  await site.start();
  assert.deepEqual(
    [(await shown('calls.atOnce')).value, (await shown('calls.atOnce')).source],
    ['7', 'database'],
  );

  // At once: the LAN shrinks, and a phone that may be used from the LAN alone is put out.
  const account = await site.addExtension('101');
  await site.registered(account);
  const bindings = async (): Promise<number> =>
    (JSON.parse((await site.run('bindings', '--json')).out) as { matching: number }).matching;
  assert.equal(await bindings(), 1);
  const shrink = ['setting', 'set', 'security.lanNetworks', '10.0.0.0/8'] as const;
  const refused = await site.run(...shrink);
  assert.deepEqual([refused.code, await bindings()], [1, 1]);
  assert.match(refused.err, /would shut out 127\.0\.0\.1 \(a phone of 101\)/);
  const lan = await site.run(...shrink, '--yes');
  assert.match(lan.out, /at once/);
  assert.match(lan.err, /taken back in 60 s unless you type: ringwall guard confirm/);
  await eventually(async () => ((await bindings()) === 0 ? true : undefined), 'the phone is put out');
  assert.equal((await shown('security.lanNetworks')).value, '10.0.0.0/8');

  // It is on trial, and so no restart brings it back.
  process.kill(site.program.pid, 'SIGKILL');
  await site.program.stop();
  await site.start();
  assert.equal((await shown('security.lanNetworks')).source, 'default');
  await site.registered(account);

  // At the next start, of which the file and the environment have the first word.
  const workers = await site.run('setting', 'set', 'media.workers', '2');
  assert.match(workers.out, /is still 0, and 2 from the next start on/);
  assert.equal((await shown('media.workers')).nextValue, '2');
  const overridden = await site.run('setting', 'set', 'media.ports', '20000-20099');
  assert.equal(overridden.code, 4);
  assert.match(overridden.err, /RINGWALL_MEDIA_PORTS/);
  assert.equal((await site.run('setting', 'set', 'calls.atOnce', 'many')).code, 4);

  assert.equal((await site.run('stop')).code, 0);
  assert.equal(await site.program.exitCode(15_000), 0);
  assert.equal((await shown('media.workers')).source, 'database');
  await site.start();
  assert.deepEqual(await shown('media.workers').then(({ value, source }) => [value, source]), [
    '2',
    'database',
  ]);
});
