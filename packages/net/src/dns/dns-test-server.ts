import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

// A DNS server for tests: UDP on loopback, with just enough of RFC 1035 to answer one question.

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR' };

/** Record data as {@link a}, {@link srv} and {@link naptr} make it; a number is an error (2: SERVFAIL); nothing: silence. */
export type ZoneEntry = { readonly ttl: number; readonly data: readonly Buffer[] } | number | 'silence';

export interface TestServer {
  /** For `DnsOptions.servers`. */
  readonly at: string;
  /** `A sip.example.com`, in the order in which they came. */
  readonly asked: readonly string[];
}

/** What the zone does not hold does not exist (NXDOMAIN). */
export async function serveDns(
  t: TestContext,
  zone: Readonly<Record<string, ZoneEntry>>,
): Promise<TestServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { end, name } = readName(query, 12);
    const key = `${TYPES[query.readUInt16BE(end)]} ${name.toLowerCase()}`;
    asked.push(key);
    const entry = zone[key] ?? 3;
    if (entry === 'silence') return;
    socket.send(
      answer(query.subarray(0, end + 4), query.subarray(end, end + 4), entry),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { at: `127.0.0.1:${socket.address().port}`, asked };
}

export function a(ttl: number, ...addresses: string[]): ZoneEntry {
  return { ttl, data: addresses.map((address) => Buffer.from(address.split('.').map(Number))) };
}

export function srv(...records: readonly (readonly [number, number, number, string])[]): ZoneEntry {
  const data = records.map(([priority, weight, port, target]) =>
    Buffer.concat([words(priority, weight, port), writeName(target)]),
  );
  return { ttl: 60, data };
}

export function naptr(...records: readonly (readonly [number, number, string, string, string])[]): ZoneEntry {
  const data = records.map(([order, preference, flags, service, replacement]) =>
    Buffer.concat([words(order, preference), text(flags), text(service), text(''), writeName(replacement)]),
  );
  return { ttl: 60, data };
}

function answer(question: Buffer, typeAndClass: Buffer, entry: Exclude<ZoneEntry, 'silence'>): Buffer {
  const code = typeof entry === 'number' ? entry : 0;
  const records = typeof entry === 'number' ? [] : entry.data;
  const ttl = typeof entry === 'number' ? 0 : entry.ttl;
  const head = Buffer.from(question);
  words(0x8180 + code, 1, records.length, 0, 0).copy(head, 2);
  const parts = records.flatMap((data) => [
    words(0xc00c),
    typeAndClass,
    words(ttl >> 16, ttl & 0xffff, data.length),
    data,
  ]);
  return Buffer.concat([head, ...parts]);
}

function readName(bytes: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function writeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(text), Buffer.from([0])]);
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, 2 * at);
  return bytes;
}
