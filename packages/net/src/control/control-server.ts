import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { err, ok, type Result } from '@ringwall/base';
import { errorCode } from '../error-counts.ts';
import { type ControlError, ControlRefusal, controlError } from './control-error.ts';
import { clearSocketPath } from './control-socket-file.ts';
import { LineReader } from './line-reader.ts';

/** The way back to the client while its request is being handled. */
export interface ControlStream {
  /** Sends one more item. @returns false if it was dropped: the client is gone, or reads too slowly. */
  send(item: unknown): boolean;
  /** Aborted when the client is gone, sends no more requests, or the server stops. */
  readonly signal: AbortSignal;
}

export interface ControlServerOptions {
  /** At most 107 bytes. */
  readonly path: string;
  /**
   * Gives the result, as JSON will have it; throws {@link ControlRefusal} to refuse. Anything else that it throws
   * is a mistake of ours: the client learns no more than that, and `onMistake` is told.
   */
  readonly handle: (request: unknown, stream: ControlStream) => Promise<unknown>;
  readonly onMistake: (error: unknown) => void;
}

const REQUEST_BYTES = 1024 * 1024;
const CONNECTIONS = 32;
const IDLE_MS = 60_000;
const BACKLOG_BYTES = 4 * 1024 * 1024;

/**
 * The socket through which the program on this machine is asked and told, by its own user and root alone.
 *
 * A request is one line of JSON. The answer is any number of lines `{"item":…}` and then `{"result":…}` or
 * `{"error":{"code":…,"text":…}}`; only then may the next request be sent. Closing the connection cancels.
 */
export class ControlServer {
  readonly #server: Server;
  readonly #options: ControlServerOptions;
  readonly #open = new Set<Socket>();

  private constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
  }

  static async open(options: ControlServerOptions): Promise<Result<ControlServer, ControlError>> {
    const inTheWay = await clearSocketPath(options.path);
    if (inTheWay !== undefined) return err(inTheWay);
    const server = new ControlServer(options);
    try {
      await server.#listen();
    } catch (cause) {
      return err(
        controlError(
          'CONTROL_FAILED',
          `The control socket cannot be made at ${options.path}: the system says ${errorCode(cause)}.`,
        ),
      );
    }
    return ok(server);
  }

  /** Ends every connection and removes the socket. */
  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  async #listen(): Promise<void> {
    const listening = once(this.#server, 'listening');
    // The file is made inside listen(), with these rights from its first instant.
    const before = process.umask(0o177);
    this.#server.listen({ path: this.#options.path });
    process.umask(before);
    await listening;
    this.#server.on('error', this.#options.onMistake);
  }

  #serve(socket: Socket): void {
    socket.on('error', () => socket.destroy()); // The client went away; 'close' tells the rest.
    if (this.#open.size >= CONNECTIONS) {
      const busy = controlError('CONTROL_BUSY', `Already ${CONNECTIONS} commands are connected. Try again.`);
      socket.end(`${JSON.stringify({ error: busy })}\n`, () => socket.destroy());
      return;
    }
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    new Conversation(socket, this.#options).start();
  }
}

/** One connection: a request, its answer, the next request. */
class Conversation {
  readonly #socket: Socket;
  readonly #options: ControlServerOptions;
  readonly #lines = new LineReader(REQUEST_BYTES);
  readonly #gone = new AbortController();
  #busy = false;
  #ended = false;

  constructor(socket: Socket, options: ControlServerOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  start(): void {
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.once('end', () => {
      // The client may be gone, or wait for its last answer: whoever follows something must stop either way.
      this.#ended = true;
      this.#gone.abort();
      if (!this.#busy) this.#socket.end();
    });
    this.#socket.once('close', () => this.#gone.abort());
  }

  #receive(chunk: Uint8Array): void {
    const lines = this.#lines.push(chunk);
    if (lines === undefined) {
      this.#refuse(controlError('CONTROL_TOO_LONG', `A request has at most ${REQUEST_BYTES} bytes.`));
      return;
    }
    for (const line of lines) {
      if (this.#busy) {
        this.#refuse(
          controlError('CONTROL_BUSY', 'The last request on this connection is not answered yet.'),
        );
        return;
      }
      this.#busy = true;
      void this.#answer(line);
    }
  }

  async #answer(line: string): Promise<void> {
    this.#socket.setTimeout(0);
    this.#write(await this.#outcome(line));
    this.#busy = false;
    this.#socket.setTimeout(IDLE_MS);
    if (this.#ended) this.#socket.end();
  }

  /** The last line of the answer. Never rejects. */
  async #outcome(line: string): Promise<string> {
    let request: unknown;
    try {
      request = JSON.parse(line);
    } catch {
      return errorLine(controlError('CONTROL_SYNTAX', 'A request is one line of JSON.'));
    }
    try {
      const result = await this.#options.handle(request, {
        send: (item) => this.#sendItem(item),
        signal: this.#gone.signal,
      });
      return `${JSON.stringify({ result: result ?? null })}\n`;
    } catch (error) {
      if (error instanceof ControlRefusal) return errorLine({ code: error.code, text: error.message });
      this.#options.onMistake(error);
      return errorLine(
        controlError('INTERNAL', 'The program made a mistake over this request; its log says more.'),
      );
    }
  }

  #sendItem(item: unknown): boolean {
    if (this.#gone.signal.aborted || this.#socket.writableLength > BACKLOG_BYTES) return false;
    return this.#write(`${JSON.stringify({ item })}\n`);
  }

  #write(line: string): boolean {
    if (!this.#socket.writable) return false;
    this.#socket.write(line);
    return true;
  }

  #refuse(error: ControlError): void {
    this.#socket.removeAllListeners('data');
    this.#socket.end(errorLine(error), () => this.#socket.destroy());
  }
}

function errorLine(error: ControlError): string {
  return `${JSON.stringify({ error: { code: error.code, text: error.text } })}\n`;
}
