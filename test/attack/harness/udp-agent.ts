/** Sends and hears datagrams on the machine that it is started on, as its parent says over the channel between them. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { AgentOrder, AgentReport } from './udp.ts';

const sockets = new Map<string, Promise<Socket>>();

function report(what: AgentReport): void {
  process.send?.(what);
}

async function socketAt(address: string, port: number): Promise<Socket> {
  const socket = createSocket({
    type: address.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: 4 * 1024 * 1024,
  });
  socket.on('message', (bytes, from) => {
    report({ heard: bytes.toString('latin1'), from: from.address, at: Number(process.hrtime.bigint()) });
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}

/** Sends one datagram after the other, in order. */
async function send(socket: Socket, text: string, port: number, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.send(text, port, address, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function obey(order: AgentOrder): Promise<void> {
  const key = `${order.address} ${order.port}`;
  const opened = sockets.get(key) ?? socketAt(order.address, order.port);
  sockets.set(key, opened);
  const socket = await opened;
  const times: number[] = [];
  /* eslint-disable no-await-in-loop -- in order */
  for (let i = 0; i < order.count; i++) {
    for (const due = performance.now() + order.gapMs; performance.now() < due; ) await setImmediate();
    times.push(Number(process.hrtime.bigint()));
    await send(socket, order.count === 1 ? order.text : `${order.text} ${i}`, order.toPort, order.to);
  }
  /* eslint-enable no-await-in-loop */
  report({ done: order.id, times });
}

let last = Promise.resolve();
process.on('message', (order: AgentOrder) => {
  last = last.then(() => obey(order));
});
process.on('disconnect', () => process.exit(0));
report({ done: 0, times: [] });
