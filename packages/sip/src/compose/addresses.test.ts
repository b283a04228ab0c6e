import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNameAddr } from '../wire/name-addr.ts';
import { parseParams } from '../wire/params.ts';
import { parseUri } from '../wire/parse-uri.ts';
import { formatNameAddr, formatParams, formatSipUri, formatUri } from './addresses.ts';

const token = fc.stringMatching(/^[a-z0-9.!%*_+'~-]{1,10}$/);
const uriParams = fc
  .array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.string({ maxLength: 8 })), {
    maxLength: 4,
  })
  .map((entries) => new Map(entries.map(([name, value]) => [name.toLowerCase(), value])))
  .filter((params) => !params.has(''));
const host = fc.oneof(
  fc.stringMatching(/^[a-z0-9._-]{1,20}$/),
  fc.constantFrom('192.0.2.1', '2001:db8::1', '::1'),
);
const sipUri = fc.record(
  {
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: fc.string({ unit: 'grapheme', maxLength: 20 }),
    host,
    port: fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined }),
    params: uriParams,
    headers: fc.constantFrom('', 'a=b', 'Replaces=1%3Bto-tag%3D2&x=%20'),
  },
  { noNullPrototype: true },
);

test('a SIP URI with everything', () => {
  assert.equal(
    formatSipUri({
      scheme: 'sips',
      user: '*72#',
      password: 'a:b',
      host: '2001:db8::1',
      port: 5061,
      params: new Map([
        ['transport', 'tls'],
        ['lr', ''],
      ]),
      headers: 'a=b',
    }),
    'sips:*72%23:a%3Ab@[2001:db8::1]:5061;transport=tls;lr?a=b',
  );
  assert.equal(formatSipUri({ host: 'h' }), 'sip:h');
  assert.equal(formatSipUri({ user: 'a@b c', host: 'h' }), 'sip:a%40b%20c@h');
});

test('any SIP URI that is written reads back the same', () => {
  fc.assert(
    fc.property(sipUri, (uri) => {
      const text = formatSipUri(uri);
      assert.match(text, /^[!-~]+$/);
      assert.deepEqual(parseUri(text), uri, text);
    }),
  );
});

test('other URIs', () => {
  assert.equal(
    formatUri({ scheme: 'tel', number: '+1555', params: new Map([['ext', '1']]) }),
    'tel:+1555;ext=1',
  );
  assert.equal(formatUri({ scheme: 'other', text: 'urn:x' }), 'urn:x');
});

test('header parameters are quoted where they must be, and read back the same', () => {
  assert.equal(
    formatParams(
      new Map([
        ['tag', 'a'],
        ['x', 'b c'],
        ['lr', ''],
      ]),
    ),
    ';tag=a;x="b c";lr',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(token, fc.string({ maxLength: 12 }))), (entries) => {
      const params = new Map(entries);
      assert.deepEqual(new Map(parseParams(formatParams(params))), params);
    }),
  );
});

test('an address always has its brackets', () => {
  assert.equal(formatNameAddr({ displayName: 'Anna', uri: 'sip:1@h' }), '"Anna" <sip:1@h>');
  assert.equal(
    formatNameAddr({ uri: { scheme: 'other', text: 'urn:x' }, params: new Map([['tag', '1']]) }),
    '<urn:x>;tag=1',
  );
  fc.assert(
    fc.property(sipUri, fc.stringMatching(/^[ -~]{0,20}$/), (uri, displayName) => {
      const read = parseNameAddr(formatNameAddr({ displayName, uri }));
      assert.deepEqual(read, { displayName: displayName.trim(), uri, params: new Map() });
    }),
  );
});

test('what would end the URI early is our mistake', () => {
  assert.throws(() => formatNameAddr({ uri: 'sip:a@h>;tag=x' }));
  assert.throws(() => formatNameAddr({ uri: 'sip:a@h\r\nX: y' }));
  assert.throws(() => formatSipUri({ host: 'h>' }));
  assert.throws(() => formatSipUri({ host: '' }));
  assert.throws(() => formatSipUri({ host: '::1]' }));
  assert.throws(() => formatSipUri({ host: 'h', headers: 'a=>' }));
  assert.throws(() => formatParams(new Map([['a b', '']])));
});
