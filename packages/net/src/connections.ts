import type { Socket } from 'node:net';
import type { Clock } from '@ringwall/base';
import { Admission, type Refusal, type Seat } from './admission.ts';
import type { ErrorCounts } from './error-counts.ts';
import { type Endpoint, type Flow, plainAddress } from './flow.ts';
import type { Framer, FramingProblem } from './framer.ts';
import type { CloseReason, StreamConnection } from './stream-connection.ts';
import type { StreamLimits } from './stream-limits.ts';

export interface StreamCounters {
  /** Connections that were let in, handshakes that failed later included. */
  accepted: number;
  readonly refused: Record<Refusal | 'banned', number>;
  /** Handshakes that did not come to an end. */
  handshakesFailed: number;
  readonly closed: Record<CloseReason, number>;
  messagesIn: number;
  messagesOut: number;
  pings: number;
}

export interface ConnectionsOptions<Problem extends FramingProblem> {
  readonly limits: StreamLimits;
  readonly clock: Clock;
  readonly makeFramer: () => Framer<Problem>;
  readonly errors: ErrorCounts;
  /** Is this source let in at all? Asked before anything is spent on it, a TLS handshake least of all. */
  readonly admit: (remoteAddress: string) => boolean;
  /** Is a phone registered from this address? Then more connections may come from it. */
  readonly isKnown: (remoteAddress: string) => boolean;
  /** None of the three may throw. */
  readonly onMessage: (bytes: Uint8Array, flow: Flow) => void;
  readonly onFramingError: (problem: Problem, flow: Flow) => void;
  readonly onClosed: (flow: Flow, why: CloseReason) => void;
}

/** What a listener needs of the table. */
export type StreamTable = Pick<Connections, 'seat' | 'start' | 'counters'>;

const PONG = Buffer.from('\r\n');

/**
 * Every TCP and TLS connection of the program: who may come in, what is read, what is written, who must go.
 *
 * Times are looked at in one sweep over the table rather than by a timer for each connection, so ten thousand
 * idle phones cost nothing between sweeps.
 */
export class Connections<Problem extends FramingProblem = FramingProblem> {
  readonly #options: ConnectionsOptions<Problem>;
  readonly #admission: Admission;
  readonly #open = new Map<number, StreamConnection<Problem>>();
  /** Sockets of strangers, in the order in which they became one; still in their handshake included. */
  readonly #strangers = new Map<Seat, Socket>();
  readonly #sweeper: NodeJS.Timeout;
  #lastNumber = 0;
  readonly counters: StreamCounters = {
    accepted: 0,
    refused: { address: 0, network: 0, connections: 0, banned: 0 },
    handshakesFailed: 0,
    closed: {
      peer: 0,
      'no-message': 0,
      idle: 0,
      backlog: 0,
      framing: 0,
      'gave-way': 0,
      banned: 0,
      asked: 0,
      shutdown: 0,
    },
    messagesIn: 0,
    messagesOut: 0,
    pings: 0,
  };

  constructor(options: ConnectionsOptions<Problem>) {
    this.#options = options;
    this.#admission = new Admission(options.limits);
    this.#sweeper = setInterval(() => this.#sweep(), options.limits.sweepMs);
    this.#sweeper.unref();
  }

  get strangers(): number {
    return this.#admission.strangers;
  }

  get promoted(): number {
    return this.#admission.promoted;
  }

  /**
   * Takes in a socket that was just accepted, or ends it at once.
   *
   * @returns its place, which it keeps until the socket closes; `undefined` if it was not let in.
   */
  seat(socket: Socket): Seat | undefined {
    socket.on('error', (error) => this.#options.errors.add(error));
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) {
      socket.destroy(); // Gone before we looked.
      return undefined;
    }
    const address = plainAddress(remoteAddress);
    const refusal = this.#refusal(address);
    if (refusal !== undefined) {
      this.counters.refused[refusal]++;
      socket.resetAndDestroy();
      return undefined;
    }
    if (this.#admission.full) this.#giveWay();
    this.counters.accepted++;
    const seat = this.#admission.sit(address);
    this.#strangers.set(seat, socket);
    socket.once('close', () => {
      this.#strangers.delete(seat);
      this.#admission.leave(seat);
    });
    return seat;
  }

  /** Starts reading messages from `socket`: the accepted one, or what its TLS handshake made of it. */
  start(transport: 'tcp' | 'tls', socket: Socket, seat: Seat): Flow | undefined {
    const local = endpoint(socket.localAddress, socket.localPort);
    const remote = endpoint(socket.remoteAddress, socket.remotePort);
    if (local === undefined || remote === undefined) {
      socket.destroy();
      return undefined;
    }
    const now = this.#options.clock.monotonic();
    const connection: StreamConnection<Problem> = {
      flow: { transport, local, remote, connection: ++this.#lastNumber },
      socket,
      framer: this.#options.makeFramer(),
      seat,
      openedAt: now,
      lastByteAt: now,
      heard: false,
      closing: undefined,
    };
    seat.connection = connection.flow.connection;
    this.#open.set(seat.connection, connection);
    socket.on('data', (chunk) => this.#receive(connection, chunk));
    socket.once('close', () => this.#forget(connection));
    return connection.flow;
  }

  /** Takes in a connection that we made: nobody's admission is asked. @returns `undefined` if the table is full. */
  adopt(transport: 'tcp' | 'tls', socket: Socket): Flow | undefined {
    const { remoteAddress } = socket;
    const { limits, errors } = this.#options;
    if (remoteAddress === undefined || this.strangers + this.promoted >= limits.connections) return undefined;
    socket.on('error', (error) => errors.add(error));
    const seat = this.#admission.sit(plainAddress(remoteAddress));
    this.#admission.promote(seat);
    socket.once('close', () => this.#admission.leave(seat));
    return this.start(transport, socket, seat);
  }

  isOpen(flow: Flow): boolean {
    return this.#open.get(flow.connection)?.closing === undefined && this.#open.has(flow.connection);
  }

  /** @returns false if the connection is gone, or went because the peer does not read. */
  send(flow: Flow, bytes: Uint8Array): boolean {
    const connection = this.#open.get(flow.connection);
    if (connection === undefined || !this.#write(connection, bytes)) return false;
    this.counters.messagesOut++;
    return true;
  }

  /** Gives a connection the rights of a registered phone: a long idle time, and no place among the strangers. */
  promote(number: number): boolean {
    const connection = this.#open.get(number);
    if (connection === undefined) return false;
    this.#admission.promote(connection.seat);
    this.#strangers.delete(connection.seat);
    return true;
  }

  /** Takes those rights back, when nothing is registered over it any more. */
  demote(number: number): boolean {
    const connection = this.#open.get(number);
    if (connection === undefined) return false;
    if (connection.seat.promoted) {
      this.#admission.demote(connection.seat);
      this.#strangers.set(connection.seat, connection.socket);
    }
    return true;
  }

  /** Ends one connection; `onClosed` follows. */
  drop(number: number, why: CloseReason = 'asked'): boolean {
    const connection = this.#open.get(number);
    if (connection === undefined || connection.closing !== undefined) return false;
    connection.closing = why;
    connection.socket.destroy();
    return true;
  }

  /** Ends all of them. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const number of this.#open.keys()) this.drop(number, 'shutdown');
    for (const socket of this.#strangers.values()) socket.destroy(); // Those still in their handshake.
  }

  #refusal(address: string): Refusal | 'banned' | undefined {
    if (!this.#options.admit(address)) return 'banned';
    return this.#admission.refusal(address, this.#options.isKnown(address));
  }

  #giveWay(): void {
    const [oldest] = this.#strangers;
    if (oldest === undefined) return;
    const [seat, socket] = oldest;
    // Out of the line at once: the next newcomer must not find it there again.
    this.#strangers.delete(seat);
    if (!this.drop(seat.connection, 'gave-way')) socket.destroy();
  }

  /** Ends the connections of strangers who would not be let in any more; those of registered phones stay. */
  dropBanned(): void {
    for (const [seat, socket] of [...this.#strangers]) {
      const { remoteAddress } = socket;
      if (remoteAddress === undefined || this.#options.admit(plainAddress(remoteAddress))) continue;
      if (!this.drop(seat.connection, 'banned')) socket.destroy();
    }
  }

  #receive(connection: StreamConnection<Problem>, chunk: Uint8Array): void {
    if (connection.closing !== undefined) return;
    connection.lastByteAt = this.#options.clock.monotonic();
    const framed = connection.framer.push(chunk);
    for (const message of framed.messages) {
      connection.heard = true;
      this.counters.messagesIn++;
      this.#options.onMessage(message, connection.flow);
      if (connection.closing !== undefined) return;
    }
    if (framed.error !== undefined) {
      this.#options.onFramingError(framed.error, connection.flow);
      this.drop(connection.flow.connection, 'framing');
      return;
    }
    if (framed.pings === 0) return;
    this.counters.pings += framed.pings;
    this.#write(connection, PONG); // One for the lot: a flood of pings is not worth a flood of answers.
  }

  #write(connection: StreamConnection<Problem>, bytes: Uint8Array): boolean {
    const { socket, closing } = connection;
    if (closing !== undefined || !socket.writable) return false;
    if (socket.writableLength + bytes.length > this.#options.limits.backlogBytes) {
      this.drop(connection.flow.connection, 'backlog');
      return false;
    }
    socket.write(bytes);
    return true;
  }

  #forget(connection: StreamConnection<Problem>): void {
    const why = connection.closing ?? 'peer';
    connection.closing = why;
    this.#open.delete(connection.flow.connection);
    this.counters.closed[why]++;
    this.#options.onClosed(connection.flow, why);
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    const { limits } = this.#options;
    for (const connection of this.#open.values()) {
      const { seat, heard, openedAt, lastByteAt, flow } = connection;
      const idleMs = seat.promoted ? limits.promotedIdleMs : limits.strangerIdleMs;
      if (!heard && !seat.promoted && now - openedAt >= limits.firstMessageMs) {
        this.drop(flow.connection, 'no-message');
      } else if (now - lastByteAt >= idleMs) {
        this.drop(flow.connection, 'idle');
      }
    }
  }
}

function endpoint(address: string | undefined, port: number | undefined): Endpoint | undefined {
  return address === undefined || port === undefined ? undefined : { address: plainAddress(address), port };
}
