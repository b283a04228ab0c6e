import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headers } from '../headers.ts';
import { flowFrom } from '../transaction/testing/messages.ts';
import type { Dialog } from './dialog.ts';
import { ackFor, nextRequest } from './next-request.ts';

const dialog: Dialog = {
  callId: 'call-one',
  localTag: 'ours',
  remoteTag: 'theirs',
  localSeq: 4,
  remoteSeq: 17,
  localAddr: '"Bob" <sip:102@pbx.example>',
  remoteAddr: '<sip:101@pbx.example>',
  remoteTarget: 'sip:101@192.0.2.99:5062',
  routeSet: ['<sip:edge.example;lr>', '<sip:core.example;lr>'],
  state: 'confirmed',
  flow: flowFrom(),
};

test('RFC 3261 12.2.1.1: a request within a dialog', () => {
  const { dialog: next, draft } = nextRequest(dialog, 'BYE');
  assert.deepEqual(next, { ...dialog, localSeq: 5 });
  assert.equal(draft.method, 'BYE');
  assert.equal(draft.uri, 'sip:101@192.0.2.99:5062');
  assert.deepEqual(
    [...draft.headers],
    [
      ['route', '<sip:edge.example;lr>'],
      ['route', '<sip:core.example;lr>'],
      ['max-forwards', '70'],
      ['from', '"Bob" <sip:102@pbx.example>;tag=ours'],
      ['to', '<sip:101@pbx.example>;tag=theirs'],
      ['call-id', 'call-one'],
      ['cseq', '5 BYE'],
    ],
  );
  assert.equal(draft.body.length, 0);
});

test('each request takes the next number', () => {
  const first = nextRequest(dialog, 'INFO');
  const second = nextRequest(first.dialog, 'INFO');
  assert.deepEqual(
    [first, second].map(({ draft }) => draft.headers.get('cseq')),
    ['5 INFO', '6 INFO'],
  );
  assert.equal(dialog.localSeq, 4, 'a dialog is a value');
});

test('Contact, headers and body go behind what belongs to the dialog', () => {
  const headers = new Headers().append('supported', 'timer');
  const body = Buffer.from('v=0');
  const contact = '<sip:102@192.0.2.1>';
  const { draft } = nextRequest(dialog, 'INVITE', { contact, headers, body, contentType: 'application/sdp' });
  assert.deepEqual([...draft.headers].slice(-3), [
    ['contact', contact],
    ['supported', 'timer'],
    ['content-type', 'application/sdp'],
  ]);
  assert.equal(draft.body, body);
});

test('RFC 3261 12.2.1.1: without a route set the request goes to the remote target', () => {
  const { draft } = nextRequest({ ...dialog, routeSet: [] }, 'BYE');
  assert.equal(draft.uri, 'sip:101@192.0.2.99:5062');
  assert.equal(draft.headers.has('route'), false);
});

test('RFC 3261 12.2.1.1: a strict router is named in the request line, and the target goes to the end', () => {
  const routeSet = ['"Old" <sip:strict.example;x=y?h=v>;p=q', '<sip:core.example;lr>'];
  const { draft } = nextRequest({ ...dialog, routeSet }, 'BYE');
  assert.equal(draft.uri, 'sip:strict.example;x=y');
  assert.deepEqual(draft.headers.all('route'), ['<sip:core.example;lr>', '<sip:101@192.0.2.99:5062>']);
});

test('a tag that a peer wrote in quotes is written in quotes again', () => {
  const { draft } = nextRequest({ ...dialog, remoteTag: 'a;b="c' }, 'BYE');
  assert.equal(draft.headers.get('to'), '<sip:101@pbx.example>;tag="a;b=\\"c"');
});

test('a peer without a tag gets none', () => {
  const { draft } = nextRequest({ ...dialog, remoteTag: '' }, 'BYE');
  assert.equal(draft.headers.get('to'), '<sip:101@pbx.example>');
});

test('RFC 3261 13.2.2.4: the ACK has the number of its INVITE and the route of the dialog, and takes no number', () => {
  const ack = ackFor({ ...dialog, localSeq: 9 }, 4, {
    body: Buffer.from('v=0'),
    contentType: 'application/sdp',
  });
  assert.equal(ack.method, 'ACK');
  assert.equal(ack.headers.get('cseq'), '4 ACK');
  assert.equal(ack.uri, 'sip:101@192.0.2.99:5062');
  assert.deepEqual(ack.headers.all('route'), dialog.routeSet);
  assert.equal(ack.headers.get('content-type'), 'application/sdp');
});

test('an ACK or a CANCEL as the next request is a mistake, and so is a number past the last', () => {
  assert.throws(() => nextRequest(dialog, 'ACK'), /ACK or a CANCEL/);
  assert.throws(() => nextRequest(dialog, 'CANCEL'), /ACK or a CANCEL/);
  assert.equal(nextRequest({ ...dialog, localSeq: 2 ** 31 - 2 }, 'BYE').dialog.localSeq, 2 ** 31 - 1);
  assert.throws(() => nextRequest({ ...dialog, localSeq: 2 ** 31 - 1 }, 'BYE'), /CSeq/);
});
