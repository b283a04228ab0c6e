import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { programConnector } from './connector.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ringwall-connect-')));
after(() => rmSync(root, { recursive: true, force: true }));

test('the running program is looked for where the settings, the environment or --data say', async () => {
  const cwd = mkdtempSync(join(root, 'a-'));
  const place = { env: {}, cwd };
  const directoryOf = async (env: Record<string, string>, data?: string): Promise<string> => {
    const options = data === undefined ? {} : { data };
    const session = await programConnector({ ...place, env }).running(options);
    assert.ok(!session.ok && session.error[0]?.code === 'NOT_RUNNING');
    return /running on (\S+)\./.exec(session.error[0].text)?.[1] ?? '';
  };
  assert.equal(await directoryOf({}), join(cwd, 'data'));
  writeFileSync(join(cwd, 'ringwall.yaml'), 'storage: {directory: file}\n');
  assert.equal(await directoryOf({}), join(cwd, 'file'));
  assert.equal(await directoryOf({ RINGWALL_STORAGE_DIRECTORY: 'env' }), join(cwd, 'env'));
  assert.equal(await directoryOf({ RINGWALL_STORAGE_DIRECTORY: 'env' }, 'option'), join(cwd, 'option'));
});

test('every mistake in the settings is told, and --data reaches the running program in spite of them', async () => {
  const connector = programConnector({ env: { RINGWALL_A: '1', RINGWALL_B: '2' }, cwd: root });
  const session = await connector.running({});
  assert.ok(!session.ok);
  assert.deepEqual(
    session.error.map((error) => error.code),
    ['SETTING_UNKNOWN', 'SETTING_UNKNOWN'],
  );
  const named = await connector.running({ data: 'nobody' });
  assert.ok(!named.ok && named.error[0]?.code === 'NOT_RUNNING');
});

test('with the program stopped, extensions are added to a data directory that is made for the first', async () => {
  const connector = programConnector({ env: {}, cwd: mkdtempSync(join(root, 'b-')) });
  const missing = await connector.stopped({}, false);
  assert.ok(!missing.ok && missing.error[0]?.code === 'STORE_MISSING');

  const first = await connector.stopped({}, true);
  assert.ok(first.ok);
  const added = await first.value.handle('extension.add', { number: '101', name: 'Anna' });
  assert.ok(added.ok && added.value.phone.password.length === 20);
  const follow = await first.value.handle('bindings.list', { limit: 1 });
  assert.ok(!follow.ok && follow.error.code === 'NOT_RUNNING');
  const second = await connector.stopped({}, false);
  assert.ok(!second.ok && second.error[0]?.code === 'STORE_BUSY');
  await first.value.close();

  const again = await connector.stopped({}, false);
  assert.ok(again.ok);
  const list = await again.value.handle('extension.list', { limit: 10 });
  assert.deepEqual(list.ok && list.value.extensions.map(({ number, name }) => [number, name]), [
    ['101', 'Anna'],
  ]);
  await again.value.close();
});
