import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const ADDRESS = '127.0.0.1';
const FIRST = 20_000;
const LAST = 32_000;
/** Ports are given out in whole blocks, so that a claim costs a handful of sockets and not two hundred. */
const BLOCK_PORTS = 20;
const BLOCKS = (LAST - FIRST) / BLOCK_PORTS;

/**
 * Takes a block for as long as this process lives, so that neither two programs started together nor two test files that
 * run side by side get the same ports: between the look and the use there are seconds. The claim is a socket in Linux's
 * abstract namespace, which the kernel takes back whatever ends the process.
 *
 * @returns what gives it back; `undefined` if somebody has it.
 */
function claim(block: number): Promise<(() => void) | undefined> {
  const server = createServer();
  server.unref();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(`\0ringwall-test-ports-${FIRST + block * BLOCK_PORTS}`, () =>
      resolve(() => void server.close()),
    );
  });
}

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

/** @returns the first port of so many blocks in a row, now claimed and free. */
async function claimRun(firstBlock: number, blocks: number, count: number): Promise<number | undefined> {
  const claims = await Promise.all(Array.from({ length: blocks }, (_, i) => claim(firstBlock + i)));
  const first = FIRST + firstBlock * BLOCK_PORTS;
  if (claims.every((release) => release !== undefined)) {
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)));
    if (free.every(Boolean)) return first;
  }
  for (const release of claims) release?.();
  return undefined;
}

/**
 * A run of ports on 127.0.0.1 that nobody listens on, for UDP and TCP alike, below the range that the system hands
 * out by itself, and that no other test is given while this process lives. The first is even.
 */
export async function freePorts(count: number): Promise<number> {
  const blocks = Math.ceil(count / BLOCK_PORTS);
  for (let attempt = 0; attempt < 200; attempt++) {
    const firstBlock = Math.floor(Math.random() * (BLOCKS - blocks + 1));
    const first = await claimRun(firstBlock, blocks, count); // eslint-disable-line no-await-in-loop
    if (first !== undefined) return first;
  }
  throw new Error(`no ${count} free ports in a row on ${ADDRESS}`);
}
