import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ControlServer } from '@ringwall/net';
import { controlSocketPath } from './connect/socket-session.ts';
import { VERSION } from './version.ts';

const LAUNCHER = fileURLToPath(new URL('../bin/ringwall.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringwall-launch-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Makes a Node say that it is an old one; with `once`, only until the launcher has launched another. */
function pretendOld(when: 'once' | 'always'): string {
  const condition = when === 'once' ? 'process.env.RINGWALL_LAUNCHED === undefined' : 'true';
  const versions = "{ ...process.versions, node: '20.1.0' }";
  const code = `if (${condition}) Object.defineProperty(process, 'versions', { value: ${versions} })`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function launch(nodeArgs: readonly string[], ...args: readonly string[]): ChildProcess {
  const { RINGWALL_LAUNCHED: _, ...env } = process.env;
  return spawn(process.execPath, [...nodeArgs, LAUNCHER, ...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ran(child: ChildProcess): Promise<{ code: unknown; out: string; err: string }> {
  const { stdout, stderr } = child;
  assert.ok(stdout !== null && stderr !== null);
  const [out, err, [code]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, 'exit') as Promise<unknown[]>,
  ]);
  return { code, out, err };
}

test('under a Node that can run the sources, the launcher runs them itself', async () => {
  assert.deepEqual(await ran(launch([], '--version')), { code: 0, out: `ringwall ${VERSION}\n`, err: '' });
});

test('under an older Node it runs the pinned one, from any directory, and ends as that ends', async () => {
  const old = ['--import', pretendOld('once')];
  assert.deepEqual(await ran(launch(old, '--version')), { code: 0, out: `ringwall ${VERSION}\n`, err: '' });
  const stopped = await ran(launch(old, 'bindings', '--data', directory));
  assert.equal(stopped.code, 3);
  assert.match(stopped.err, /not running/);
});

test('when even the pinned Node is too old, it says so instead of launching for ever', async () => {
  const result = await ran(launch(['--import', pretendOld('always')], '--version'));
  assert.equal(result.code, 1);
  assert.match(
    result.err,
    /^ringwall: This is Node 20\.1\.0, and Ringwall needs 24 or newer\. .*\(RUNTIME_TOO_OLD\)\n$/,
  );
});

/** Makes a Node say at its end which process it is, which of its options came after this one, and how many C heaps it may open. */
const TELL = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write(JSON.stringify([process.pid, process.execArgv.slice(2), process.env.MALLOC_ARENA_MAX])))",
)}`;

async function told(child: ChildProcess): Promise<unknown> {
  const { code, err } = await ran(child);
  assert.equal(code, 0, err);
  return JSON.parse(err);
}

test('the program runs in the process that was started, with limits on what its threads set aside', async () => {
  const child = launch(['--import', TELL], 'start', '--help');
  assert.deepEqual(await told(child), [child.pid, ['--max-semi-space-size=4'], '2']);
});

test('before the first start, the program is compiled with its threads', async () => {
  const compiler = fileURLToPath(new URL('../bin/compile.js', import.meta.url));
  // A file, not a pipe: what Node says natively is lost where a pipe is full.
  const said = join(directory, 'compiled.log');
  const log = openSync(said, 'w');
  const child = spawn(process.execPath, [compiler], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(directory, 'compiled'),
      NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
    },
    stdio: ['ignore', 'ignore', log],
  });
  await once(child, 'exit');
  closeSync(log);
  const lines = readFileSync(said, 'utf8');
  for (const entry of ['main.ts', 'start.ts', 'media-worker.ts', 'database-thread.ts']) {
    assert.match(lines, new RegExp(`writing cache for StrippedTypeScript \\S*/${entry} .*success`), entry);
  }
});

test("an administrator's own limit stays as it is", async () => {
  const child = launch(['--import', TELL, '--max-semi-space-size=9'], 'start', '--help');
  assert.deepEqual(await told(child), [child.pid, ['--max-semi-space-size=9'], null]);
});

test('a signal that is sent to the launcher alone reaches the program', async () => {
  const server = await ControlServer.open({
    path: controlSocketPath(directory),
    handle: async (_, stream) => {
      await new Promise((resolve) => stream.signal.addEventListener('abort', resolve));
    },
    onMistake: (error) => assert.fail(String(error)),
  });
  assert.ok(server.ok);
  const old = ['--import', pretendOld('once')];
  const child = launch(old, 'calls', '--follow', '--data', directory);
  child.stderr?.once('data', () => child.kill('SIGTERM'));
  const result = await ran(child);
  assert.deepEqual([result.code, result.out], [0, '']);
  await server.value.close();
});

test('output that nobody reads to its end is no error', async () => {
  const child = launch([], '--help');
  child.stdout?.destroy();
  const [code] = (await once(child, 'exit')) as unknown[];
  assert.equal(code, 0);
});
