import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { err, ok, type Result } from '@ringwall/base';
import { connectError, type ControlError, controlError, pathError } from './control-error.ts';
import { LineReader } from './line-reader.ts';

export interface ControlRequestOptions {
  /** Called for each item that comes before the result. */
  readonly onItem?: (item: unknown) => void;
  /** Cancels the request, which closes the connection. */
  readonly signal?: AbortSignal;
  /** How long the program may be silent; 30 s unless told, 0: for ever, as when following something. */
  readonly silenceMs?: number;
}

const ANSWER_BYTES = 16 * 1024 * 1024;
const SILENCE_MS = 30_000;

type Answer = Result<unknown, ControlError>;

interface Waiting {
  readonly onItem: (item: unknown) => void;
  readonly finish: (answer: Answer) => void;
}

/** Connects to the program that serves `path`. */
export async function connectControl(path: string): Promise<Result<ControlClient, ControlError>> {
  const wrong = pathError(path);
  if (wrong !== undefined) return err(wrong);
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (cause) {
    return err(connectError(path, cause));
  }
  return ok(new ControlClient(socket));
}

/** One connection to the control socket. Requests go one after the other, in the order they were made. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #lines = new LineReader(ANSWER_BYTES);
  #waiting: Waiting | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => socket.destroy()); // 'close' follows, and tells whoever waits.
    socket.on('timeout', () =>
      this.#end(controlError('CONTROL_TIMEOUT', 'The program is connected but does not answer.')),
    );
    socket.once('close', () => this.#end(CLOSED));
  }

  /** @returns the result, or why there is none: the program's refusal, or what happened to the connection. */
  async request(request: unknown, options: ControlRequestOptions = {}): Promise<Answer> {
    const before = this.#last;
    const answer = before.then(() => this.#ask(request, options));
    this.#last = answer;
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(request: unknown, options: ControlRequestOptions): Promise<Answer> {
    const { signal } = options;
    if (!this.#socket.writable || signal?.aborted === true) return err(CLOSED);
    const cancel = (): void => this.#end(CLOSED);
    signal?.addEventListener('abort', cancel, { once: true });
    this.#socket.setTimeout(options.silenceMs ?? SILENCE_MS);
    const answer = await new Promise<Answer>((finish) => {
      this.#waiting = { onItem: options.onItem ?? ((): void => {}), finish };
      this.#socket.write(`${JSON.stringify(request)}\n`);
    });
    this.#waiting = undefined;
    this.#socket.setTimeout(0);
    signal?.removeEventListener('abort', cancel);
    return answer;
  }

  #receive(chunk: Uint8Array): void {
    const lines = this.#lines.push(chunk);
    if (lines === undefined) {
      this.#end(controlError('CONTROL_TOO_LONG', 'The answer has a line that is too long to be one.'));
      return;
    }
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const answer = readAnswer(line);
    if (answer === undefined) {
      this.#end(
        controlError('CONTROL_SYNTAX', 'What answers at the control socket speaks another language.'),
      );
    } else if ('item' in answer) {
      this.#waiting?.onItem(answer.item);
    } else {
      this.#waiting?.finish(answer);
    }
  }

  #end(error: ControlError): void {
    this.#waiting?.finish(err(error));
    this.#socket.destroy();
  }
}

const CLOSED = controlError(
  'CONTROL_CLOSED',
  'The connection was closed before the answer was complete: the program may have stopped, and its log says why.',
);

function readAnswer(line: string): Answer | { readonly item: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if ('item' in value) return { item: value.item };
  if ('result' in value) return ok(value.result);
  if (!('error' in value) || typeof value.error !== 'object' || value.error === null) return undefined;
  const { code, text } = value.error as { readonly code?: unknown; readonly text?: unknown };
  return typeof code === 'string' && typeof text === 'string' ? err({ code, text }) : undefined;
}
