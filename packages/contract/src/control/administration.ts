import type { Result } from '@ringwall/base';
import type { AdminError } from '../errors/admin-error.ts';
import type { AskedAs } from './messages.ts';
import type { ControlName, RequestOf, ResponseOf } from './requests.ts';
import type { ControlEvent } from './shapes.ts';

/**
 * What an administrator can ask for and change: the running program, one reached over the control socket, or the
 * data directory of a stopped one. Whoever asks need not know which.
 */
export interface Administration {
  /**
   * Answers one request, all or nothing. A refusal is an error value; a rejection is a mistake of the program.
   * For `calls.follow` use {@link follow}.
   */
  handle<Name extends Exclude<ControlName, 'calls.follow'>>(
    name: Name,
    request: RequestOf<Name>,
    as?: AskedAs,
  ): Promise<Result<ResponseOf<Name>, AdminError>>;

  /**
   * Tells events as they happen, until `until` is aborted (then ok) or the program stops (`CONTROL_CLOSED`).
   * `tell` returns at once and never throws.
   */
  follow(
    request: RequestOf<'calls.follow'>,
    tell: (event: ControlEvent) => void,
    until: AbortSignal,
  ): Promise<Result<undefined, AdminError>>;
}

/** One function for each request but the stream: the easiest way to make an {@link Administration}. */
export type ControlHandlers = {
  readonly [Name in Exclude<ControlName, 'calls.follow'>]: (
    request: RequestOf<Name>,
  ) => Promise<Result<ResponseOf<Name>, AdminError>>;
};
