import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhoneSettings } from '@ringwall/contract';
import { accountQrCode, accountText } from './phone-account.ts';

const phone: PhoneSettings = {
  addresses: [
    { transport: 'tls', host: 'pbx.example.com', port: 5061 },
    { transport: 'udp', host: '192.0.2.5', port: 5060 },
  ],
  number: '101',
  authId: 'qwertzuiop',
  password: 'AbCdEfGhIjKlMnOpQrSt',
  srtp: 'required',
  certificateSelfSigned: true,
};

test('the QR code holds the address of record and the secrets as lines of text', () => {
  assert.equal(
    accountText(phone),
    'sip:101@pbx.example.com:5061;transport=tls\nauth-id: qwertzuiop\npassword: AbCdEfGhIjKlMnOpQrSt\nsrtp: required\n',
  );
});

test('an IPv6 server is written in brackets', () => {
  const addresses = [{ transport: 'tls', host: '2001:db8::1', port: 5061 }] as const;
  assert.match(accountText({ ...phone, addresses }), /^sip:101@\[2001:db8::1\]:5061;/);
});

test('the QR code is square, and left out where the terminal is too narrow', () => {
  const lines = accountQrCode(phone, 80) ?? [];
  assert.ok(lines.length > 10);
  const width = lines[0]?.length ?? 0;
  assert.ok(lines.every((line) => line.length === width));
  assert.ok(Math.abs(width - lines.length * 2) <= 1);
  assert.equal(accountQrCode(phone, width - 1), undefined);
  assert.notEqual(accountQrCode(phone, undefined), undefined);
});
