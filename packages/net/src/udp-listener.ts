import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { err, ok, type Result } from '@ringwall/base';
import { type ErrorCounts, errorCode } from './error-counts.ts';
import { type Flow, type ListenAddress, plainAddress } from './flow.ts';
import { type ListenError, listenError } from './listen-error.ts';

export interface UdpCounters {
  datagramsIn: number;
  datagramsOut: number;
  /** Line ends, NULs, STUN, or fewer than four bytes: they hold a NAT open, and are not answered. */
  keepAlives: number;
  oversize: number;
  /** Datagrams that could not be handed to the system. */
  unsent: number;
}

export interface UdpOptions {
  /** Longer datagrams are counted and thrown away. */
  readonly maxDatagramBytes: number;
  /** Which of our addresses a peer sees; asked if the listener is on all of them. */
  readonly localAddressFor: (remoteAddress: string) => string;
  readonly counters: UdpCounters;
  readonly errors: ErrorCounts;
  /** Everything that may be a message. What it throws is its own affair: it must not throw. */
  readonly onDatagram: (bytes: Uint8Array, flow: Flow) => void;
}

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const SHORTEST_MESSAGE_BYTES = 4;
const LONGEST_KEEP_ALIVE_BYTES = 64;

/** One UDP socket. It answers nothing by itself. */
export class UdpListener {
  readonly #socket: Socket;
  readonly #options: UdpOptions;
  readonly #wildcard: boolean;
  #closed = false;
  /** Where we listen, with the port that the system chose if none was asked for. */
  readonly at: ListenAddress;

  private constructor(socket: Socket, at: ListenAddress, options: UdpOptions) {
    this.#socket = socket;
    this.#options = options;
    this.at = at;
    this.#wildcard = isWildcard(at.address);
    socket.on('error', (error) => options.errors.add(error));
    socket.on('message', (bytes, from) => this.#receive(bytes, from));
  }

  static async open(at: ListenAddress, options: UdpOptions): Promise<Result<UdpListener, ListenError>> {
    const family = at.address.includes(':') ? 6 : 4;
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      ipv6Only: family === 6,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Every address is a literal: the resolver would only cost a turn of the event loop for each datagram.
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    try {
      const listening = once(socket, 'listening');
      socket.bind({ address: at.address, port: at.port, exclusive: true });
      await listening;
    } catch (cause) {
      socket.on('error', () => {}); // The failure is reported below; nothing later may end the process.
      closeQuietly(socket);
      return err(listenError(at, cause));
    }
    return ok(new UdpListener(socket, { ...at, port: socket.address().port }, options));
  }

  /** @returns false if the datagram surely did not go out. Never throws. */
  send(flow: Flow, bytes: Uint8Array): boolean {
    if (this.#closed) return false;
    try {
      this.#socket.send(bytes, flow.remote.port, flow.remote.address, this.#sent);
      return true;
    } catch (error) {
      this.#sent(error as Error);
      return false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  readonly #sent = (error: Error | null): void => {
    if (error === null) {
      this.#options.counters.datagramsOut++;
      return;
    }
    this.#options.counters.unsent++;
    this.#options.errors.addCode(errorCode(error));
  };

  #receive(bytes: Uint8Array, from: RemoteInfo): void {
    const { counters } = this.#options;
    counters.datagramsIn++;
    if (isKeepAlive(bytes)) {
      counters.keepAlives++;
      return;
    }
    if (bytes.length > this.#options.maxDatagramBytes) {
      counters.oversize++;
      return;
    }
    const address = plainAddress(from.address);
    this.#options.onDatagram(bytes, {
      transport: 'udp',
      local: {
        address: this.#wildcard ? this.#options.localAddressFor(address) : this.at.address,
        port: this.at.port,
      },
      remote: { address, port: from.port },
      connection: 0,
    });
  }
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** RFC 5626 4.4 knows line ends and STUN; phones also send NULs, spaces, or single bytes. */
function isKeepAlive(bytes: Uint8Array): boolean {
  if (bytes.length < SHORTEST_MESSAGE_BYTES) return true;
  const first = bytes[0] as number;
  if (first > 0x20) return false;
  if (isStun(bytes)) return true;
  if (bytes.length > LONGEST_KEEP_ALIVE_BYTES) return false;
  return bytes.every((byte) => byte === 0x0d || byte === 0x0a || byte === 0 || byte === 0x20);
}

/** RFC 5389 6: two zero bits first, and the magic cookie. */
function isStun(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 20 &&
    (bytes[0] as number) < 0x40 &&
    bytes[4] === 0x21 &&
    bytes[5] === 0x12 &&
    bytes[6] === 0xa4 &&
    bytes[7] === 0x42
  );
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It was never open.
  }
}
