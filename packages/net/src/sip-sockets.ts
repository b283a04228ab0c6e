import { type Clock, err, ok, parseIp, type Result } from '@ringwall/base';
import { type ConnectionsOptions, Connections, type StreamCounters } from './connections.ts';
import { ErrorCounts } from './error-counts.ts';
import type { Flow, ListenAddress } from './flow.ts';
import type { Framer, FramingProblem } from './framer.ts';
import type { ListenError } from './listen-error.ts';
import { LocalAddresses } from './local-addresses.ts';
import type { ConnectError } from './connect-error.ts';
import type { ConnectTarget } from './connect-target.ts';
import { Outgoing } from './outgoing.ts';
import type { CloseReason } from './stream-connection.ts';
import { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts';
import { TcpListener } from './tcp-listener.ts';
import type { TlsCertificate } from './tls-context.ts';
import { TlsListener } from './tls-listener.ts';
import { isWildcard, type UdpCounters, UdpListener, type UdpOptions } from './udp-listener.ts';

export interface SipSocketsOptions<Problem extends FramingProblem = FramingProblem> {
  readonly listen: readonly ListenAddress[];
  /** Needed to listen on TLS. */
  readonly certificate?: TlsCertificate;
  readonly clock: Clock;
  /** Cuts one connection's bytes into messages; called once for each connection. */
  readonly makeFramer: () => Framer<Problem>;
  readonly limits?: Partial<StreamLimits>;
  /** Longer datagrams are thrown away; 16 KiB unless told. */
  readonly maxDatagramBytes?: number;
  /** Is a connection from there let in? Everybody unless told. Datagrams are not asked about. */
  readonly admit?: (remoteAddress: string) => boolean;
  /** Is a phone registered from there? Nobody unless told; see {@link StreamLimits.strangersPerKnownAddress}. */
  readonly isKnown?: (remoteAddress: string) => boolean;
  /** A datagram that may be a message, or a whole message from a stream. No callback may throw. */
  readonly onMessage: (bytes: Uint8Array, flow: Flow) => void;
  /** A stream that cannot be read further; it is closed after this returns. */
  readonly onFramingError: (problem: Problem, flow: Flow) => void;
  /** A connection that could carry messages is gone. */
  readonly onClosed: (flow: Flow, why: CloseReason) => void;
}

export interface SocketCounters {
  readonly udp: Readonly<UdpCounters>;
  readonly streams: Readonly<StreamCounters>;
  readonly strangers: number;
  readonly promoted: number;
  /** By code. */
  readonly errors: ReadonlyMap<string, number>;
}

const MAX_DATAGRAM_BYTES = 16_384;

/** Every socket that SIP goes through, behind one door: messages come out, and go back over their flow. */
export class SipSockets<Problem extends FramingProblem = FramingProblem> {
  readonly #udp: UdpListener[] = [];
  readonly #tcp: TcpListener[] = [];
  readonly #tls: TlsListener[] = [];
  readonly #errors = new ErrorCounts();
  readonly #udpCounters: UdpCounters = {
    datagramsIn: 0,
    datagramsOut: 0,
    keepAlives: 0,
    oversize: 0,
    unsent: 0,
  };
  readonly #addresses = new LocalAddresses();
  readonly #connections: Connections<Problem>;
  readonly #outgoing: Outgoing;
  readonly #options: SipSocketsOptions<Problem>;
  readonly #limits: StreamLimits;
  #closed = false;

  private constructor(options: SipSocketsOptions<Problem>) {
    this.#options = options;
    this.#limits = { ...STREAM_LIMITS, ...options.limits };
    const streams: ConnectionsOptions<Problem> = {
      limits: this.#limits,
      clock: options.clock,
      makeFramer: options.makeFramer,
      errors: this.#errors,
      admit: options.admit ?? ((): boolean => true),
      isKnown: options.isKnown ?? ((): boolean => false),
      onMessage: options.onMessage,
      onFramingError: options.onFramingError,
      onClosed: options.onClosed,
    };
    this.#connections = new Connections(streams);
    this.#outgoing = new Outgoing(this.#connections, this.#limits.handshakeMs);
  }

  /** Opens every listener, or none: the first that cannot be opened is the error. */
  static async open<Problem extends FramingProblem>(
    options: SipSocketsOptions<Problem>,
  ): Promise<Result<SipSockets<Problem>, ListenError>> {
    const sockets = new SipSockets(options);
    await sockets.#addresses.start();
    for (const at of options.listen) {
      // One after the other: the error must be the first of the list, and nothing may stay open behind it.
      const opened = await sockets.#listen(at); // eslint-disable-line no-await-in-loop
      if (!opened.ok) {
        await sockets.close(); // eslint-disable-line no-await-in-loop
        return opened;
      }
    }
    return ok(sockets);
  }

  /** Where we listen, with the ports that the system chose where none was asked for. */
  listening(): readonly ListenAddress[] {
    return [...this.#udp, ...this.#tcp, ...this.#tls].map(({ at }) => at);
  }

  /** Connects to a server, or gives the connection that is open to it. Over TLS the flow's peer has proven its name. */
  async connect(target: ConnectTarget): Promise<Result<Flow, ConnectError>> {
    return this.#outgoing.connect(target);
  }

  /** @returns false if it surely did not go out: the connection is gone, or no socket of ours is the flow's. */
  send(flow: Flow, bytes: Uint8Array): boolean {
    if (flow.transport !== 'udp') return this.#connections.send(flow, bytes);
    return this.#udpListener(flow)?.send(flow, bytes) ?? false;
  }

  /** Gives the flow's connection the rights of a registered phone. @returns false if it is gone. */
  promote(flow: Flow): boolean {
    return this.#connections.promote(flow.connection);
  }

  /** Takes them back, when nothing is registered over it any more. @returns false if it is gone. */
  demote(flow: Flow): boolean {
    return this.#connections.demote(flow.connection);
  }

  /** Ends the flow's connection. @returns false if it is gone, or there never was one. */
  drop(flow: Flow): boolean {
    return this.#connections.drop(flow.connection);
  }

  /** Ends the connections of strangers whom `admit` does not let in any more. */
  dropBanned(): void {
    this.#connections.dropBanned();
  }

  /** Which address of ours a peer there sees: the only one we listen on, or else by the machine's networks. */
  localAddressFor(remoteAddress: string): string {
    const family = parseIp(remoteAddress.split('%', 1)[0] ?? '')?.family === 6 ? 6 : 4;
    const own = new Set<string>();
    for (const { address } of this.listening()) {
      if ((address.includes(':') ? 6 : 4) === family) own.add(address);
    }
    const [first] = own;
    return own.size === 1 && first !== undefined && !isWildcard(first)
      ? first
      : this.#addresses.for(remoteAddress);
  }

  /** All TLS ports take the new certificate, or, if it is no good, none; open connections stay. */
  setCertificate(certificate: TlsCertificate): Result<void, ListenError> {
    for (const listener of this.#tls) {
      const set = listener.setCertificate(certificate);
      if (!set.ok) return set;
    }
    return ok(undefined);
  }

  counters(): SocketCounters {
    return {
      udp: this.#udpCounters,
      streams: this.#connections.counters,
      strangers: this.#connections.strangers,
      promoted: this.#connections.promoted,
      errors: this.#errors.counts(),
    };
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#addresses.stop();
    this.#outgoing.close();
    this.#connections.close();
    await Promise.all([...this.#udp, ...this.#tcp, ...this.#tls].map(async (listener) => listener.close()));
  }

  async #listen(at: ListenAddress): Promise<Result<void, ListenError>> {
    if (parseIp(at.address) === undefined) {
      return err({
        code: 'ADDRESS_INVALID',
        text: `"${at.address}" is not an IP address. Write one such as 192.0.2.10, or 0.0.0.0 for all of this machine.`,
      });
    }
    switch (at.transport) {
      case 'udp':
        return this.#keep(this.#udp, await UdpListener.open(at, this.#udpOptions()));
      case 'tcp':
        return this.#keep(this.#tcp, await TcpListener.open(at, this.#connections, this.#errors));
      case 'tls':
        return this.#keep(this.#tls, await this.#openTls(at));
    }
  }

  async #openTls(at: ListenAddress): Promise<Result<TlsListener, ListenError>> {
    const { certificate } = this.#options;
    if (certificate === undefined) {
      return err({
        code: 'CERTIFICATE_MISSING',
        text: `TLS port ${at.port} on ${at.address} needs a certificate and its key. Name both in the settings, or take the port out.`,
      });
    }
    return TlsListener.open(at, certificate, this.#limits.handshakeMs, this.#connections, this.#errors);
  }

  #keep<Listener>(list: Listener[], opened: Result<Listener, ListenError>): Result<void, ListenError> {
    if (!opened.ok) return opened;
    list.push(opened.value);
    return ok(undefined);
  }

  #udpOptions(): UdpOptions {
    return {
      maxDatagramBytes: this.#options.maxDatagramBytes ?? MAX_DATAGRAM_BYTES,
      localAddressFor: (remote) => this.#addresses.for(remote),
      counters: this.#udpCounters,
      errors: this.#errors,
      onDatagram: this.#options.onMessage,
    };
  }

  /** The socket that the flow's datagrams came in on; a peer must get its answer from the port that it asked. */
  #udpListener(flow: Flow): UdpListener | undefined {
    const isV6 = flow.remote.address.includes(':');
    let onAll: UdpListener | undefined;
    for (const listener of this.#udp) {
      const { address, port } = listener.at;
      if (port !== flow.local.port || address.includes(':') !== isV6) continue;
      if (address === flow.local.address) return listener;
      if (isWildcard(address)) onAll = listener;
    }
    return onAll;
  }
}
