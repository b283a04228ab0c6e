import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { ok, type Result } from '@ringwall/base';
import type { Seat } from './admission.ts';
import type { StreamTable } from './connections.ts';
import { type ErrorCounts, errorCode } from './error-counts.ts';
import type { ListenAddress } from './flow.ts';
import type { ListenError } from './listen-error.ts';
import { closeServer, listen, SOCKET_OPTIONS } from './tcp-listener.ts';
import { checkCertificate, type TlsCertificate } from './tls-context.ts';

/**
 * A TLS port. A connection needs its place in the table before its handshake begins, so that one address cannot
 * make us do the arithmetic of a thousand handshakes: a plain server accepts, and hands what was let in to a TLS
 * server that does not listen itself.
 */
export class TlsListener {
  readonly #server: Server;
  readonly #tls: TlsServer;
  /** Where we listen, with the port that the system chose if none was asked for. */
  readonly at: ListenAddress;

  private constructor(server: Server, tls: TlsServer, at: ListenAddress) {
    this.#server = server;
    this.#tls = tls;
    this.at = at;
  }

  static async open(
    at: ListenAddress,
    certificate: TlsCertificate,
    handshakeMs: number,
    connections: StreamTable,
    errors: ErrorCounts,
  ): Promise<Result<TlsListener, ListenError>> {
    const checked = checkCertificate(certificate);
    if (!checked.ok) return checked;
    const handshakes = new Map<string, Seat>();
    const tls = createTlsServer({ ...checked.value, handshakeTimeout: handshakeMs });
    tls.on('secureConnection', (secure) => {
      secure.on('error', (error) => errors.add(error));
      const seat = handshakes.get(peerOf(secure));
      if (seat === undefined) secure.destroy();
      else connections.start('tls', secure, seat);
    });
    tls.on('tlsClientError', (error, secure) => {
      connections.counters.handshakesFailed++;
      errors.addCode(errorCode(error));
      secure.on('error', () => {}); // Counted above.
      secure.destroy();
    });
    tls.on('error', (error) => errors.add(error));
    const server = createServer(SOCKET_OPTIONS, (socket) => {
      const seat = connections.seat(socket);
      if (seat === undefined) return;
      const peer = peerOf(socket);
      handshakes.set(peer, seat);
      socket.once('close', () => {
        if (handshakes.get(peer) === seat) handshakes.delete(peer);
      });
      tls.emit('connection', socket);
    });
    const port = await listen(server, at, errors);
    return port.ok ? ok(new TlsListener(server, tls, { ...at, port: port.value })) : port;
  }

  /** New connections get the new certificate; those that are open go on with what they have. */
  setCertificate(certificate: TlsCertificate): Result<void, ListenError> {
    const checked = checkCertificate(certificate);
    if (!checked.ok) return checked;
    this.#tls.setSecureContext(checked.value);
    return ok(undefined);
  }

  async close(): Promise<void> {
    await closeServer(this.#server);
  }
}

/** The accepted socket and the TLS socket made of it are different objects with the same ends. */
function peerOf(socket: Socket | TLSSocket): string {
  return `${socket.remoteAddress}|${socket.remotePort}|${socket.localAddress}`;
}
