import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { serialiseRequest } from '../compose/serialise.ts';
import { Headers } from '../headers.ts';
import { flowFrom, readRequest } from '../transaction/testing/messages.ts';
import { parseNameAddr } from '../wire/name-addr.ts';
import { parseUri } from '../wire/parse-uri.ts';
import type { Dialog } from './dialog.ts';
import { nextRequest } from './next-request.ts';
import { contactTarget, uriText } from './remote-target.ts';

test('the URI is taken letter for letter, wherever the brackets are', () => {
  for (const [value, uri] of [
    ['<sip:101@192.0.2.9>', 'sip:101@192.0.2.9'],
    ['sip:101@192.0.2.9;expires=60', 'sip:101@192.0.2.9'],
    ['  sip:101@192.0.2.9 ;expires=60', 'sip:101@192.0.2.9'],
    ['Anna <SIP:10%31@Phone.Example;LINE=Ab;x=y>;q=1', 'SIP:10%31@Phone.Example;LINE=Ab;x=y'],
    ['"a <sip:b@c>; \\" " <sip:101@[2001:db8::1]:5062>', 'sip:101@[2001:db8::1]:5062'],
    ['<sip:a?b;c@192.0.2.9>', 'sip:a?b;c@192.0.2.9'],
    ['<tel:+49301234;x=y>', 'tel:+49301234;x=y'],
    ['<urn:service:sos>', 'urn:service:sos'],
  ] as const) {
    assert.equal(uriText(value), uri, value);
  }
});

test('RFC 3261 19.1.1: the headers of a URI do not go into a request line', () => {
  assert.equal(uriText('<sip:a?b@192.0.2.9;x=y?Replaces=q%3bw&Subject=z>'), 'sip:a?b@192.0.2.9;x=y');
});

test('what is no Contact gives no target', () => {
  assert.equal(contactTarget(new Headers()), undefined);
  for (const value of ['*', '', 'nonsense', '<sip:a b@c>', '<sip:a@c', 'sip:a@c>']) {
    assert.equal(contactTarget(new Headers().append('contact', value)), undefined, value);
  }
});

test('whatever a peer writes as Contact or Record-Route and gets past the readers, our next request can be read', () => {
  const pieces = fc.constantFrom(
    'sip:',
    'sips:',
    'tel:+1',
    'x:',
    'a',
    '%41',
    '@',
    'host',
    '[::1]',
    ':5060',
    ';lr',
    ';x=',
    '"',
    '\\',
    '<',
    '>',
    '?h=v',
    ',',
    ' ',
    '#',
    'ü',
    '\u202e',
    '\t',
    ';',
    '=',
    '__proto__',
    '1.2.3.4',
  );
  const value = fc.array(pieces, { minLength: 1, maxLength: 10 }).map((parts) => parts.join(''));
  const plausible = value.map((text) => `<sip:a@host${text}>`);
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(value, plausible), fc.oneof(value, plausible), (contact, route) => {
      const target = contactTarget(new Headers().append('contact', contact));
      const routeSet = parseNameAddr(route) === undefined ? [] : [route];
      if (target === undefined) return;
      accepted++;
      assert.notEqual(parseUri(target), undefined);
      const dialog: Dialog = {
        callId: 'c',
        localTag: 'l',
        remoteTag: 'r',
        localSeq: 0,
        remoteSeq: undefined,
        localAddr: '<sip:a@b>',
        remoteAddr: '<sip:c@d>',
        remoteTarget: target,
        routeSet,
        state: 'confirmed',
        flow: flowFrom(),
      };
      const { draft } = nextRequest(dialog, 'BYE');
      readRequest(serialiseRequest(draft, 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa'));
    }),
    { numRuns: 3_000 },
  );
  assert.ok(accepted > 20, `only ${accepted} were accepted`);
});
