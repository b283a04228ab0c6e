/**
 * What the SIP parser costs: CPU time for messages as phones send them, and for hostile ones, where twice the
 * length may cost no more than twice the time.
 *
 * Ends with status 1 if one of them takes more than 5 ms for 64 KiB, or nearly four times as long for twice the length.
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
/**
 * How many times as long twice the length may take. Linear is 2, quadratic 4; what the engine does for a list of
 * ten thousands of elements adds to the 2.
 */
const STEEP = 3.5;
/** What 64 KiB may take. */
const SLOW_MS = 5;

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
  /** How many times as long twice the length takes. */
  readonly growth: number;
}

/** Milliseconds of one call by the wall clock, which has finer steps than the CPU's; the least of some. */
function milliseconds(call: () => unknown, times: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < times; round++) {
    const before = performance.now();
    call();
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

/** Times a call on input of `bytes`, and on a fourth of it to see how the time grows. */
function compare(name: string, bytes: number, makeCall: (bytes: number) => () => unknown): Row {
  const [short, long] = [makeCall(bytes / 4), makeCall(bytes)];
  let quarter = milliseconds(short, 4);
  let ms = milliseconds(long, 4);
  const growth = (): number => Math.sqrt(ms / quarter);
  // Something else ran meanwhile, or it is steep: measured again, only the latter stays.
  for (let again = 0; again < 5 && (growth() > STEEP || ms > SLOW_MS); again++) {
    quarter = Math.min(quarter, milliseconds(short, 10));
    ms = Math.min(ms, milliseconds(long, 10));
  }
  return { name, ms, growth: growth() };
}

function report(title: string, rows: readonly Row[]): void {
  const slow = rows.toSorted((a, b) => b.ms - a.ms)[0];
  // Below a fifth of a millisecond the machine's other work decides, not the parser.
  const steep = rows.filter((row) => row.ms > 0.2).toSorted((a, b) => b.growth - a.growth)[0];
  console.log(`${title}: ${rows.length} inputs`);
  if (slow !== undefined) console.log(`  slowest   ${slow.ms.toFixed(2).padStart(5)} ms     ${slow.name}`);
  if (steep !== undefined)
    console.log(`  steepest  ${steep.growth.toFixed(2).padStart(5)} times  ${steep.name}`);
  if (rows.some((row) => row.ms > SLOW_MS) || (steep !== undefined && steep.growth > STEEP))
    process.exitCode = 1;
}

function measureHostile(): void {
  console.log(
    '\nHostile inputs: ms for 64 KiB (60 KiB within the limits), and how many times that for twice the length',
  );
  const messages = SLOTS.flatMap((slot) => UNITS.map((unit) => [slot, unit] as const));
  const tryMessages = (title: string, bytes: number, take: (message: Uint8Array) => unknown): void => {
    const rows = messages.map(([slot, unit]) =>
      compare(JSON.stringify([slot, unit]), bytes, (length) => {
        const message = hostileMessage(slot, unit, length);
        return () => take(message);
      }),
    );
    report(title, rows);
  };
  tryMessages('parseMessage, no limits', HOSTILE_BYTES, (message) => parseMessage(message, UNLIMITED));
  tryMessages('parseMessage, limits of a stream', 60_000, (message) => parseMessage(message, STREAM_LIMITS));
  tryMessages('StreamFramer, no limits', HOSTILE_BYTES, (message) =>
    new StreamFramer(UNLIMITED).push(message),
  );
  const values = VALUE_STARTS.flatMap((start) => UNITS.map((unit) => [start, unit] as const));
  const rows = [...READERS].flatMap(([name, reader]) =>
    values.map(([start, unit]) =>
      compare(`${name} ${JSON.stringify([start, unit])}`, HOSTILE_BYTES, (length) => {
        const value = start + unit.repeat(Math.ceil(length / unit.length));
        return () => reader(value);
      }),
    ),
  );
  report('readers of values', rows);
}

measureSamples();
measureHostile();
