import type { Result } from '@ringwall/base';
import { type Administration, type AdminError, type ControlHandlers, readRequest } from '@ringwall/contract';
import { type ControlError, ControlRefusal, ControlServer, type ControlStream } from '@ringwall/net';
import { askAs } from '../configuration/asked.ts';
import type { Followers } from './followers.ts';

/** Opens the control socket and answers on it. */
export function openControl(options: {
  readonly path: string;
  readonly handlers: ControlHandlers;
  readonly followers: Followers;
  readonly onMistake: (error: unknown) => void;
}): Promise<Result<ControlServer, ControlError>> {
  const { path, handlers, followers, onMistake } = options;
  return ControlServer.open({
    path,
    onMistake,
    handle: async (incoming, stream) => {
      const read = readRequest(incoming);
      if (!read.ok) throw refusal(read.error);
      const answered = await answer(read.value, handlers, followers, stream);
      if (!answered.ok) throw refusal(answered.error);
      return answered.value ?? {};
    },
  });
}

type Incoming = Extract<ReturnType<typeof readRequest>, { ok: true }>['value'];

async function answer(
  request: Incoming,
  handlers: ControlHandlers,
  followers: Followers,
  stream: ControlStream,
): Promise<Result<unknown, AdminError>> {
  if (request.request === 'calls.follow') return follow(request.with, followers, stream);
  // The table pairs each name with its request; the compiler cannot follow that through a union.
  const handle = handlers[request.request] as (body: unknown) => Promise<Result<unknown, AdminError>>;
  return askAs(request.as, request.request, () => handle(request.with));
}

async function follow(
  wanted: Parameters<Administration['follow']>[0],
  followers: Followers,
  stream: ControlStream,
): Promise<Result<unknown, AdminError>> {
  let skipped = 0;
  return followers.follow(
    wanted,
    (event) => {
      if (skipped > 0 && stream.send({ kind: 'skipped', at: event.at, events: skipped })) skipped = 0;
      if (skipped > 0 || !stream.send(event)) skipped++;
    },
    stream.signal,
  );
}

function refusal(error: AdminError): ControlRefusal {
  return new ControlRefusal(error.code, error.text);
}
