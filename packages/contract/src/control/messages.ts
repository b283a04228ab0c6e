import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '../errors/admin-error.ts';
import { flag, object, optional, type Shape, type ShapeOf, text } from '../shape/shape.ts';
import { type ControlName, isControlName, REQUESTS, type RequestOf, type ResponseOf } from './requests.ts';
import { type ControlEvent, eventShape } from './shapes.ts';

/** A request as it goes over the control socket. The response goes back bare, as its shape says. */
export type ControlRequest = {
  [Name in ControlName]: { readonly request: Name; readonly with: RequestOf<Name>; readonly as?: AskedAs };
}[ControlName];

/**
 * Checks a request that came over the control socket.
 *
 * @returns the request, or `REQUEST_UNKNOWN` or `REQUEST_MALFORMED`. Never throws.
 */
export function readRequest(incoming: unknown): Result<ControlRequest, AdminError> {
  const envelope = ENVELOPE.read(incoming, '');
  if (!envelope.ok) return err(adminError('REQUEST_MALFORMED', { problem: envelope.error }));
  const { request: name, with: body, as } = envelope.value;
  if (!isControlName(name)) return err(adminError('REQUEST_UNKNOWN', { name: name.slice(0, 40) }));
  const read: Result<unknown, string> = REQUESTS[name].request.read(body, '');
  return read.ok
    ? ok({ request: name, with: read.value, ...(as === undefined ? {} : { as }) } as ControlRequest)
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
const word = text({ min: 1, max: 100, pattern: /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, allowed: 'one line' });

const asShape = object({
  /** The command, without what it was given: `outbound set`. */
  words: optional(word),
  /** Who runs it, if the system says so: for the list of versions, not as proof. */
  by: optional(word),
  /** Make the change also if policy tests break over it. */
  force: optional(flag),
});
/** How a change is asked for. */
export type AskedAs = ShapeOf<typeof asShape>;

const ENVELOPE = object({ request: text({ min: 1, max: 200 }), with: anything, as: optional(asShape) });
