import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestHash, digestResponse, HEX_LENGTHS, makeHa1, readAlgorithm } from './algorithm.ts';
import { anyText } from './test-support.ts';

test('RFC 7616 3.3: no algorithm means MD5, names are read in any case', () => {
  assert.equal(readAlgorithm(undefined), 'md5');
  assert.equal(readAlgorithm('md5'), 'md5');
  assert.equal(readAlgorithm('SHA-256'), 'sha256');
  assert.equal(readAlgorithm('sha-256'), 'sha256');
});

test('what was not offered is not read', () => {
  for (const token of ['MD5-sess', 'SHA-256-sess', 'SHA-512-256', 'sha256', '', 'AKAv1-MD5']) {
    assert.equal(readAlgorithm(token), undefined);
  }
});

test('a hash of any text is that of its UTF-8, in lower-case hexadecimal', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom('md5' as const, 'sha256' as const), (text, name) => {
      const hash = digestHash(name, text);
      assert.equal(hash, createHash(name).update(Buffer.from(text, 'utf8')).digest('hex'));
      assert.equal(hash.length, HEX_LENGTHS[name]);
    }),
  );
});

test('RFC 2617 3.5: HA1 and a response with qop, as in the example there', () => {
  const ha1 = makeHa1('md5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life');
  assert.equal(ha1, '939e7578ed9e3c518a452acee763bce9');
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
  const auth = { nc: '00000001', cnonce: '0a4f113b' };
  assert.equal(
    digestResponse('md5', { ha1, method: 'GET', uri: '/dir/index.html', nonce, auth }),
    '6629fae49393a05397450978507c4ef1',
  );
});

test('RFC 2069 2.4: a response without qop, as in the example there with erratum 749', () => {
  const ha1 = makeHa1('md5', 'Mufasa', 'testrealm@host.com', 'CircleOfLife');
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
  assert.equal(
    digestResponse('md5', { ha1, method: 'GET', uri: '/dir/index.html', nonce, auth: undefined }),
    '1949323746fe6a43ef61f9606e7febea',
  );
});
