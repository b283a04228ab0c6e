import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Credentials, md5Challenge } from './digest.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

test('of several challenges the one for MD5 is taken', () => {
  const response = [
    'SIP/2.0 401 Unauthorized',
    'WWW-Authenticate: Digest realm="pbx", nonce="n256", qop="auth", algorithm=SHA-256',
    'WWW-Authenticate: Digest realm="pbx", nonce="n5", qop="auth", algorithm=MD5, opaque="o"',
  ].join('\r\n');
  assert.deepEqual(md5Challenge(response), { realm: 'pbx', nonce: 'n5', opaque: 'o' });
  assert.equal(md5Challenge('SIP/2.0 200 OK\r\n\r\n'), undefined);
});

test('RFC 7616 3.4.1: the proof is the digest of secret, nonce, count, own nonce, qop and request', () => {
  const header = new Credentials('joe', 'schmo').authorization(
    { realm: 'pbx', nonce: 'n5', opaque: '' },
    'REGISTER',
    'sip:127.0.0.1:5060',
  );
  const expected = md5(
    `${md5('joe:pbx:schmo')}:n5:00000001:0a4f113b:auth:${md5('REGISTER:sip:127.0.0.1:5060')}`,
  );
  assert.match(header, new RegExp(`response="${expected}"`));
  assert.ok(header.endsWith('qop=auth\r\n'));
});
