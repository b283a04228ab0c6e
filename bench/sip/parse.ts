/**
 * What the SIP parser costs: CPU time for messages as phones send them, and for hostile ones, where twice the
 * length may cost no more than twice the time.
 *
 *     node bench/sip/parse.ts [--rounds N]
 */
import { parseArgs } from 'node:util';
import {
  Headers,
  parseMessage,
  respondTo,
  serialiseResponse,
  STREAM_LIMITS,
  StreamFramer,
  type WireLimits,
} from '@ringwall/sip';
import { hostileMessage, SLOTS, UNITS, VALUE_STARTS } from './hostile.ts';
import { READERS } from './readers.ts';
import { SAMPLES } from './samples.ts';

const HOSTILE_BYTES = 65_536;

const UNLIMITED: WireLimits = {
  messageBytes: 2 ** 24,
  startLineBytes: 2 ** 24,
  lineBytes: 2 ** 24,
  headers: 2 ** 24,
  entries: 2 ** 24,
  bodyBytes: 2 ** 24,
  exactLength: false,
};

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } });
const rounds = Number(options.rounds);

/** CPU microseconds of one call: the least of some rounds, since what else runs here only adds. */
function microseconds(calls: number, call: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) call();
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / calls);
  }
  return best;
}

function measureSamples(): void {
  const challenge = 'Digest realm="pbx.example.com", nonce="1732241234:5f3c6a7b8c9d0e1f2a3b4c5d6e7f8091"';
  console.log('message                        bytes  parse us  401 us');
  for (const [name, bytes] of SAMPLES) {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error(`${name}: ${parsed.error.code}`);
    const message = parsed.value;
    const parsing = microseconds(20_000, () => parseMessage(bytes));
    const answering =
      message.kind === 'request'
        ? microseconds(20_000, () =>
            serialiseResponse(
              respondTo(message, 401, {
                source: { address: '203.0.113.7', port: 40_112 },
                toTag: 'a91f5c0e77d3',
                headers: new Headers().append('www-authenticate', challenge),
              }),
            ),
          ).toFixed(2)
        : '';
    console.log(
      `${name.padEnd(30)} ${String(bytes.length).padStart(5)} ${parsing.toFixed(2).padStart(9)} ${answering.padStart(7)}`,
    );
  }
}

interface Row {
  readonly name: string;
  readonly ms: number;
  readonly ratio: number;
}

/** Milliseconds of one call by the wall clock, which has finer steps than the CPU's; the least of some. */
function milliseconds(call: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = performance.now();
    call();
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

function compare(name: string, call: (bytes: number) => () => unknown): Row {
  const ms = milliseconds(call(HOSTILE_BYTES));
  return { name, ms, ratio: milliseconds(call(2 * HOSTILE_BYTES)) / ms };
}

function report(title: string, rows: readonly Row[]): void {
  const slow = rows.toSorted((a, b) => b.ms - a.ms).slice(0, 4);
  // Below a tenth of a millisecond the machine's other work decides, not the parser.
  const steep = rows
    .filter((row) => row.ms > 0.1)
    .sort((a, b) => b.ratio - a.ratio)
    .slice(0, 4);
  console.log(`\n${title}: ${rows.length} of 64 KiB; ms, and how many times that for twice the length`);
  for (const row of [...slow, ...steep]) {
    console.log(`${row.ms.toFixed(2).padStart(7)} ${row.ratio.toFixed(2).padStart(6)}  ${row.name}`);
  }
}

function measureHostile(): void {
  const messages = SLOTS.flatMap((slot) => UNITS.map((unit) => [slot, unit] as const));
  for (const [title, limits] of [
    ['parseMessage, every limit lifted', UNLIMITED],
    ['parseMessage, limits of a stream', STREAM_LIMITS],
  ] as const) {
    const rows = messages.map(([slot, unit]) =>
      compare(JSON.stringify([slot, unit]), (bytes) => {
        const message = hostileMessage(slot, unit, bytes);
        return () => parseMessage(message, limits);
      }),
    );
    report(title, rows);
  }
  const framed = messages.map(([slot, unit]) =>
    compare(JSON.stringify([slot, unit]), (bytes) => {
      const message = hostileMessage(slot, unit, bytes);
      return () => new StreamFramer(UNLIMITED).push(message);
    }),
  );
  report('StreamFramer, every limit lifted', framed);
  const values = VALUE_STARTS.flatMap((start) => UNITS.map((unit) => [start, unit] as const));
  const read = [...READERS].flatMap(([name, reader]) =>
    values.map(([start, unit]) =>
      compare(`${name} ${JSON.stringify([start, unit])}`, (bytes) => {
        const value = start + unit.repeat(Math.ceil(bytes / unit.length));
        return () => reader(value);
      }),
    ),
  );
  report('readers of values', read);
}

measureSamples();
measureHostile();
