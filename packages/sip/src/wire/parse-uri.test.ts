import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEscapes, parseHost, parseUri } from './parse-uri.ts';

test('a SIP URI with everything', () => {
  assert.deepEqual(
    parseUri('sip:al%69ce:sec%40ret@PBX.example.com:5061;transport=TCP;lr;X=%41?Subject=a&b=c'),
    {
      scheme: 'sip',
      user: 'alice',
      host: 'pbx.example.com',
      port: 5061,
      params: new Map([
        ['transport', 'TCP'],
        ['lr', ''],
        ['x', 'A'],
      ]),
      headers: 'Subject=a&b=c',
      password: 'sec@ret',
    },
  );
});

test('the smallest, and the scheme in any case', () => {
  const uri = parseUri('SIPS:h');
  assert.ok(uri?.scheme === 'sips');
  assert.deepEqual([uri.user, uri.host, uri.port, uri.headers, uri.params.size], ['', 'h', undefined, '', 0]);
  assert.equal(uri.password, undefined);
});

test('feature codes may have # and * in the user part, with telephone parameters', () => {
  for (const user of ['*72#', '+1-555;phone-context=x', '101', "a!b~c*d'(e)"]) {
    const uri = parseUri(`sip:${user}@h`);
    assert.ok(uri?.scheme === 'sip');
    assert.equal(uri.user, user);
  }
});

test('a base64 value of a URI parameter keeps its padding', () => {
  const uri = parseUri('sip:h;vsf=AAB+/==;lr');
  assert.ok(uri?.scheme === 'sip');
  assert.equal(uri.params.get('vsf'), 'AAB+/==');
});

test('escapes are decoded once, whatever bytes they make', () => {
  assert.equal(decodeEscapes('%2541'), '%41');
  assert.equal(decodeEscapes('J%C3%B6rg'), 'Jörg');
  assert.equal(decodeEscapes('J%F6rg'), 'Jörg');
  assert.equal(decodeEscapes('%c0%af'), '\u00c0\u00af');
  assert.equal(decodeEscapes('a%00b'), 'a\0b');
  for (const bad of ['%', '%4', '%4g', '%%41', 'a%-1']) assert.equal(decodeEscapes(bad), undefined, bad);
});

test('hosts: names, IPv4, IPv6 in brackets', () => {
  assert.deepEqual(parseHost('[2001:DB8:0:0::1]:5060', 0), { host: '2001:db8::1', end: 17 });
  assert.deepEqual(parseHost('x192.0.2.1;', 1), { host: '192.0.2.1', end: 10 });
  for (const bad of [
    '',
    '[',
    '[]',
    '[::1',
    '[1.2.3.4]',
    '[fe80::1%eth0]',
    '[::1',
    '[:::1]',
    '[2001:::db8:192.0.2.1]',
    '-;'.slice(1),
  ]) {
    assert.equal(parseHost(bad, 0), undefined, bad);
  }
});

test('what is not a SIP URI is refused', () => {
  const refused = [
    ...[
      '',
      'sip',
      'sip:',
      'sip:@h',
      'sip:a@',
      'sip: a@h',
      'sip:a @h',
      'sip:a@h ',
      ' sip:a@h',
      '<sip:a@h>',
      'a@h',
      '101',
    ],
    ...[
      'sip:a@b@c',
      'sip:a@h:',
      'sip:a@h:x',
      'sip:a@h:65536',
      'sip:a@h:-1',
      'sip:a@h:+5060',
      'sip:a@h:5060x',
    ],
    ...[
      'sip:a@h;',
      'sip:a@h;;x',
      'sip:a@h;=x',
      'sip:a@h;x;X',
      'sip:a@h;x=a"',
      'sip:a@h?',
      'sip:a@h?a=<',
      'sip:a@h?a=b?;',
    ],
    ...[
      'sip:ä@h',
      'sip:a@hö',
      'sip:a"b@h',
      'sip:a\\b@h',
      'sip:%zz@h',
      'sip:a@h;x=%zz',
      'sip:a\0@h',
      'sip:[::1',
      '1sip:a@h',
    ],
  ];
  for (const text of refused) assert.equal(parseUri(text), undefined, text);
});

test('a telephone URI loses its visual separators', () => {
  assert.deepEqual(parseUri('tel:+1-(555).0100;Phone-Context=example.com'), {
    scheme: 'tel',
    number: '+15550100',
    params: new Map([['phone-context', 'example.com']]),
  });
  assert.deepEqual(parseUri('TEL:*21#'), { scheme: 'tel', number: '*21#', params: new Map() });
  for (const bad of ['tel:', 'tel:+', 'tel:-', 'tel:abcxyz', 'tel:+1a', 'tel:1 2', 'tel:1;', 'tel:1;x;x']) {
    assert.equal(parseUri(bad), undefined, bad);
  }
});

test('of other schemes the text is kept, if it is one word of ASCII', () => {
  assert.deepEqual(parseUri('urn:service:sos'), { scheme: 'other', text: 'urn:service:sos' });
  for (const bad of ['urn:', 'urn:a b', 'urn:a>b', 'urn:a"b', 'urn:ä', 'u\u00e4:x', `${'a'.repeat(33)}:x`]) {
    assert.equal(parseUri(bad), undefined, bad);
  }
});
