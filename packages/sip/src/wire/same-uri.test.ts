import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUri } from './parse-uri.ts';
import { sameUri } from './same-uri.ts';

function same(a: string, b: string): boolean {
  const [left, right] = [parseUri(a), parseUri(b)];
  assert.ok(left !== undefined && right !== undefined);
  assert.equal(sameUri(left, right), sameUri(right, left), 'it is symmetric');
  return sameUri(left, right);
}

test('RFC 3261 19.1.4: URIs that are equivalent', () => {
  for (const [a, b] of [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&Subject=project%20x',
    ],
    ['sip:a@[2001:db8::0:1]', 'sip:a@[2001:DB8::1]'],
  ] as const) {
    assert.ok(same(a, b), `${a} ${b}`);
  }
});

test('RFC 3261 19.1.4: URIs that are not', () => {
  for (const [a, b] of [
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@h', 'sips:a@h'],
    ['sip:a:x@h', 'sip:a:y@h'],
    ['sip:a:x@h', 'sip:a@h'],
    ['sip:+1555@h', 'tel:+1555'],
  ] as const) {
    assert.equal(same(a, b), false, `${a} ${b}`);
  }
});

test('RFC 3966 4: telephone URIs by number and all parameters', () => {
  assert.ok(same('tel:+1-555-0100', 'tel:+15550100'));
  assert.ok(same('tel:555;phone-context=A.example', 'tel:555;phone-context=a.example'));
  assert.equal(same('tel:+15550100', 'tel:15550100'), false);
  assert.equal(same('tel:555;phone-context=a', 'tel:555'), false);
});

test('other schemes by their text', () => {
  assert.ok(same('urn:a', 'urn:a'));
  assert.equal(same('urn:a', 'urn:b'), false);
});
