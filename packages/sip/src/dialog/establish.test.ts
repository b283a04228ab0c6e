import assert from 'node:assert/strict';
import { test } from 'node:test';
import { respondTo } from '../compose/respond-to.ts';
import { serialiseRequest, serialiseResponse } from '../compose/serialise.ts';
import { Headers } from '../headers.ts';
import type { SipResponse } from '../message.ts';
import { draft, flowFrom, readRequest, readResponse, request } from '../transaction/testing/messages.ts';
import type { Dialog } from './dialog.ts';
import { type DialogRequest, uacDialog, uasDialog } from './establish.ts';

const flow = flowFrom();

const invitation: DialogRequest = {
  requestUri: 'sip:102@192.0.2.99:5060',
  callId: 'call-two',
  localTag: 'pbx',
  localAddr: '"Anna" <sip:101@pbx.example>',
  remoteAddr: '<sip:102@pbx.example>',
};

function response(
  status: number,
  toTag: string,
  lines: readonly [string, string][] = [],
  cseq = 1,
): SipResponse {
  const invite = readRequest(
    serialiseRequest(draft('INVITE', cseq), 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa'),
  );
  const headers = new Headers();
  for (const [name, value] of lines) headers.append(name, value);
  return readResponse(serialiseResponse(respondTo(invite, status, { toTag, headers })));
}

test('RFC 3261 12.1.1: the dialog of a request that came to us', () => {
  const invite = request({
    cseq: 42,
    more: [
      'Record-Route: <sip:edge.example;lr>, <sip:core.example;lr>',
      'Contact: "Desk" <sip:101@192.0.2.99:5062;transport=udp;line=Ab7>;expires=60',
    ],
  });
  assert.deepEqual(uasDialog({ request: invite, localTag: 'ours', flow }), {
    callId: 'call-one',
    localTag: 'ours',
    remoteTag: 'anna',
    localSeq: 0,
    remoteSeq: 42,
    localAddr: '<sip:102@pbx.example>',
    remoteAddr: '"Anna" <sip:101@pbx.example>',
    remoteTarget: 'sip:101@192.0.2.99:5062;transport=udp;line=Ab7',
    routeSet: ['<sip:edge.example;lr>', '<sip:core.example;lr>'],
    state: 'early',
    flow,
  } satisfies Dialog);
});

test('who we are in a dialog, and its state, can be said', () => {
  const parts = { request: request(), localTag: 'ours', flow } as const;
  const dialog = uasDialog({ ...parts, localAddr: '<sip:600@pbx.example>', state: 'confirmed' });
  assert.equal(dialog.localAddr, '<sip:600@pbx.example>');
  assert.equal(dialog.state, 'confirmed');
});

test('without a proper Contact the From stands in as the name of the other side', () => {
  for (const more of [[], ['Contact: <nothing at all>'], ['Contact: *']]) {
    const dialog = uasDialog({ request: request({ more }), localTag: 'ours', flow });
    assert.equal(dialog.remoteTarget, 'sip:101@pbx.example');
  }
});

test('RFC 3261 12.1.1: a caller of before RFC 3261 may have no tag', () => {
  const old = request();
  const from = { ...old.from, params: new Map<string, string>() };
  assert.equal(uasDialog({ request: { ...old, from }, localTag: 'ours', flow }).remoteTag, '');
});

test('RFC 3261 12.1.2: a 1xx with a To tag begins an early dialog, its routes in reverse', () => {
  const ringing = response(180, 'desk', [
    ['record-route', '<sip:core.example;lr>'],
    ['record-route', '<sip:edge.example;lr>'],
    ['contact', 'sip:102@192.0.2.99:5070;q=1'],
  ]);
  assert.deepEqual(uacDialog({ invitation, response: ringing, flow }), {
    callId: 'call-two',
    localTag: 'pbx',
    remoteTag: 'desk',
    localSeq: 1,
    remoteSeq: undefined,
    localAddr: '"Anna" <sip:101@pbx.example>',
    remoteAddr: '<sip:102@pbx.example>',
    remoteTarget: 'sip:102@192.0.2.99:5070',
    routeSet: ['<sip:edge.example;lr>', '<sip:core.example;lr>'],
    state: 'early',
    flow,
  } satisfies Dialog);
});

test('RFC 3261 13.2.2.4: a 2xx confirms the dialog of its fork; numbers go on, routes and target are those of the 2xx', () => {
  const ringing = response(183, 'desk', [
    ['record-route', '<sip:old.example;lr>'],
    ['contact', '<sip:old@192.0.2.99>'],
  ]);
  const early = { ...uacDialog({ invitation, response: ringing, flow }), localSeq: 3, remoteSeq: 9 };
  const ok = response(200, 'desk', [['contact', '<sip:new@192.0.2.99>']]);
  const confirmed = uacDialog({ invitation, response: ok, flow, early });
  assert.equal(confirmed.state, 'confirmed');
  assert.equal(confirmed.localSeq, 3, 'a PRACK has used 2 and 3');
  assert.equal(confirmed.remoteSeq, 9);
  assert.equal(confirmed.remoteTarget, 'sip:new@192.0.2.99');
  assert.deepEqual(confirmed.routeSet, []);
});

test('a 2xx of another fork begins a dialog of its own', () => {
  const early = {
    ...uacDialog({ invitation, response: response(180, 'desk'), flow }),
    localSeq: 3,
    remoteSeq: 9,
  };
  const other = uacDialog({ invitation, response: response(200, 'mobile'), flow, early });
  assert.equal(other.remoteTag, 'mobile');
  assert.equal(other.localSeq, 1);
  assert.equal(other.remoteSeq, undefined);
});

test('a response without a Contact leaves the target as it was: that of the early dialog, or of the INVITE', () => {
  const bare = response(200, 'desk');
  assert.equal(uacDialog({ invitation, response: bare, flow }).remoteTarget, 'sip:102@192.0.2.99:5060');
  const ringing = response(180, 'desk', [['contact', '<sip:desk@192.0.2.99>']]);
  const early = uacDialog({ invitation, response: ringing, flow });
  assert.equal(uacDialog({ invitation, response: bare, flow, early }).remoteTarget, 'sip:desk@192.0.2.99');
});

test('the number of an INVITE that was sent anew, after a 401 or 422, is where the numbers go on', () => {
  assert.equal(uacDialog({ invitation, response: response(200, 'desk', [], 2), flow }).localSeq, 2);
});

test('a Record-Route that is no address is left out', () => {
  const ok = response(200, 'desk', [
    ['record-route', '<sip:core.example;lr>'],
    ['record-route', 'nonsense'],
  ]);
  assert.deepEqual(uacDialog({ invitation, response: ok, flow }).routeSet, ['<sip:core.example;lr>']);
});
