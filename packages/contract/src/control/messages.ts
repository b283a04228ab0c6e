import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, isErrorCode } from '../errors/admin-error.ts';
import type { Json } from '../settings/setting.ts';
import { type Shape, object, text } from '../shape/shape.ts';
import { type ControlName, isControlName, REQUESTS, type RequestOf, type ResponseOf } from './requests.ts';
import { type ControlEvent, eventShape } from './shapes.ts';

/** A request as JSON. */
export type ControlRequest = {
  [Name in ControlName]: { readonly request: Name; readonly with: RequestOf<Name> };
}[ControlName];

/** An answer as JSON. */
export type ControlReply =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: { readonly code: string; readonly text: string } };

/**
 * Checks a request that came over the control socket.
 *
 * @returns the request, or `REQUEST_UNKNOWN` or `REQUEST_MALFORMED`. Never throws.
 */
export function readRequest(incoming: unknown): Result<ControlRequest, AdminError> {
  const envelope = REQUEST_ENVELOPE.read(incoming, '');
  if (!envelope.ok) return err(adminError('REQUEST_MALFORMED', { problem: envelope.error }));
  const { request: name, with: body } = envelope.value;
  if (!isControlName(name)) return err(adminError('REQUEST_UNKNOWN', { name: name.slice(0, 40) }));
  const read: Result<unknown, string> = REQUESTS[name].request.read(body, '');
  return read.ok
    ? ok({ request: name, with: read.value } as ControlRequest)
    : err(adminError('REQUEST_MALFORMED', { problem: read.error }));
}

/**
 * Checks what came back for a request of `name`.
 *
 * @returns the answer; the error that the program gave, if its code is known here; or `CONTROL_ANSWER`.
 */
export function readReply<Name extends ControlName>(
  name: Name,
  incoming: unknown,
): Result<ResponseOf<Name>, AdminError> {
  const good = GOOD_REPLY.read(incoming, '');
  if (good.ok) {
    // The table pairs each name with its shapes; the compiler cannot follow that through a generic name.
    const shape = REQUESTS[name].response as unknown as Shape<ResponseOf<Name>>;
    const value = shape.read(good.value.value, '');
    return value.ok ? value : err(adminError('CONTROL_ANSWER', { problem: value.error }));
  }
  const bad = BAD_REPLY.read(incoming, '');
  if (!bad.ok) return err(adminError('CONTROL_ANSWER', { problem: good.error }));
  const { code, text: words } = bad.value.error;
  return isErrorCode(code)
    ? err({ code, text: words })
    : err(adminError('CONTROL_ANSWER', { problem: `an error that is not known here: ${words}` }));
}

/** Checks an item of the stream that `calls.follow` gives. */
export function readEvent(incoming: unknown): Result<ControlEvent, AdminError> {
  const read = eventShape.read(incoming, '');
  return read.ok ? read : err(adminError('CONTROL_ANSWER', { problem: read.error }));
}

/** What a {@link Result} looks like on the socket. */
export function replyOf(result: Result<unknown, AdminError>): ControlReply {
  return result.ok
    ? { ok: true, value: result.value as Json }
    : { ok: false, error: { code: result.error.code, text: result.error.text } };
}

const anything: Shape<unknown> = { read: (value) => ok(value) };
const REQUEST_ENVELOPE = object({ request: text({ min: 1, max: 200 }), with: anything });
const GOOD_REPLY = object({ ok: only(true), value: anything });
const BAD_REPLY = object({
  ok: only(false),
  error: object({ code: text({ max: 64 }), text: text({ max: 4_096 }) }),
});

function only<Value extends boolean>(wanted: Value): Shape<Value> {
  return {
    read: (value, at) => (value === wanted ? ok(wanted) : err(`${at} must be ${wanted}`)),
  };
}
