import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { err, ok, type Result } from '@ringwall/base';
import { checkName } from './certificate-name.ts';
import { type ConnectError, connectError } from './connect-error.ts';
import type { ConnectTarget } from './connect-target.ts';
import type { Connections } from './connections.ts';
import type { Flow } from './flow.ts';
import { CLIENT_TLS } from './tls-context.ts';

/**
 * Connections that we make. They go into the table of the others, with the rights of a registered phone; a second wish
 * for the same target gets the connection that is open (RFC 5923), or waits for the one that is being made.
 */
export class Outgoing {
  readonly #connections: Pick<Connections, 'adopt' | 'isOpen'>;
  readonly #timeoutMs: number;
  readonly #open = new Map<string, Promise<Result<Flow, ConnectError>>>();
  readonly #dialling = new Set<Socket>();

  /** @param timeoutMs for the connection and its handshake together. */
  constructor(connections: Pick<Connections, 'adopt' | 'isOpen'>, timeoutMs: number) {
    this.#connections = connections;
    this.#timeoutMs = timeoutMs;
  }

  async connect(target: ConnectTarget): Promise<Result<Flow, ConnectError>> {
    const key = JSON.stringify([target.transport, target.address, target.port, target.tlsName, target.ca]);
    const known = this.#open.get(key);
    if (known !== undefined) {
      const before = await known;
      if (!before.ok || this.#connections.isOpen(before.value)) return before;
      if (this.#open.get(key) === known) this.#open.delete(key);
    }
    const newer = this.#open.get(key);
    if (newer !== undefined) return newer;
    const made = this.#make(target, () => {
      if (this.#open.get(key) === made) this.#open.delete(key);
    });
    this.#open.set(key, made);
    return made;
  }

  /** Gives up what is being made; what was made is in the table, and closed with it. */
  close(): void {
    for (const socket of this.#dialling) socket.destroy();
  }

  #make(target: ConnectTarget, onGone: () => void): Promise<Result<Flow, ConnectError>> {
    return new Promise((resolve) => {
      const socket = dial(target);
      this.#dialling.add(socket);
      let cause: unknown;
      const timer = setTimeout(() => {
        socket.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' }));
      }, this.#timeoutMs);
      socket.on('error', (error) => {
        cause = error;
      });
      socket.once('close', () => {
        clearTimeout(timer);
        this.#dialling.delete(socket);
        onGone();
        resolve(err(connectError(target, cause))); // Without effect if it was open.
      });
      socket.once(target.transport === 'tls' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        this.#dialling.delete(socket);
        const flow = this.#connections.adopt(target.transport, socket);
        if (flow === undefined) socket.destroy();
        else resolve(ok(flow));
      });
    });
  }
}

function dial({ transport, address, port, tlsName, ca }: ConnectTarget): Socket {
  const at = { host: address, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 120_000 };
  if (transport === 'tcp') return connectTcp(at);
  return connectTls({
    ...CLIENT_TLS,
    ...at,
    ...(isIP(tlsName) === 0 && { servername: tlsName }),
    ...(ca !== undefined && { ca }),
    checkServerIdentity: (_name, certificate) => checkName(tlsName, certificate),
  });
}
