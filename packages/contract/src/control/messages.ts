import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '../errors/admin-error.ts';
import { object, type Shape, text } from '../shape/shape.ts';
import { type ControlName, isControlName, REQUESTS, type RequestOf, type ResponseOf } from './requests.ts';
import { type ControlEvent, eventShape } from './shapes.ts';

/** A request as it goes over the control socket. The response goes back bare, as its shape says. */
export type ControlRequest = {
  [Name in ControlName]: { readonly request: Name; readonly with: RequestOf<Name> };
}[ControlName];

/**
 * Checks a request that came over the control socket.
 *
 * @returns the request, or `REQUEST_UNKNOWN` or `REQUEST_MALFORMED`. Never throws.
 */
export function readRequest(incoming: unknown): Result<ControlRequest, AdminError> {
  const envelope = ENVELOPE.read(incoming, '');
  if (!envelope.ok) return err(adminError('REQUEST_MALFORMED', { problem: envelope.error }));
  const { request: name, with: body } = envelope.value;
  if (!isControlName(name)) return err(adminError('REQUEST_UNKNOWN', { name: name.slice(0, 40) }));
  const read: Result<unknown, string> = REQUESTS[name].request.read(body, '');
  return read.ok
    ? ok({ request: name, with: read.value } as ControlRequest)
    : err(adminError('REQUEST_MALFORMED', { problem: read.error }));
}

/** Checks what came back for a request of `name`. @returns the response, or `CONTROL_ANSWER`. Never throws. */
export function readResponse<Name extends ControlName>(
  name: Name,
  incoming: unknown,
): Result<ResponseOf<Name>, AdminError> {
  // The table pairs each name with its shapes; the compiler cannot follow that through a generic name.
  const shape = REQUESTS[name].response as unknown as Shape<ResponseOf<Name>>;
  const read = shape.read(incoming, '');
  return read.ok ? read : err(adminError('CONTROL_ANSWER', { problem: read.error }));
}

/** Checks an item of the stream that `calls.follow` gives. @returns the event, or `CONTROL_ANSWER`. Never throws. */
export function readEvent(incoming: unknown): Result<ControlEvent, AdminError> {
  const read = eventShape.read(incoming, '');
  return read.ok ? read : err(adminError('CONTROL_ANSWER', { problem: read.error }));
}

const anything: Shape<unknown> = { read: (value) => ok(value) };
const ENVELOPE = object({ request: text({ min: 1, max: 200 }), with: anything });
