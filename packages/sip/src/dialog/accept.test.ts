import assert from 'node:assert/strict';
import { test } from 'node:test';
import { respondTo } from '../compose/respond-to.ts';
import { serialiseRequest, serialiseResponse } from '../compose/serialise.ts';
import { Headers } from '../headers.ts';
import type { SipResponse } from '../message.ts';
import { draft, flowFrom, readRequest, readResponse, request } from '../transaction/testing/messages.ts';
import { acceptRequest, acceptResponse } from './accept.ts';
import { uasDialog } from './establish.ts';

const contact = 'Contact: <sip:101@192.0.2.99:5062>';
const dialog = uasDialog({
  request: request({ cseq: 10, more: [contact] }),
  localTag: 'ours',
  flow: flowFrom(),
});
const moved = 'Contact: <sip:101@192.0.2.99:6000;x=y>';

function response(method: string, status: number): SipResponse {
  const invite = readRequest(serialiseRequest(draft(method), 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa'));
  const headers = new Headers().append('contact', '<sip:new@192.0.2.99>');
  return readResponse(serialiseResponse(respondTo(invite, status, { toTag: 'theirs', headers })));
}

test('RFC 3261 12.2.2: a higher number is taken, gaps and all', () => {
  for (const cseq of [11, 500, 2 ** 31 - 1]) {
    const next = acceptRequest(dialog, request({ method: 'BYE', cseq, toTag: 'ours' }));
    assert.deepEqual(next, { ok: true, value: { ...dialog, remoteSeq: cseq } });
  }
});

test('RFC 3261 12.2.2: a lower number is out of order, and so is one that was there already', () => {
  for (const cseq of [0, 1, 9, 10]) {
    const next = acceptRequest(dialog, request({ method: 'BYE', cseq, toTag: 'ours' }));
    assert.deepEqual(next, { ok: false, error: 'out-of-order' });
  }
});

test('RFC 3261 12.2.2: in a dialog that we began, the first request of the other side may have any number', () => {
  const ours = { ...dialog, remoteSeq: undefined };
  const next = acceptRequest(ours, request({ method: 'BYE', cseq: 0, toTag: 'ours' }));
  assert.equal(next.ok && next.value.remoteSeq, 0);
});

test('an ACK has the number of its INVITE and changes nothing', () => {
  const ack = request({ method: 'ACK', cseq: 10, toTag: 'ours', more: [moved] });
  assert.deepEqual(acceptRequest(dialog, ack), { ok: true, value: dialog });
});

test('RFC 3261 12.2.2: a target refresh request brings a new remote target, and no other request does', () => {
  const targetAfter = (method: string, more: readonly string[]): string | undefined => {
    const next = acceptRequest(dialog, request({ method, cseq: 11, toTag: 'ours', more }));
    return next.ok ? next.value.remoteTarget : undefined;
  };
  for (const method of ['INVITE', 'UPDATE', 'REFER', 'SUBSCRIBE', 'NOTIFY']) {
    assert.equal(targetAfter(method, [moved]), 'sip:101@192.0.2.99:6000;x=y', method);
  }
  for (const method of ['BYE', 'INFO', 'PRACK', 'OPTIONS', 'MESSAGE']) {
    assert.equal(targetAfter(method, [moved]), 'sip:101@192.0.2.99:5062', method);
  }
  assert.equal(targetAfter('INVITE', []), 'sip:101@192.0.2.99:5062');
  assert.equal(targetAfter('INVITE', ['Contact: *']), 'sip:101@192.0.2.99:5062');
});

test('neither the route set nor the flow follows a request', () => {
  const more = [moved, 'Record-Route: <sip:evil.example;lr>'];
  const next = acceptRequest(dialog, request({ cseq: 11, toTag: 'ours', more }));
  assert.ok(next.ok);
  assert.deepEqual(next.value.routeSet, dialog.routeSet);
  assert.equal(next.value.flow, dialog.flow);
});

test('RFC 3261 12.2.1.2: a 2xx to a target refresh request brings a new remote target, and nothing else does', () => {
  assert.equal(acceptResponse(dialog, response('INVITE', 200)).remoteTarget, 'sip:new@192.0.2.99');
  assert.equal(acceptResponse(dialog, response('UPDATE', 200)).remoteTarget, 'sip:new@192.0.2.99');
  for (const other of [response('INVITE', 180), response('INVITE', 488), response('INFO', 200)]) {
    assert.equal(acceptResponse(dialog, other), dialog);
  }
});
