import { join } from 'node:path';
import { freePorts } from '../../test/interop/harness/ports.ts';
import { type Server, startPinned } from './server.ts';

const ADDRESS = '127.0.0.1';

/**
 * The least that a server on Node's datagram sockets can do: what remains above it is ours to save, and what is below
 * is not. See `bare-node-program.ts` for how little that is.
 */
export async function startBareNode(userCount: number): Promise<Server> {
  const port = await freePorts(1);
  const program = startPinned(process.execPath, [
    join(import.meta.dirname, 'bare-node-program.ts'),
    ADDRESS,
    `${port}`,
  ]);
  try {
    await program.waitFor(/listening/);
  } catch (error) {
    await program.stop();
    throw error;
  }
  const users = Array.from({ length: userCount }, (_, i) => {
    const number = `${10_000 + i}`;
    return { number, user: number, password: number };
  });
  return {
    pid: program.pid,
    address: ADDRESS,
    port,
    users,
    phonePort: await freePorts(3),
    stop: () => program.stop(),
  };
}
