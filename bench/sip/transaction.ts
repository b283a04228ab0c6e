/**
 * What transactions cost beside reading and checking the messages: CPU microseconds, and bytes that stay.
 *
 *     node --expose-gc bench/sip/transaction.ts [--rounds N] [--count N]
 *
 * Messages are read beforehand. Each step of a row begins with the messages of its own request, so nothing is found
 * in a cache that a real server would not have.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { MonotonicMs } from '@ringwall/base';
import {
  type Flow,
  Headers,
  parseMessage,
  type RequestDraft,
  respondTo,
  serialiseResponse,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  Transactions,
} from '@ringwall/sip';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, count: { type: 'string', default: '5000' } },
});
const rounds = Number(options.rounds);
const count = Number(options.count);

const LIMITS = { transactions: 2_000_000, serverTransactionsPerSource: 2_000_000, completed: 65_536 };
const SECOND = 1_000;

const flow: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5_060 },
  remote: { address: '192.0.2.7', port: 5_060 },
  connection: 0,
};

const at = (ms: number): MonotonicMs => ms as MonotonicMs;

/** As in the server: drawn by the block, since a draw costs more than the bytes. */
let block = randomBytes(4_096);
let used = 0;
const random = {
  bytes(length: number): Uint8Array {
    if (used + length > block.length) {
      block = randomBytes(4_096);
      used = 0;
    }
    used += length;
    return block.subarray(used - length, used);
  },
};

function table(): Transactions {
  return new Transactions({ now: at(0), random, sentBy: () => '192.0.2.1:5060', limits: LIMITS });
}

function read(bytes: Uint8Array): SipMessage {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) throw new Error(parsed.error.text);
  return parsed.value;
}

function incoming(method: string, index: number, branch: string, toTag = ''): SipRequest {
  const message = read(
    Buffer.from(
      [
        `${method} sip:102@pbx.example.com SIP/2.0`,
        `Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK${branch}${index};rport`,
        'Max-Forwards: 70',
        `From: "Anna" <sip:101@pbx.example.com>;tag=f${index}`,
        `To: <sip:102@pbx.example.com>${toTag}`,
        `Call-ID: ${index}-843817637684230@192.0.2.7`,
        `CSeq: 1826 ${method}`,
        'Contact: <sip:101@192.0.2.7:5060>',
        'User-Agent: Phone/1.0',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    ),
  );
  if (message.kind !== 'request') throw new Error('a response where there should be a request');
  return message;
}

function outgoing(index: number): RequestDraft {
  const headers = new Headers()
    .append('max-forwards', '70')
    .append('from', `<sip:101@pbx.example.com>;tag=f${index}`)
    .append('to', '<sip:102@pbx.example.com>')
    .append('call-id', `${index}-out`)
    .append('cseq', '1 INVITE')
    .append('contact', '<sip:101@192.0.2.1:5060>');
  return { method: 'INVITE', uri: 'sip:102@192.0.2.7:5060', headers, body: new Uint8Array(0) };
}

interface Row {
  readonly name: string;
  /** Gives a fresh table with something to do, prepared off the clock. */
  readonly prepare: (this: void) => {
    readonly run: (this: void) => void;
    readonly transactions: Transactions;
  };
}

const toTag = 'answeredbyus';

const rows: readonly Row[] = [
  {
    name: 'serialise one 200 to a REGISTER (for comparison: contained in the next row)',
    prepare() {
      const requests = Array.from({ length: count }, (_, i) => incoming('REGISTER', i, 'r'));
      const responses = requests.map((request) => respondTo(request, 200, { source: flow.remote, toTag }));
      return {
        transactions: table(),
        run() {
          for (const response of responses) serialiseResponse(response);
        },
      };
    },
  },
  {
    name: 'REGISTER: receive, respondOnce',
    prepare() {
      const transactions = table();
      const requests = Array.from({ length: count }, (_, i) => incoming('REGISTER', i, 'r'));
      const responses = requests.map((request) => respondTo(request, 200, { source: flow.remote, toTag }));
      return {
        transactions,
        run() {
          for (const [i, request] of requests.entries()) {
            transactions.receive(request, flow, at(i));
            transactions.respondOnce(request, flow, responses[i] as (typeof responses)[number], at(i));
          }
        },
      };
    },
  },
  {
    name: 'REGISTER again: receive, answered from memory',
    prepare() {
      const transactions = table();
      const requests = Array.from({ length: count }, (_, i) => incoming('REGISTER', i, 'r'));
      for (const request of requests) {
        const response = respondTo(request, 200, { source: flow.remote, toTag });
        transactions.respondOnce(request, flow, response, at(0));
      }
      const copies = Array.from({ length: count }, (_, i) => incoming('REGISTER', i, 'r'));
      return {
        transactions,
        run() {
          for (const request of copies) transactions.receive(request, flow, at(SECOND));
        },
      };
    },
  },
  {
    name: 'INVITE server: accept, 100, 180, 200, ACK, to its end',
    prepare() {
      const transactions = table();
      const calls = Array.from({ length: count }, (_, i) => {
        const invite = incoming('INVITE', i, 'i');
        const responses = [100, 180, 200].map((status) =>
          respondTo(invite, status, { source: flow.remote, toTag }),
        );
        return { invite, responses, ack: incoming('ACK', i, 'a', `;tag=${toTag}`) };
      });
      return {
        transactions,
        run() {
          for (const [i, { invite, responses, ack }] of calls.entries()) {
            transactions.receive(invite, flow, at(i));
            const id = transactions.accept(invite, flow, at(i));
            if (id === undefined) throw new Error('no room');
            for (const response of responses) transactions.respond(id, response, at(i));
            transactions.receive(ack, flow, at(i));
            transactions.advance(at(i));
          }
          transactions.advance(at(count + 60 * SECOND));
        },
      };
    },
  },
  {
    name: 'INVITE client: request, 100, 180, 200, ACK, to its end',
    prepare() {
      const transactions = table();
      const drafts = Array.from({ length: count }, (_, i) => outgoing(i));
      return {
        transactions,
        run() {
          for (const [i, draft] of drafts.entries()) {
            const { id, effects } = transactions.request(draft, flow, at(i));
            for (const response of answersTo(effects)) transactions.receive(response, flow, at(i));
            const headers = new Headers().appendAll(draft.headers).set('cseq', '1 ACK');
            headers.set('to', `<sip:102@pbx.example.com>;tag=${toTag}`);
            transactions.acknowledge(id, { ...draft, method: 'ACK', headers }, at(i));
            transactions.advance(at(i));
          }
          transactions.advance(at(count + 60 * SECOND));
        },
      };
    },
  },
  {
    name: '… of which the phone, making and reading its three responses',
    prepare() {
      const drafts = Array.from({ length: count }, (_, i) => table().request(outgoing(i), flow, at(0)));
      return {
        transactions: table(),
        run() {
          for (const { effects } of drafts) answersTo(effects);
        },
      };
    },
  },
];

function answersTo(effects: ReturnType<Transactions['request']>['effects']): readonly SipResponse[] {
  const [first] = effects;
  if (first?.do !== 'send') throw new Error('nothing was sent');
  const request = read(first.bytes);
  if (request.kind !== 'request') throw new Error('a response was sent');
  return [100, 180, 200].map((status) => {
    const response = read(serialiseResponse(respondTo(request, status, { toTag })));
    if (response.kind !== 'response') throw new Error('no response was made');
    return response;
  });
}

/** The least of some rounds, since what else runs here only adds. */
function measure({ name, prepare }: Row): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const { run, transactions } = prepare();
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / count);
    const { clientInvite, serverInvite, timers } = transactions.counts();
    if (clientInvite + serverInvite + timers > 0) throw new Error('something is left');
  }
  console.log(`${best.toFixed(2).padStart(7)} ${name}`);
}

/** What one kept answer weighs, its bytes included, with as many REGISTERs as there is room for. */
function weigh(): void {
  if (globalThis.gc === undefined) return;
  const transactions = table();
  const weight = (): number => {
    globalThis.gc?.();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + Math.max(external, arrayBuffers);
  };
  const before = weight();
  for (let i = 0; i < LIMITS.completed; i++) {
    const request = incoming('REGISTER', i, 'w');
    transactions.receive(request, flow, at(i));
    const response = respondTo(request, 200, { source: flow.remote, toTag });
    transactions.respondOnce(request, flow, response, at(i / 8));
  }
  const kept = transactions.counts().answered;
  console.log(
    `${((weight() - before) / kept).toFixed(0).padStart(7)} bytes for each of ${kept} kept answers`,
  );
}

console.log('     us what');
for (const row of rows) measure(row);
weigh();
