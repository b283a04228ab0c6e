import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../test/interop/harness/ports.ts';
import type { User } from '../generator/job.ts';
import { type Server, startPinned } from './server.ts';

const ADDRESS = '127.0.0.1';
const REALM = 'ringwall';

/** `count` users with numbers from 10000 on. */
function usersOf(count: number): readonly User[] {
  return Array.from({ length: count }, (_, i) => ({
    number: `${10_000 + i}`,
    user: `user${10_000 + i}`,
    password: `secret-${i}-${count}`,
  }));
}

function usersFile(users: readonly User[]): string {
  const lines = users.map(
    ({ user, password }) => `  $sht(ha1=>${user}) = "${hash('md5', `${user}:${REALM}:${password}`)}";`,
  );
  return `event_route[htable:mod-init] {\n${lines.join('\n')}\n}\n`;
}

/**
 * Kamailio at its best: one worker, its fast allocator (`-x fm`; its usual one is two to three times slower with
 * many users in memory), locations and hashes in memory.
 */
export async function startKamailio(userCount: number): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kamailio-'));
  const port = await freePorts(1);
  const users = usersOf(userCount);
  const config = readFileSync(join(import.meta.dirname, 'kamailio.cfg'), 'utf8');
  writeFileSync(join(folder, 'kamailio.cfg'), config.replace('BENCH_LISTEN', `udp:${ADDRESS}:${port}`));
  writeFileSync(join(folder, 'users.cfg'), usersFile(users));
  const memory = ['-x', 'fm', '-X', 'fm', '-m', '512', '-M', '64'];
  const program = startPinned(
    'kamailio',
    ['-f', join(folder, 'kamailio.cfg'), '-DD', '-E', ...memory, '-P', join(folder, 'pid'), '-w', folder],
    folder,
  );
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.waitFor(/Listening on/);
    await program.waitFor(new RegExp(`:${port}`));
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: program.pid, address: ADDRESS, port, users, phonePort: await freePorts(3), stop };
}
