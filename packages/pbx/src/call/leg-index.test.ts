import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransactionId } from '@ringwall/sip';
import type { Trunk } from '../snapshot/trunk.ts';
import { openLeg, stepContext } from '../testing/parts.ts';
import type { CallId } from './call-record.ts';
import type { Leg } from './leg.ts';
import { LegIndex } from './leg-index.ts';

const [first, second] = ['one' as CallId, 'two' as CallId];
const transaction = (name: string): TransactionId => name as TransactionId;

function withTag(leg: Leg, remoteTag: string): Leg {
  assert.ok(leg.dialog !== undefined);
  return { ...leg, dialog: { ...leg.dialog, remoteTag } };
}

test('a leg is found by each of its dialogs, and by its transactions, wherever it moves', () => {
  const leg = openLeg(stepContext());
  const index = new LegIndex();
  index.note(first, leg);
  index.note(second, withTag(leg, 'fork'));
  index.note(second, leg);
  const tag = leg.dialog?.localTag ?? '';
  assert.equal(index.find('call', tag, 'theirs'), leg.id);
  assert.equal(index.find('call', tag, 'fork'), leg.id);
  assert.equal(index.find('call', 'theirs', tag), undefined);
  assert.equal(index.callOf(leg.id), second);
  index.sent(leg.id, 'reinvite', transaction('c1'), 'INVITE');
  index.invited(leg.id, transaction('s1'));
  assert.deepEqual(index.sentBy(transaction('c1')), { leg: leg.id, purpose: 'reinvite' });
  assert.equal(index.invitedBy(transaction('s1')), leg.id);
  assert.equal(index.inviteOf(leg.id), 'c1');
});

test('a long call does not gather its finished transactions, and nothing is left of a leg that is forgotten', () => {
  const leg = openLeg(stepContext());
  const index = new LegIndex();
  index.note(first, leg);
  for (let i = 0; i < 1_000; i++) {
    index.sent(leg.id, 'reinvite', transaction(`c${i}`), 'INVITE');
    index.invited(leg.id, transaction(`s${i}`));
    if (i < 999) for (const id of [`c${i}`, `s${i}`]) index.settled(transaction(id));
  }
  const left = {
    legs: 1,
    extensions: 1,
    dialogs: 1,
    outsideTags: 0,
    clientTransactions: 1,
    serverTransactions: 1,
  };
  assert.deepEqual(index.leftovers(), left);
  index.forget(leg.id);
  assert.deepEqual(Object.values(index.leftovers()), [0, 0, 0, 0, 0, 0]);
});

test('our tag in a dialog with somebody outside is known as long as the leg is, and no phone of the house has one', () => {
  const inside = openLeg(stepContext());
  const trunk = { name: 'acme' } as unknown as Trunk;
  const outside: Leg = { ...inside, party: { kind: 'outside', trunk, number: '', name: '' } };
  const tag = inside.dialog?.localTag ?? '';
  const index = new LegIndex();
  index.note(first, inside);
  assert.equal(index.isOutsideTag(tag), false);
  index.forget(inside.id);
  index.note(first, outside);
  index.note(first, withTag(outside, 'fork'));
  assert.equal(index.isOutsideTag(tag), true);
  index.forget(outside.id);
  assert.equal(index.isOutsideTag(tag), false);
  assert.equal(index.leftovers()['outsideTags'], 0);
});
