import { ok, type Result } from '@ringwall/base';
import type { AdminError } from '../errors/admin-error.ts';
import type { Administration } from './administration.ts';
import { readRequest } from './messages.ts';
import type { ControlEvent } from './shapes.ts';

/** The way back to whoever asked. */
export interface EventStream {
  /** @returns false if the event was dropped, since the reader is too slow or gone. */
  send(event: ControlEvent): boolean;
  /** Aborted when the reader is gone. */
  readonly signal: AbortSignal;
}

/**
 * Answers what came over the control socket: checks it, puts it to `administration`, and gives back the response or
 * the refusal. Events that a slow reader missed are counted, and told as `skipped` as soon as it reads again.
 */
export async function answerRequest(
  administration: Administration,
  incoming: unknown,
  stream: EventStream,
): Promise<Result<unknown, AdminError>> {
  const read = readRequest(incoming);
  if (!read.ok) return read;
  const { request, with: body } = read.value;
  if (request === 'calls.follow') {
    const followed = await administration.follow(body, withoutGaps(stream), stream.signal);
    return followed.ok ? ok({}) : followed;
  }
  // Name and body belong together by the type of the request, which the compiler cannot follow through a union.
  return administration.handle(request, body);
}

function withoutGaps(stream: EventStream): (event: ControlEvent) => void {
  let missed = 0;
  return (event) => {
    if (missed > 0 && stream.send({ kind: 'skipped', at: event.at, events: missed })) missed = 0;
    if (missed > 0 || !stream.send(event)) missed++;
  };
}
