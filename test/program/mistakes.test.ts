import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pause } from '../interop/harness/process.ts';
import { Site } from './site.ts';

/** A program with a mistake in it that a signal wakes: thrown, or a promise that nobody looks at. */
const MISTAKES = `data:text/javascript,
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    process.on('SIGUSR2', () => { throw new Error('thrown by mistake'); });
    process.on('SIGWINCH', () => { Promise.reject(new Error('rejected by mistake')); });
  }`.replaceAll(/\s+/g, '%20');

async function mistaken(t: TestContext): Promise<Site> {
  const site = await Site.make({ env: { NODE_OPTIONS: `--import=${MISTAKES}` } });
  t.after(() => site.close());
  await site.start();
  return site;
}

test('a mistake of ours that nothing caught is logged with its place and counted, and the program goes on', async (t) => {
  const site = await mistaken(t);
  process.kill(site.program.pid, 'SIGUSR2');
  await site.program.waitFor(
    /"level":"error".*"stack":"Error: thrown by mistake\\n +at .*The program made a mistake/,
  );
  process.kill(site.program.pid, 'SIGWINCH');
  await site.program.waitFor(/The program made a mistake: rejected by mistake/);
  assert.equal(await site.metric('ringwall_mistakes_total'), 2);
  await site.registered(await site.addExtension('101'));
});

test('twenty of them within a minute end it in order, with exit code 70 for a supervisor', async (t) => {
  const site = await mistaken(t);
  const counted = (): Promise<number> => site.metric('ringwall_mistakes_total').catch(() => 20);
  // Signals that come together count as one; and one too many would hit a program that has no handler any more.
  while ((await counted()) < 20) {
    process.kill(site.program.pid, 'SIGUSR2');
    await pause(5);
  }
  assert.equal(await site.program.exitCode(5_000), 70);
  assert.equal(site.lastStop, 'too many mistakes of its own within a minute');
});
