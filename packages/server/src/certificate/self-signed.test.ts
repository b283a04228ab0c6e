import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import type { WallMs } from '@ringwall/base';
import type { TlsCertificate } from '@ringwall/net';
import { SystemRandom } from '../loop/random.ts';
import { makeSelfSigned } from './self-signed.ts';

const NOW = Date.now() as WallMs;
const DAY_MS = 86_400_000;
const random = new SystemRandom();

function make(names: readonly string[], now = NOW): { tls: TlsCertificate; x509: X509Certificate } {
  const tls = makeSelfSigned(names, now, random);
  return { tls, x509: new X509Certificate(tls.certificate) };
}

test('it signs itself with the key that comes along, on P-256', () => {
  const { tls, x509 } = make(['pbx.example.com']);
  const key = createPrivateKey(tls.key);
  assert.equal(x509.checkPrivateKey(key), true);
  assert.equal(x509.verify(x509.publicKey), true);
  assert.equal(x509.checkIssued(x509), true);
  assert.equal(key.asymmetricKeyType, 'ec');
  assert.equal(key.asymmetricKeyDetails?.namedCurve, 'prime256v1');
});

test('it is for every name and address it was made for, and for no other', () => {
  const { x509 } = make(['pbx.example.com', 'münchen.example', '192.0.2.7', '2001:db8::7', 'localhost']);
  assert.equal(x509.checkHost('pbx.example.com'), 'pbx.example.com');
  assert.equal(x509.checkHost('xn--mnchen-3ya.example'), 'xn--mnchen-3ya.example');
  assert.equal(x509.checkHost('localhost'), 'localhost');
  assert.equal(x509.checkIP('192.0.2.7'), '192.0.2.7');
  assert.ok(x509.checkIP('2001:db8::7') !== undefined);
  assert.equal(x509.checkHost('evil.example.com'), undefined);
  assert.equal(x509.checkIP('192.0.2.8'), undefined);
  assert.equal(x509.subject, 'CN=pbx.example.com');
});

test('what is no name is left out, and with no name at all there still is a certificate', () => {
  const { x509 } = make(['not a name', '*.example.com', '', 'a..b', 'x'.repeat(64), 'ok.example.com']);
  assert.equal(x509.subjectAltName, 'DNS:ok.example.com');
  assert.equal(make([]).x509.subjectAltName, undefined);
  assert.equal(make(['a'.repeat(60) + '.' + 'b'.repeat(60) + '.example']).x509.subject?.length, 3 + 64);
});

test('it begins a day ago and lasts 825 days, also past the year 2050', () => {
  const { x509 } = make(['x']);
  assert.ok(Math.abs(x509.validFromDate.getTime() - (NOW - DAY_MS)) < 1_000);
  assert.ok(Math.abs(x509.validToDate.getTime() - (NOW + 825 * DAY_MS)) < 1_000);
  const late = Date.UTC(2049, 5, 1) as WallMs;
  assert.equal(make(['x'], late).x509.validToDate.getTime(), late + 825 * DAY_MS);
});

test('it is for TLS servers, and no authority', () => {
  const { x509 } = make(['x']);
  assert.equal(x509.ca, false);
  assert.deepEqual(x509.keyUsage, ['1.3.6.1.5.5.7.3.1']);
});

test('no two have the same serial number or key, and it is 16 bytes and positive', () => {
  const made = Array.from({ length: 20 }, () => make(['x']));
  assert.equal(new Set(made.map(({ x509 }) => x509.serialNumber)).size, 20);
  assert.equal(new Set(made.map(({ tls }) => tls.key)).size, 20);
  for (const { x509 } of made) assert.match(x509.serialNumber, /^[4-7][0-9A-F]{31}$/);
});

async function serve(t: TestContext, tls: TlsCertificate): Promise<number> {
  const server = createServer({ cert: tls.certificate, key: tls.key });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('a client that was told to trust it connects by name and by address, and by no other name', async (t) => {
  const { tls } = make(['pbx.example.com', '127.0.0.1']);
  const port = await serve(t, tls);
  for (const [servername, trusted] of [
    ['pbx.example.com', true],
    ['', true], // By address.
    ['other.example.com', false],
  ] as const) {
    const socket = connect({ host: '127.0.0.1', port, ca: tls.certificate, servername });
    const connected = once(socket, 'secureConnect');
    if (trusted)
      await connected; // eslint-disable-line no-await-in-loop
    else await assert.rejects(connected, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }); // eslint-disable-line no-await-in-loop
    socket.destroy();
  }
  const stranger = connect({ host: '127.0.0.1', port, servername: 'pbx.example.com' });
  await assert.rejects(once(stranger, 'secureConnect'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});
