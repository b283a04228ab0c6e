export type Transport = 'udp' | 'tcp' | 'tls';

/** An address and a port; IPv6 without brackets. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Where bytes came from and the only way back. The same shape as the flow of the SIP package, written again
 * because sockets know nothing of SIP: a value of either type is a value of the other.
 */
export interface Flow {
  readonly transport: Transport;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Number of the TCP or TLS connection, unique in this run of the program; 0 on UDP, and of one that is gone. */
  readonly connection: number;
}

/** Where to listen. `0.0.0.0` and `::` mean every address of the machine; port 0 lets the system choose. */
export interface ListenAddress {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

const V4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address that came through an IPv6 socket, in its own spelling; anything else as it is. */
export function plainAddress(address: string): string {
  return V4_MAPPED.exec(address)?.[1] ?? address;
}
