import { createSocket, type Socket } from 'node:dgram';
import { err, ok, type Result } from '@ringwall/base';
import { errorCode } from '../error-counts.ts';

export type RtpChannel = 'rtp' | 'rtcp';

/** Takes a packet; `bytes` is the taker's to keep and to change. Must not throw. */
export type RtpReceiver = (channel: RtpChannel, bytes: Uint8Array, address: string, port: number) => void;

export interface RtpPortPairOptions {
  /** Address to listen on; `0.0.0.0` and `::` mean all of the family. */
  readonly address: string;
  readonly family: 4 | 6;
  /** Even. */
  readonly rtpPort: number;
}

/** A second and a half of sound, should the thread be busy; what a flood sends beyond it is lost in the kernel. */
const RTP_BUFFER_BYTES = 128 * 1024;
const RTCP_BUFFER_BYTES = 16 * 1024;

/**
 * Two UDP sockets, for RTP and for RTCP on the port above.
 *
 * They are not connected: which sources are believed is decided packet by packet by the relay.
 */
export class RtpPortPair {
  readonly rtpPort: number;
  /** While it is undefined, what comes in is thrown away. */
  onPacket: RtpReceiver | undefined;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #closed = false;

  private constructor(rtpPort: number, rtp: Socket, rtcp: Socket) {
    this.rtpPort = rtpPort;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    rtp.on('message', (bytes, from) => this.onPacket?.('rtp', bytes, from.address, from.port));
    rtcp.on('message', (bytes, from) => this.onPacket?.('rtcp', bytes, from.address, from.port));
  }

  /**
   * Opens both sockets or none.
   *
   * @returns the pair, or the system's code: `EADDRINUSE` means that another pair may do.
   */
  static async open(options: RtpPortPairOptions): Promise<Result<RtpPortPair, string>> {
    const rtp = await bind(options, options.rtpPort, RTP_BUFFER_BYTES);
    if (!rtp.ok) return rtp;
    const rtcp = await bind(options, options.rtpPort + 1, RTCP_BUFFER_BYTES);
    if (!rtcp.ok) {
      rtp.value.close();
      return rtcp;
    }
    return ok(new RtpPortPair(options.rtpPort, rtp.value, rtcp.value));
  }

  /** Sends at once, or lets the system queue it; a packet that the system refuses is lost, as on any network. */
  send(channel: RtpChannel, bytes: Uint8Array, address: string, port: number): void {
    if (this.#closed) return;
    (channel === 'rtp' ? this.#rtp : this.#rtcp).send(bytes, port, address);
  }

  /** Gives the ports back to the system. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rtp.close();
    this.#rtcp.close();
  }
}

function bind(
  { address, family }: RtpPortPairOptions,
  port: number,
  recvBufferSize: number,
): Promise<Result<Socket, string>> {
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    ipv6Only: family === 6,
    recvBufferSize,
    // Every address is a literal: the resolver would only cost a turn of the event loop for each packet.
    lookup: (host, _options, callback) => callback(null, host, family),
  });
  return new Promise((resolve) => {
    let isBound = false;
    socket.on('error', (cause) => {
      // What an ICMP message says of one target later on is no reason to close the socket.
      if (isBound) return;
      socket.close();
      resolve(err(errorCode(cause)));
    });
    socket.bind({ address, port, exclusive: true }, () => {
      isBound = true;
      resolve(ok(socket));
    });
  });
}
