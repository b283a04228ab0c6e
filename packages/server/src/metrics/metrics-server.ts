import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { err, ok, parseIp, type Result } from '@ringwall/base';
import { type ListenError, listenError } from '@ringwall/net';
import type { Metrics } from './metrics.ts';

export interface MetricsServerOptions {
  /** An address of this machine: loopback, unless the administrator chose another. */
  readonly address: string;
  readonly port: number;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly onMistake: (error: unknown) => void;
}

const CONNECTIONS = 16;
const PATIENCE_MS = 5_000;
const HEADER_BYTES = 8 * 1024;

/** Serves `GET /metrics`, and nothing else, to whoever can reach the address. */
export class MetricsServer {
  readonly #server: Server;
  readonly #options: MetricsServerOptions;

  private constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        maxHeaderSize: HEADER_BYTES,
        headersTimeout: PATIENCE_MS,
        requestTimeout: PATIENCE_MS,
        keepAliveTimeout: PATIENCE_MS,
        connectionsCheckingInterval: PATIENCE_MS / 2,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = CONNECTIONS;
    this.#server.setTimeout(2 * PATIENCE_MS, (socket) => socket.destroy());
  }

  static async open(options: MetricsServerOptions): Promise<Result<MetricsServer, ListenError>> {
    const server = new MetricsServer(options);
    const { address, port } = options;
    try {
      const listening = once(server.#server, 'listening');
      server.#server.listen({ host: address, port, exclusive: true });
      await listening;
    } catch (cause) {
      return err(listenError({ transport: 'tcp', address, port }, cause));
    }
    server.#server.on('error', options.onMistake);
    return ok(server);
  }

  /** The port, also if the system chose it. */
  get port(): number {
    const bound = this.#server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : this.#options.port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Never rejects. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics, onMistake } = this.#options;
    response.setHeader('Cache-Control', 'no-store');
    if (request.url !== '/metrics' || !hasPlainHost(request)) {
      response.writeHead(404).end();
    } else if (request.method !== 'GET') {
      response.writeHead(405, { Allow: 'GET' }).end();
    } else {
      try {
        const text = await metrics.text();
        response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
      } catch (error) {
        onMistake(error);
        response.writeHead(500).end();
      }
    }
  }
}

/**
 * Does the request name an address or `localhost`, as a scraper's does? A web page of a stranger that an
 * administrator looks at can make the browser ask us too, under a name of the stranger's that leads to loopback.
 */
function hasPlainHost(request: IncomingMessage): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || parseIp(host) !== undefined;
}
