import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { cpuMicroseconds, memoryBytes, processTree } from './processes.ts';

test('what a child and its child use is counted, and what has ended is not in the way', async (t) => {
  const spin =
    'const until = Date.now() + 200; while (Date.now() < until); console.log(); setTimeout(() => {}, 9e3)';
  const script = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(spin)}], { stdio: "inherit" })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = child.pid ?? -1;
  const tree = (): readonly number[] => processTree(pid);
  t.after(() => {
    for (const member of tree().toReversed()) process.kill(member, 'SIGKILL');
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.equal(tree().length, 2);
  assert.ok(cpuMicroseconds(pid) > 150_000);
  assert.ok(memoryBytes(pid) > 10_000_000);
  assert.equal(cpuMicroseconds(2 ** 30), 0);
});
