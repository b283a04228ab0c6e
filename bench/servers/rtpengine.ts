import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../test/interop/harness/ports.ts';
import { pause } from '../../test/interop/harness/process.ts';
import { type Server, startPinned } from './server.ts';

const ADDRESS = '127.0.0.1';

/** rtpengine in user space (`--table=-1`: no kernel module), with one thread. */
export async function startRtpengine(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-rtpengine-'));
  const port = await freePorts(1);
  const program = startPinned('rtpengine', [
    '--table=-1',
    `--interface=${ADDRESS}`,
    `--listen-ng=${ADDRESS}:${port}`,
    '--port-min=40000',
    '--port-max=44000',
    '--num-threads=1',
    '--foreground',
    '--log-stderr',
    '--log-level=3',
    '--delete-delay=0',
    `--pidfile=${join(folder, 'pid')}`,
  ]);
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await pause(700);
  if (!program.running) {
    await stop();
    throw new Error(`rtpengine ended: ${program.said}`);
  }
  return { pid: program.pid, address: ADDRESS, port, users: [], phonePort: await freePorts(3), stop };
}
