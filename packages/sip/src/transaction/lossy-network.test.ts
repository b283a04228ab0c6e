import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import type { Flow, Transport } from '../flow.ts';
import { Headers } from '../headers.ts';
import type { SipRequest } from '../message.ts';
import type { TransactionEffect, TransactionEvent, TransactionId } from './events.ts';
import { leftovers } from './testing/harness.ts';
import { answer, at, draft, read, SeededRandom } from './testing/messages.ts';
import { Transactions } from './transactions.ts';

/**
 * Packets take less than T1: the last copy of a request goes out T1 before its sender gives up, and one that took
 * longer would come after Timer J or H, when the request is a new one by right.
 */
interface Conditions {
  readonly seed: number;
  readonly transport: Transport;
  /** Of each packet, from 0 to 1. */
  readonly loss: number;
  /** Of each packet that is not lost. */
  readonly duplication: number;
  readonly delayMs: readonly [least: number, most: number];
}

type Outcome = string;

/** What became of one request of the client. */
interface Exchange {
  readonly method: string;
  readonly events: Outcome[];
}

/** Two tables and a network between them, in a time of its own. */
class World {
  readonly #conditions: Conditions;
  readonly #random: SeededRandom;
  readonly #queue: { readonly dueAt: number; readonly order: number; readonly run: () => void }[] = [];
  readonly client: Transactions;
  readonly server: Transactions;
  readonly exchanges = new Map<TransactionId, Exchange>();
  /** Events of the server side, by Call-ID and method. */
  readonly served = new Map<string, Outcome[]>();
  readonly #servedById = new Map<TransactionId, { readonly request: SipRequest; readonly log: Outcome[] }>();
  now = 0;
  packets = 0;
  #order = 0;

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
    this.#random = new SeededRandom(conditions.seed);
    const options = { now: at(0), sentBy: ({ local }: Flow) => `${local.address}:${local.port}` };
    this.client = new Transactions({ ...options, random: new SeededRandom(conditions.seed + 1_000_000) });
    this.server = new Transactions({ ...options, random: new SeededRandom(conditions.seed + 2_000_000) });
  }

  get instant(): MonotonicMs {
    return at(this.now);
  }

  after(ms: number, run: () => void): void {
    this.#queue.push({ dueAt: this.now + ms, order: this.#order++, run });
  }

  between(least: number, most: number): number {
    return Math.round(least + this.#random.fraction() * (most - least));
  }

  chance(of: number): boolean {
    return this.#random.fraction() < of;
  }

  /** Runs until nothing is on its way, planned or timed. */
  run(): void {
    for (let i = 0; i < 1_000_000; i++) {
      this.#queue.sort((a, b) => a.dueAt - b.dueAt || a.order - b.order);
      const instants = [this.#queue[0]?.dueAt, this.client.nextAt(), this.server.nextAt()];
      const next = Math.min(...instants.filter((instant) => instant !== undefined));
      if (next === Number.POSITIVE_INFINITY) return;
      this.now = Math.max(this.now, next);
      if (this.#queue[0] !== undefined && this.#queue[0].dueAt <= this.now) this.#queue.shift()?.run();
      this.perform('client', this.client.advance(this.instant));
      this.perform('server', this.server.advance(this.instant));
    }
    assert.fail('it never ends');
  }

  flow(of: 'client' | 'server'): Flow {
    const { transport } = this.#conditions;
    const connection = transport === 'udp' ? 0 : 1;
    const [client, server] = [
      { address: '192.0.2.1', port: 5_060 },
      { address: '192.0.2.2', port: 5_060 },
    ];
    return of === 'client'
      ? { transport, connection, local: client, remote: server }
      : { transport, connection, local: server, remote: client };
  }

  perform(side: 'client' | 'server', effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.#transmit(side === 'client' ? 'server' : 'client', effect.bytes);
      else if (side === 'client') this.#clientEvent(effect.event);
      else this.#serverEvent(effect.event);
    }
  }

  #transmit(to: 'client' | 'server', bytes: Uint8Array): void {
    this.packets++;
    const { loss, duplication, delayMs } = this.#conditions;
    if (this.chance(loss)) return;
    for (let copies = this.chance(duplication) ? 2 : 1; copies > 0; copies--) {
      this.after(this.between(...delayMs), () => {
        const message = read(bytes);
        this.perform(to, this[to].receive(message, this.flow(to), this.instant));
      });
    }
  }

  /** Sends a request, and cancels an INVITE after a while. */
  begin(method: string, callId: string, cancelAfterMs: number): void {
    const request = draft(method);
    request.headers.set('call-id', callId);
    const { id, effects } = this.client.request(request, this.flow('client'), this.instant);
    this.exchanges.set(id, { method, events: [] });
    this.perform('client', effects);
    if (method !== 'INVITE') return;
    this.after(cancelAfterMs, () => this.perform('client', this.client.cancel(id, this.instant)));
  }

  #clientEvent(event: TransactionEvent): void {
    assert.ok(event.kind === 'response' || event.kind === 'timeout', `the client is told ${event.kind}`);
    const exchange = this.exchanges.get(event.transaction);
    assert.ok(exchange !== undefined, 'an event for nothing');
    if (event.kind === 'timeout') {
      exchange.events.push('timeout');
      return;
    }
    const { response } = event;
    exchange.events.push(String(response.status));
    if (exchange.method !== 'INVITE' || response.status < 200 || response.status > 299) return;
    const ack = draft('ACK', 1, new Headers());
    ack.headers.set('call-id', response.callId).set('to', response.headers.get('to') ?? '');
    this.after(this.between(0, 900), () => {
      this.perform('client', this.client.acknowledge(event.transaction, ack, this.instant));
    });
  }

  #serverEvent(event: TransactionEvent): void {
    if (event.kind === 'request') {
      this.#serve(event.request, event.flow);
      return;
    }
    const served = this.#servedById.get(event.transaction);
    assert.ok(served !== undefined, 'an event for nothing');
    served.log.push(event.kind);
    if (event.kind === 'cancel') this.#respond(event.transaction, 487);
  }

  #serve(request: SipRequest, flow: Flow): void {
    const key = `${request.method} ${request.callId}`;
    const log = this.served.get(key) ?? [];
    this.served.set(key, log);
    log.push('request');
    if (request.method === 'REGISTER') {
      const response = answer(request, 200);
      this.perform('server', this.server.respondOnce(request, flow, response, this.instant));
      return;
    }
    const id = this.server.accept(request, flow, this.instant);
    assert.ok(id !== undefined);
    this.#servedById.set(id, { request, log });
    if (request.method === 'INVITE') {
      this.#respond(id, 100);
      this.after(this.between(0, 1_000), () => this.#respond(id, 180));
      this.after(this.between(500, 20_000), () => this.#respond(id, this.chance(0.6) ? 200 : 486));
    } else {
      this.after(this.between(0, 4_000), () => this.#respond(id, 200));
    }
  }

  #respond(id: TransactionId, status: number): void {
    const served = this.#servedById.get(id);
    assert.ok(served !== undefined);
    const effects = this.server.respond(id, answer(served.request, status), this.instant);
    if (effects.length > 0) served.log.push(String(status));
    this.perform('server', effects);
  }
}

const isFinal = (outcome: Outcome): boolean => outcome === 'timeout' || /^[2-6]\d\d$/.test(outcome);

/** Eight exchanges at once, to their end. */
function play(conditions: Conditions): World {
  const world = new World(conditions);
  for (let i = 0; i < 4; i++) {
    const cancelAfterMs = world.chance(0.3) ? world.between(0, 10_000) : 100_000;
    world.after(world.between(0, 500), () => world.begin('INVITE', `invite-${i}`, cancelAfterMs));
  }
  world.after(0, () => world.begin('MESSAGE', 'message', 0));
  world.after(100, () => world.begin('BYE', 'bye', 0));
  world.after(200, () => world.begin('REGISTER', 'register-1', 0));
  world.after(300, () => world.begin('REGISTER', 'register-2', 0));
  world.run();
  return world;
}

function checkAll(world: World, seed: number): void {
  const story = (): string =>
    `seed ${seed}\n${JSON.stringify([...world.exchanges.values()])}\n${JSON.stringify([...world.served])}`;
  assert.equal(world.exchanges.size, 8, story());
  for (const { events } of world.exchanges.values()) {
    assert.equal(events.filter(isFinal).length, 1, `not one end: ${story()}`);
    assert.ok(isFinal(events.at(-1) ?? ''), `the end is not the end: ${story()}`);
  }
  for (const [key, log] of world.served) {
    assert.equal(log.filter((entry) => entry === 'request').length, 1, `a request told twice: ${story()}`);
    assert.ok(log.filter((entry) => entry === 'cancel').length <= 1, `a CANCEL told twice: ${story()}`);
    if (!key.startsWith('INVITE')) continue;
    const ends = log.filter((entry) => entry === 'ack' || entry === 'no-ack').length;
    // The ACK for a refusal is told to nobody.
    if (log.includes('200')) assert.equal(ends, 1, `a 2xx neither acknowledged nor missed: ${story()}`);
    else assert.ok(ends === 0 || log.at(-1) === 'no-ack', story());
  }
  for (const table of [world.client, world.server]) {
    assert.equal(leftovers(table), 0, `something is left: ${JSON.stringify(table.counts())} ${story()}`);
    assert.equal(table.nextAt(), undefined, story());
  }
}

test('a bad network: every request ends once, is told once, and nothing is left', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const world = play({ seed, transport: 'udp', loss: 0.3, duplication: 0.2, delayMs: [5, 480] });
    checkAll(world, seed);
  }
});

test('a terrible network: the same holds when most packets are lost', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const world = play({ seed, transport: 'udp', loss: 0.75, duplication: 0.3, delayMs: [5, 480] });
    checkAll(world, seed);
  }
});

test('a usual network: every ACK arrives, and no request times out', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const world = play({ seed, transport: 'udp', loss: 0.1, duplication: 0.1, delayMs: [5, 60] });
    checkAll(world, seed);
    const outcomes = [...world.exchanges.values()].flatMap(({ events }) => events);
    assert.equal(outcomes.includes('timeout'), false, `seed ${seed}`);
    for (const [key, log] of world.served) {
      assert.equal(log.includes('no-ack'), false, `seed ${seed}: ${key} ${log.join(' ')}`);
    }
  }
});

test('a stream: nothing is lost, and nothing is sent twice but a 2xx whose ACK takes its time', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const world = play({ seed, transport: 'tcp', loss: 0, duplication: 0, delayMs: [20, 20] });
    checkAll(world, seed);
    assert.equal(world.client.counts().retransmissionsSent, 0);
    assert.equal(world.server.counts().retransmissionsAbsorbed, 0);
  }
});

test('total loss: Timers B and F end all within 64*T1', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new World({ seed, transport: 'udp', loss: 1, duplication: 0, delayMs: [0, 0] });
    for (const method of ['INVITE', 'BYE', 'REGISTER', 'MESSAGE']) world.begin(method, method, 1_000);
    world.run();
    assert.equal(world.now, 32_000);
    for (const { events } of world.exchanges.values()) assert.deepEqual(events, ['timeout']);
    assert.equal(leftovers(world.client), 0);
  }
});

test('loss from then on: Timer H ends an INVITE whose answer is never acknowledged, within 64*T1', () => {
  for (const status of [200, 486]) {
    const server = new Transactions({
      now: at(0),
      random: new SeededRandom(1),
      sentBy: () => '192.0.2.2:5060',
    });
    const world = new World({ seed: 1, transport: 'udp', loss: 0, duplication: 0, delayMs: [0, 0] });
    const { effects } = world.client.request(draft('INVITE'), world.flow('client'), at(0));
    const [invite] = effects.flatMap((effect) => (effect.do === 'send' ? [read(effect.bytes)] : []));
    assert.ok(invite?.kind === 'request');
    const id = server.accept(invite, world.flow('server'), at(0));
    assert.ok(id !== undefined);
    server.respond(id, answer(invite, status), at(10_000));
    let last: readonly TransactionEffect[] = [];
    let endedAt = 0;
    for (let next = server.nextAt(); next !== undefined; next = server.nextAt()) {
      last = server.advance(next);
      endedAt = next;
    }
    assert.equal(endedAt, 42_000);
    assert.deepEqual(last, [{ do: 'tell', event: { kind: 'no-ack', transaction: id } }]);
    assert.equal(leftovers(server), 0);
  }
});
