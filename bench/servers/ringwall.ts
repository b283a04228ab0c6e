import { freePorts } from '../../test/interop/harness/ports.ts';
import { Ringwall } from '../../test/interop/harness/ringwall.ts';
import { pinned, SERVER_CORE, type Server } from './server.ts';

/**
 * Enough for 100 calls a second: a pair rests for half a minute after each call. Below the ports that the system
 * gives to the phones' sockets, or pairs would be refused.
 */
const MEDIA_PORTS = '4000-19999';

/**
 * Ringwall as a person starts it, with the defaults of every setting that does not limit how much it may do at once.
 */
export async function startRingwall(userCount: number, callsAtOnce = 400): Promise<Server> {
  const ringwall = await Ringwall.start({
    prefix: pinned(SERVER_CORE),
    extensions: Array.from({ length: userCount }, (_, i) => `${10_000 + i}`),
    mediaPorts: MEDIA_PORTS,
    env: { RINGWALL_CALLS_AT_ONCE: `${callsAtOnce}` },
  });
  return {
    pid: ringwall.pid,
    address: ringwall.address,
    port: ringwall.port,
    users: ringwall.accounts.map(({ number, authId, password }) => ({ number, user: authId, password })),
    phonePort: await freePorts(3),
    stop: () => ringwall.stop(),
  };
}
