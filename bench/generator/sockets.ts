import { createSocket, type Socket } from 'node:dgram';

const BUFFER_BYTES = 4 * 1_024 * 1_024;

export interface LocalSocket {
  readonly socket: Socket;
  readonly address: string;
  readonly port: number;
}

/** Opens a UDP socket; its name look-up is cut short, because every address here is a number. */
function open(address: string, port: number): Promise<LocalSocket> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: BUFFER_BYTES,
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      // A server that has gone answers with ICMP; what was sent to it counts as lost, no more.
      socket.on('error', () => {});
      resolve({ socket, address, port: socket.address().port });
    });
  });
}

/**
 * Sockets at `127.1.0.1`, `127.1.0.2` …: each is a phone's own address. At most 250. Port 0: any.
 */
export function openSockets(count: number, network: string, port = 0): Promise<readonly LocalSocket[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => open(`${network}.${i + 1}`, port)));
}

/** No divisor of a number of users: caller and callee never speak from the same address. */
const PHONE_ADDRESSES = 101;

/** The addresses of phones: the n-th user has the n-th of them, modulo their number, in every job. */
export function openPhones(port: number): Promise<readonly LocalSocket[]> {
  return openSockets(PHONE_ADDRESSES, '127.1.0', port);
}

export function closeSockets(sockets: readonly LocalSocket[]): void {
  for (const { socket } of sockets) socket.close();
}
