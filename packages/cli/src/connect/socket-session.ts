import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type AskedAs,
  type ControlEvent,
  type ControlName,
  isErrorCode,
  readEvent,
  readResponse,
  type RequestOf,
  type ResponseOf,
} from '@ringwall/contract';
import { type ControlClient, type ControlError, connectControl } from '@ringwall/net';
import type { Session } from '../surroundings.ts';

/** The control socket of the program that keeps its data in `dataDirectory`. */
export function controlSocketPath(dataDirectory: string): string {
  return `${dataDirectory}/control.sock`;
}

/** Connects to the program that runs on `dataDirectory`. @returns a session, or why there is none. */
export async function openSocketSession(dataDirectory: string): Promise<Result<Session, AdminError>> {
  const client = await connectControl(controlSocketPath(dataDirectory));
  if (client.ok) return ok(new SocketSession(client.value));
  return err(
    client.error.code === 'CONTROL_NOT_RUNNING'
      ? adminError('NOT_RUNNING', { directory: dataDirectory })
      : adminErrorOf(client.error),
  );
}

/** An administration at the other end of the control socket. What comes back is checked: it may be another version. */
class SocketSession implements Session {
  readonly #client: ControlClient;

  constructor(client: ControlClient) {
    this.#client = client;
  }

  async handle<Name extends Exclude<ControlName, 'calls.follow'>>(
    name: Name,
    request: RequestOf<Name>,
    as?: AskedAs,
  ): Promise<Result<ResponseOf<Name>, AdminError>> {
    const how = as === undefined ? {} : { as };
    const answer = await this.#client.request({ request: name, with: request, ...how });
    return answer.ok ? readResponse(name, answer.value) : err(adminErrorOf(answer.error));
  }

  async follow(
    request: RequestOf<'calls.follow'>,
    tell: (event: ControlEvent) => void,
    until: AbortSignal,
  ): Promise<Result<undefined, AdminError>> {
    const stop = new AbortController();
    let wrong: AdminError | undefined;
    const onItem = (item: unknown): void => {
      const event = readEvent(item);
      if (event.ok) return tell(event.value);
      wrong ??= event.error;
      stop.abort();
    };
    const answer = await this.#client.request(
      { request: 'calls.follow', with: request },
      { onItem, signal: AbortSignal.any([until, stop.signal]), silenceMs: 0 },
    );
    if (wrong !== undefined) return err(wrong);
    return answer.ok || until.aborted ? ok(undefined) : err(adminErrorOf(answer.error));
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }
}

/** A code that is not in this version's registry comes from a program of another one. */
function adminErrorOf({ code, text }: ControlError): AdminError {
  return isErrorCode(code)
    ? { code, text }
    : adminError('CONTROL_ANSWER', { problem: `an error that is not known here (${code}: ${text})` });
}
