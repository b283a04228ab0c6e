import { Ringwall } from '../../test/interop/harness/ringwall.ts';
import { pinned, SERVER_CORE, type Server } from './server.ts';

/**
 * Ringwall as a person starts it, with the defaults of every setting that does not limit how much it may do at once.
 */
export async function startRingwall(userCount: number, callsAtOnce = 400): Promise<Server> {
  const ringwall = await Ringwall.start({
    prefix: pinned(SERVER_CORE),
    mediaPairs: 2 * callsAtOnce + 200,
    env: { RINGWALL_CALLS_AT_ONCE: `${callsAtOnce}` },
  });
  try {
    const numbers = Array.from({ length: userCount }, (_, i) => `${10_000 + i}`);
    const accounts = await ringwall.addExtensions(numbers);
    return {
      pid: ringwall.pid,
      address: ringwall.address,
      port: ringwall.port,
      users: accounts.map(({ number, authId, password }) => ({ number, user: authId, password })),
      stop: () => ringwall.stop(),
    };
  } catch (error) {
    await ringwall.stop();
    throw error;
  }
}
