import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audioTarget, bodyOf, fields, sessionDescription, uriIn } from './text.ts';

const MESSAGE = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP a;branch=z9hG4bK1',
  'via: SIP/2.0/UDP b;branch=z9hG4bK2',
  'Contact: <sip:101@127.0.0.1:5060;transport=udp>;expires=60',
  '',
  'Via: not a header',
].join('\r\n');

test('fields of a name come in order, whatever the case of the name, and not from the body', () => {
  assert.deepEqual(fields(MESSAGE, 'Via'), [
    'SIP/2.0/UDP a;branch=z9hG4bK1',
    'SIP/2.0/UDP b;branch=z9hG4bK2',
  ]);
  assert.equal(bodyOf(MESSAGE), 'Via: not a header');
});

test('a URI is taken out of its brackets', () => {
  assert.equal(uriIn(fields(MESSAGE, 'Contact')[0] ?? ''), 'sip:101@127.0.0.1:5060;transport=udp');
  assert.equal(uriIn('sip:101@pbx;tag=x'), 'sip:101@pbx');
});

test('the audio target of a description is the one that it was made with', () => {
  assert.deepEqual(audioTarget(sessionDescription('127.1.0.9', 4_000)), {
    address: '127.1.0.9',
    port: 4_000,
  });
  assert.equal(audioTarget('v=0\r\n'), undefined);
});
