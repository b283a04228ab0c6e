import type { Socket } from 'node:net';
import type { MonotonicMs } from '@ringwall/base';
import type { Seat } from './admission.ts';
import type { Flow } from './flow.ts';
import type { Framer, FramingProblem } from './framer.ts';

/** Why we ended a connection; `peer` if the other side, or the network, did. */
export type CloseReason =
  | 'peer'
  | 'no-message' // no whole message in time
  | 'idle'
  | 'backlog' // it does not read what we write
  | 'framing'
  | 'gave-way' // strangers filled the table, and it had been one for longest
  | 'banned' // it is not let in any more
  | 'asked'
  | 'shutdown';

/** One TCP or TLS connection that may carry messages. */
export interface StreamConnection<Problem extends FramingProblem> {
  readonly flow: Flow;
  /** The socket that messages are read from and written to. */
  readonly socket: Socket;
  readonly framer: Framer<Problem>;
  readonly seat: Seat;
  readonly openedAt: MonotonicMs;
  lastByteAt: MonotonicMs;
  /** Did a whole message ever come? */
  heard: boolean;
  /** Set once we have decided to end it; nothing is read or written after that. */
  closing: CloseReason | undefined;
}
