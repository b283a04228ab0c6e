import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { respondTo } from '../compose/respond-to.ts';
import { serialiseResponse } from '../compose/serialise.ts';
import type { Flow } from '../flow.ts';
import type { SipRequest } from '../message.ts';
import type { TransactionEffect, TransactionId } from './events.ts';
import { leftovers, newTable, runUntil } from './testing/harness.ts';
import { answer, at, draft, flowFrom, read, readResponse, request } from './testing/messages.ts';

const FLOWS: readonly Flow[] = [
  flowFrom(),
  flowFrom('192.0.2.99', 'udp', 61_000),
  flowFrom('203.0.113.66'),
  flowFrom('192.0.2.99', 'tcp', 40_000),
  flowFrom('192.0.2.99', 'tls', 40_001),
];

/** Few values of each kind, so that they meet. */
const message = fc.record({
  method: fc.constantFrom('INVITE', 'INVITE', 'ACK', 'ACK', 'CANCEL', 'BYE', 'MESSAGE', 'invite'),
  branch: fc.constantFrom('z9hG4bKone', 'z9hG4bKtwo', 'z9hg4bkold', 'old', '__proto__'),
  fromTag: fc.constantFrom('anna', 'toString'),
  callId: fc.constantFrom('call', '__proto__'),
  cseq: fc.integer({ min: 0, max: 2 }),
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('request'),
      message,
      toTag: fc.constantFrom(undefined, 'bob', 'bob', 'nobody'),
      flow: fc.nat(FLOWS.length - 1),
      /** What the user makes of it, if it is told. */
      user: fc.constantFrom('accept', 'accept', 'once', 'stateless', 'drop'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('respond'),
      which: fc.nat(8),
      status: fc.constantFrom(100, 180, 200, 202, 408, 486, 699),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('response'),
      which: fc.nat(8),
      status: fc.constantFrom(100, 183, 200, 302, 486),
      toTag: fc.constantFrom('desk', 'mobile'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ours'), invite: fc.boolean(), flow: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cancel', 'acknowledge'), which: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close'), flow: fc.nat(FLOWS.length - 1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.nat(9_000) }) },
);

test('whatever peers send in whatever order, nothing throws, events belong to something, and nothing is left', () => {
  let events = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const table = newTable({ limits: { serverTransactionsPerSource: 4, completed: 3 } });
      const accepted: { readonly id: TransactionId; readonly request: SipRequest }[] = [];
      const ours: { readonly id: TransactionId; readonly sent: SipRequest; readonly invite: boolean }[] = [];
      const known = new Set<TransactionId>();
      const once = new Set<string>();
      let now = 0;

      const check = (effects: readonly TransactionEffect[]): void => {
        for (const effect of effects) {
          if (effect.do === 'send') {
            read(effect.bytes);
            continue;
          }
          events++;
          const { event } = effect;
          if (event.kind === 'request') continue;
          assert.ok(known.has(event.transaction), event.kind);
          if (event.kind === 'response') continue;
          // An INVITE ends acknowledged or not, a request of ours in vain or not: once.
          const what = event.kind === 'cancel' ? 'cancel' : 'end';
          assert.ok(!once.has(`${event.transaction} ${what}`), `${event.kind} after an end`);
          once.add(`${event.transaction} ${what}`);
        }
      };

      for (const action of steps) {
        if (action.do === 'pass') {
          now += action.ms;
          check(table.advance(at(now)));
        } else if (action.do === 'close') {
          check(table.flowClosed(FLOWS[action.flow] as Flow, at(now)));
        } else if (action.do === 'ours') {
          const { id, effects } = table.request(
            draft(action.invite ? 'INVITE' : 'OPTIONS'),
            FLOWS[action.flow] as Flow,
            at(now),
          );
          known.add(id);
          check(effects);
          const [first] = effects;
          assert.ok(first?.do === 'send');
          const sent = read(first.bytes);
          assert.ok(sent.kind === 'request');
          ours.push({ id, sent, invite: action.invite });
        } else if (action.do === 'request') {
          const flow = FLOWS[action.flow] as Flow;
          const { toTag } = action;
          const incoming = request({ ...action.message, ...(toTag === undefined ? {} : { toTag }) });
          const effects = table.receive(incoming, flow, at(now));
          check(effects);
          if (!effects.some((effect) => effect.do === 'tell' && effect.event.kind === 'request')) continue;
          assert.ok(incoming.method !== 'ACK' && incoming.method !== 'CANCEL');
          if (action.user === 'accept') {
            const id = table.accept(incoming, flow, at(now));
            if (id === undefined) continue;
            assert.ok(!known.has(id), 'an id that was there already');
            known.add(id);
            accepted.push({ id, request: incoming });
          } else if (action.user === 'once' && incoming.method !== 'INVITE') {
            check(table.respondOnce(incoming, flow, answer(incoming, 200), at(now)));
          } else if (action.user === 'stateless') {
            check(table.respondStateless(incoming, flow, answer(incoming, 401)));
          }
        } else if (action.do === 'respond') {
          const target = accepted[action.which];
          if (target === undefined) continue;
          check(table.respond(target.id, answer(target.request, action.status), at(now)));
        } else {
          const target = ours[action.which];
          if (target === undefined) continue;
          if (action.do === 'response') {
            const { status, toTag } = action;
            const response = readResponse(serialiseResponse(respondTo(target.sent, status, { toTag })));
            check(table.receive(response, FLOWS[0] as Flow, at(now)));
          } else if (target.invite && action.do === 'cancel') {
            check(table.cancel(target.id, at(now)));
          } else if (target.invite && action.do === 'acknowledge') {
            const ack = draft('ACK');
            ack.headers.set('to', '<sip:102@192.0.2.99>;tag=desk');
            check(table.acknowledge(target.id, ack, at(now)));
          }
        }
      }

      // Users that do their part leave nothing behind, whatever the peers do.
      for (const { id, request: asked } of accepted) check(table.respond(id, answer(asked, 500), at(now)));
      for (const { id, invite } of ours) if (invite) check(table.cancel(id, at(now)));
      for (const { effects } of runUntil(table, now + 1_000_000)) check(effects);
      assert.equal(leftovers(table), 0, JSON.stringify(table.counts()));
    }),
    { numRuns: 500 },
  );
  assert.ok(events > 1_000, `only ${events} events`);
});
