import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatUri, parseContacts, parseMessage, parseVia, type SipRequest, sameUri } from '@ringwall/sip';
import { IPV6 } from './messages.ts';

function request(name: string): SipRequest {
  const parsed = parseMessage(IPV6.find((vector) => vector.name === name)?.bytes ?? new Uint8Array());
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.code);
  assert.equal(parsed.value.kind, 'request');
  return parsed.value;
}

describe('RFC 5118', () => {
  for (const { name, section } of IPV6) {
    if (name === 'ipv6-bad') continue;
    test(`${section} ${name} is read`, () => {
      assert.equal(request(name).maxForwards, 70);
    });
  }

  test('4.1: an address in brackets is a host', () => {
    const { uri, via, headers } = request('ipv6-good');
    assert.equal(formatUri(uri), 'sip:[2001:db8::10]');
    assert.equal(via.host, '2001:db8::9:1');
    const contacts = parseContacts(headers.all('contact'));
    assert.ok(Array.isArray(contacts) && contacts[0]?.uri.scheme === 'sip');
    assert.equal(contacts[0].uri.host, '2001:db8::1');
  });

  test('4.2: an address without brackets is answered 400', () => {
    const parsed = parseMessage(IPV6.find((vector) => vector.name === 'ipv6-bad')?.bytes ?? new Uint8Array());
    assert.ok(!parsed.ok);
    assert.equal(parsed.error.code, 'REQUEST_URI_SYNTAX');
    assert.equal(parsed.error.answer?.status, 400);
  });

  test('4.3 and 4.4: a port stands behind the bracket and nowhere else', () => {
    const { uri: within } = request('port-ambiguous');
    const { uri: behind } = request('port-unambiguous');
    assert.ok(within.scheme === 'sip' && behind.scheme === 'sip');
    assert.deepEqual([within.host, within.port], ['2001:db8::10:5070', undefined]);
    assert.deepEqual([behind.host, behind.port], ['2001:db8::10', 5070]);
  });

  test('4.5: received may have brackets or not', () => {
    assert.equal(request('via-received-param-with-delim').via.params.get('received'), '[2001:db8::9:255]');
    assert.equal(request('via-received-param-no-delim').via.params.get('received'), '2001:db8::9:255');
  });

  test('4.7: addresses of both families in one list of Via', () => {
    const vias = request('mult-ip-in-header').headers.all('via').map(parseVia);
    assert.deepEqual(
      vias.map((via) => [via?.transport, via?.host, via?.port]),
      [
        ['UDP', '2001:db8::9:1', 6050],
        ['UDP', '192.0.2.1', undefined],
        ['TCP', '2001:db8::9:255', undefined],
      ],
    );
  });

  test('4.9: an IPv4 address in the clothes of IPv6 reads as IPv4, as packets from there have it', () => {
    const { via } = request('ipv4-mapped-ipv6');
    assert.deepEqual([via.host, via.port], ['192.0.2.10', 19_823]);
  });

  test('4.10: the third colon of the old grammar means nothing', () => {
    const [odd, right] = [request('ipv6-bug-abnf-3-colons').uri, request('ipv6-correct-abnf-2-colons').uri];
    assert.ok(sameUri(odd, right));
    assert.equal(formatUri(odd), formatUri(right));
  });
});
