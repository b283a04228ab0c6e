import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Flow, StreamFramer, type Transport } from '@ringwall/sip';

export interface WireAddress {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  /** Where the phone speaks from over UDP; left out: the loopback address. */
  readonly from?: string;
}

/** How a test phone reaches the phone system: one real socket. */
export interface Wire {
  readonly flow: Flow;
  /** What protects it, such as `TLSv1.3`; undefined if nothing does. */
  readonly protection: string | undefined;
  send(bytes: Uint8Array): void;
  close(): void;
}

const CONNECT_MS = 5_000;

/**
 * Opens a socket to the phone system.
 *
 * @param fingerprint SHA-256 of the certificate that must be met over TLS, in lower-case hex: the running program
 *   said over its control socket which it serves, which proves more than a chain of signatures would.
 * @throws with a sentence if it cannot be reached, or shows another certificate.
 */
export async function openWire(
  to: WireAddress,
  fingerprint: string | undefined,
  onMessage: (bytes: Uint8Array) => void,
): Promise<Wire> {
  if (to.transport === 'udp') return openUdp(to, onMessage);
  const socket =
    to.transport === 'tcp'
      ? connectTcp({ host: to.host, port: to.port })
      : connectTls({ host: to.host, port: to.port, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
  socket.setTimeout(CONNECT_MS, () =>
    socket.destroy(new Error(`nothing answers at ${to.host} port ${to.port}`)),
  );
  await once(socket, to.transport === 'tcp' ? 'connect' : 'secureConnect');
  socket.setTimeout(0);
  if (to.transport === 'tls') checkCertificate(socket as TLSSocket, fingerprint);
  const framer = new StreamFramer();
  socket.on('data', (chunk: Buffer) => {
    for (const message of framer.push(chunk).messages) onMessage(message);
  });
  socket.on('error', () => socket.destroy());
  return {
    flow: flowOf(to, socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0, 1),
    protection: to.transport === 'tls' ? ((socket as TLSSocket).getProtocol() ?? 'TLS') : undefined,
    send: (bytes) => void socket.write(bytes),
    close: () => socket.destroy(),
  };
}

function checkCertificate(socket: TLSSocket, fingerprint: string | undefined): void {
  const met = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
  if (met === fingerprint) return;
  socket.destroy();
  throw new Error('the TLS port shows another certificate than the phone system says it has');
}

async function openUdp(to: WireAddress, onMessage: (bytes: Uint8Array) => void): Promise<Wire> {
  const socket = createSocket(to.host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', onMessage);
  socket.on('error', () => socket.close());
  socket.bind(0, to.from ?? (to.host.includes(':') ? '::1' : '127.0.0.1'));
  await once(socket, 'listening');
  const { address, port } = socket.address();
  return {
    flow: flowOf(to, address, port, 0),
    protection: undefined,
    send: (bytes) => socket.send(bytes, to.port, to.host),
    close: () => socket.close(),
  };
}

function flowOf(to: WireAddress, address: string, port: number, connection: number): Flow {
  const { transport, host } = to;
  return { transport, local: { address, port }, remote: { address: host, port: to.port }, connection };
}

/** A port for the sound of one phone. */
export async function openSoundSocket(address: string): Promise<DatagramSocket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  socket.on('error', () => {});
  return socket;
}
