import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type ControlEvent, type RequestOf } from '@ringwall/contract';

/** How many may watch at a time. */
const FOLLOWERS = 16; // Half of the connections to the control socket: other commands must get through.

interface Follower {
  readonly wanted: RequestOf<'calls.follow'>;
  readonly tell: (event: ControlEvent) => void;
}

/** Those who watch calls live. */
export class Followers {
  readonly #followers = new Set<Follower>();

  /** Tells `tell` what matches until `until` is aborted. @returns `CONTROL_BUSY` if too many watch. */
  follow(
    wanted: RequestOf<'calls.follow'>,
    tell: (event: ControlEvent) => void,
    until: AbortSignal,
  ): Promise<Result<undefined, AdminError>> {
    if (until.aborted) return Promise.resolve(ok(undefined));
    if (this.#followers.size >= FOLLOWERS) return Promise.resolve(err(adminError('CONTROL_BUSY')));
    const follower = { wanted, tell };
    this.#followers.add(follower);
    return new Promise((resolve) => {
      until.addEventListener(
        'abort',
        () => {
          this.#followers.delete(follower);
          resolve(ok(undefined));
        },
        { once: true },
      );
    });
  }

  tell(event: ControlEvent): void {
    for (const { wanted, tell } of this.#followers) if (matches(wanted, event)) tell(event);
  }
}

const REGISTRATION_KINDS = new Set([
  'registered',
  'unregistered',
  'registration-refused',
  'authentication-failed',
]);

function matches(wanted: RequestOf<'calls.follow'>, event: ControlEvent): boolean {
  if (REGISTRATION_KINDS.has(event.kind) && wanted.registrations !== true) return false;
  if (wanted.extension === undefined) return true;
  switch (event.kind) {
    case 'call-started':
      return event.caller === wanted.extension || event.dialled === wanted.extension;
    case 'call-ringing':
    case 'call-answered':
      return event.callee === wanted.extension;
    case 'call-ended':
      return event.record.legs.some((leg) => leg.extension === wanted.extension);
    case 'registered':
    case 'unregistered':
    case 'registration-refused':
      return event.extension === wanted.extension;
    default:
      return true;
  }
}
