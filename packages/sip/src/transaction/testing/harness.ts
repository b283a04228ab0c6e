import assert from 'node:assert/strict';
import type { Flow } from '../../flow.ts';
import type { SipMessage, SipRequest } from '../../message.ts';
import type { TransactionEffect, TransactionEvent, TransactionId } from '../events.ts';
import { Transactions, type TransactionsOptions } from '../transactions.ts';
import { at, flowFrom, read, SeededRandom } from './messages.ts';

export const UDP = flowFrom();
export const TCP = flowFrom('192.0.2.99', 'tcp', 40_000);

/** A table whose clock starts at 0. */
export function newTable(options: Partial<TransactionsOptions> = {}): Transactions {
  return new Transactions({
    now: at(0),
    random: new SeededRandom(7),
    sentBy: ({ local }) => `${local.address}:${local.port}`,
    ...options,
  });
}

/** The messages that are to be sent, read back. */
export function sent(effects: readonly TransactionEffect[]): SipMessage[] {
  return effects.flatMap((effect) => (effect.do === 'send' ? [read(effect.bytes)] : []));
}

/** `INVITE`, or `200`, for each message that is to be sent. */
export function sentNames(effects: readonly TransactionEffect[]): string[] {
  return sent(effects).map((message) =>
    message.kind === 'request' ? message.method : String(message.status),
  );
}

export function told(effects: readonly TransactionEffect[]): TransactionEvent[] {
  return effects.flatMap((effect) => (effect.do === 'tell' ? [effect.event] : []));
}

/** The kind of each event that is told. */
export function toldKinds(effects: readonly TransactionEffect[]): string[] {
  return told(effects).map((event) => event.kind);
}

/** Lets time pass, timer by timer, and gives what each instant brought. */
export function runUntil(
  table: Transactions,
  end: number,
): { readonly atMs: number; readonly effects: TransactionEffect[] }[] {
  const log: { readonly atMs: number; readonly effects: TransactionEffect[] }[] = [];
  for (let next = table.nextAt(); next !== undefined && next <= end; next = table.nextAt()) {
    const effects = table.advance(next);
    if (effects.length > 0) log.push({ atMs: next, effects });
  }
  return log;
}

/** How many transactions, ways to find them, kept answers and timers there are. */
export function leftovers(table: Transactions): number {
  const { clientInvite, clientNonInvite, serverInvite, serverNonInvite, answered, timers } = table.counts();
  const open = clientInvite + clientNonInvite + serverInvite + serverNonInvite;
  return open + table.entries + answered + timers;
}

/** For a test that wants an id to be there. */
export function given(id: TransactionId | undefined): TransactionId {
  if (id === undefined) throw new Error('no transaction was made');
  return id;
}

/** A request comes that belongs to nothing, and is taken as one to be answered. */
export function arrive(table: Transactions, message: SipRequest, flow: Flow = UDP, now = 0): TransactionId {
  assert.deepEqual(toldKinds(table.receive(message, flow, at(now))), ['request']);
  return given(table.accept(message, flow, at(now)));
}
