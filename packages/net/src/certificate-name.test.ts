import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import fc from 'fast-check';
import { checkName } from './certificate-name.ts';

function isFor(name: string, subjectaltname: string | undefined, commonName = 'somebody'): boolean {
  const certificate = { subject: { CN: commonName }, subjectaltname } as unknown as PeerCertificate;
  return checkName(name, certificate) === undefined;
}

test('RFC 5922 7.1: a sip URI of the host alone is the name of a provider', () => {
  assert.ok(isFor('provider.example', 'URI:sip:provider.example'));
  assert.ok(isFor('provider.example', 'DNS:www.provider.example, URI:SIP:Provider.Example'));
  assert.ok(isFor('192.0.2.1', 'URI:sip:192.0.2.1'));
  assert.ok(isFor('2001:db8::1', 'URI:sip:[2001:db8::1]'));
});

test('RFC 5922 7.1: a person, another scheme and a wildcard are not the name of a provider', () => {
  for (const uri of [
    'sip:anna@provider.example',
    'sips:provider.example',
    'https:provider.example',
    'sip:*.example',
    'sip:example',
    'sip:provider.example.org',
    'sip:provider.example;transport=tls',
  ]) {
    assert.equal(isFor('provider.example', `URI:${uri}`), false, uri);
  }
});

test('a DNS name and an address count as before, and the common name does not', () => {
  assert.ok(isFor('provider.example', 'DNS:provider.example, URI:sip:other.example'));
  assert.ok(isFor('192.0.2.1', 'IP Address:192.0.2.1'));
  assert.equal(isFor('provider.example', undefined, 'provider.example'), false);
  assert.equal(isFor('provider.example', 'URI:sip:other.example', 'provider.example'), false);
});

test('a name that is quoted, for what it holds could be read as another, is not looked into', () => {
  assert.equal(isFor('provider.example', 'URI:"https:x, URI:sip:provider.example"'), false);
  assert.equal(isFor('provider.example', 'URI:"https:\\", URI:sip:provider.example, "'), false);
});

test('whatever else a certificate names, only the whole host is found in it', () => {
  const word = fc.oneof(fc.constant('provider.example'), fc.stringMatching(/^[a-z0-9@:;*[\].-]{0,20}$/));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const altNames = words.map((each) => `URI:sip:${each}`).join(', ');
      assert.equal(isFor('provider.example', altNames), words.includes('provider.example'));
    }),
  );
});
