import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { err, ok, type Result } from '@ringwall/base';
import type { StreamTable } from './connections.ts';
import type { ErrorCounts } from './error-counts.ts';
import type { ListenAddress } from './flow.ts';
import { type ListenError, listenError } from './listen-error.ts';

/** A TCP port that lets connections into the table. */
export class TcpListener {
  readonly #server: Server;
  /** Where we listen, with the port that the system chose if none was asked for. */
  readonly at: ListenAddress;

  private constructor(server: Server, at: ListenAddress) {
    this.#server = server;
    this.at = at;
  }

  static async open(
    at: ListenAddress,
    connections: StreamTable,
    errors: ErrorCounts,
  ): Promise<Result<TcpListener, ListenError>> {
    const server = createServer(SOCKET_OPTIONS, (socket) => {
      const seat = connections.seat(socket);
      if (seat !== undefined) connections.start('tcp', socket, seat);
    });
    const port = await listen(server, at, errors);
    return port.ok ? ok(new TcpListener(server, { ...at, port: port.value })) : port;
  }

  async close(): Promise<void> {
    await closeServer(this.#server);
  }
}

/** Messages are short and urgent; the probes find phones that vanished behind a NAT. */
export const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 120_000 };

/** @returns the port that it listens on. */
export async function listen(
  server: Server,
  at: ListenAddress,
  errors: ErrorCounts,
): Promise<Result<number, ListenError>> {
  try {
    const listening = once(server, 'listening');
    server.listen({
      host: at.address,
      port: at.port,
      ipv6Only: at.address.includes(':'),
      exclusive: true,
      backlog: 1_024,
    });
    await listening;
  } catch (cause) {
    return err(listenError(at, cause));
  } finally {
    server.on('error', (error) => errors.add(error));
  }
  const bound = server.address();
  return ok(typeof bound === 'object' && bound !== null ? bound.port : at.port);
}

/** Stops listening. The connections belong to the table, and are ended there. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}
