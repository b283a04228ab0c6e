import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const ADDRESS = '127.0.0.1';
const FIRST = 20_000;
const LAST = 32_000;

/** Ports already given out in this process, so that two programs started together get different ones. */
const taken = new Set<number>();

function udpIsFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind(port, ADDRESS, () => socket.close(() => resolve(true)));
  });
}

function tcpIsFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, ADDRESS, () => server.close(() => resolve(true)));
  });
}

async function isFree(port: number): Promise<boolean> {
  return (await udpIsFree(port)) && (await tcpIsFree(port));
}

/**
 * A run of ports on 127.0.0.1 that nobody listens on, for UDP and TCP alike, below the range that the system hands
 * out by itself. The first is even.
 */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const drawn = FIRST + Math.floor(Math.random() * (LAST - FIRST - count));
    const first = drawn - (drawn % 2);
    const ports = Array.from({ length: count }, (_, i) => first + i);
    if (ports.some((port) => taken.has(port))) continue;
    const free = await Promise.all(ports.map(isFree));
    if (!free.every(Boolean)) continue;
    for (const port of ports) taken.add(port);
    return first;
  }
  throw new Error(`no ${count} free ports in a row on ${ADDRESS}`);
}
