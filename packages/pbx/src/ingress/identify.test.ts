import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCidr } from '@ringwall/base';
import { parseUri } from '@ringwall/sip';
import { flowFrom, SETTINGS } from '../testing/parts.ts';
import { isForUs, userOf } from './identify.ts';

function forUs(text: string, from: string, changes: Partial<typeof SETTINGS> = {}): boolean {
  const uri = parseUri(text);
  assert.ok(uri !== undefined, text);
  return isForUs(uri, flowFrom(from), { ...SETTINGS, ...changes });
}

test('who names our domain is heard, wherever he is', () => {
  for (const from of ['10.0.0.9', '198.51.100.1']) {
    assert.ok(forUs('sip:101@pbx.example.com', from));
    assert.ok(forUs('sips:PBX.Example.COM:5061', from));
    assert.ok(forUs('tel:+49301234', from));
    assert.ok(!forUs('sip:101@other.example.com', from));
    assert.ok(!forUs('mailto:101@pbx.example.com', from));
  }
});

test('who names an address is heard on the LAN alone, and not at all if the administrator says so', () => {
  for (const uri of ['sip:101@203.0.113.1', 'sip:101@[2001:db8::1]', 'sip:localhost']) {
    assert.ok(forUs(uri, '10.0.0.9'), uri);
    assert.ok(!forUs(uri, '198.51.100.1'), uri);
    assert.ok(!forUs(uri, '10.0.0.9', { answerToAddresses: false }), uri);
  }
});

test('who names an address is heard in networks that an administrator names as well, as long as it is answered to', () => {
  const branch = parseCidr('198.51.100.0/28');
  assert.ok(branch.ok);
  const addressNetworks = [branch.value];
  for (const uri of ['sip:101@203.0.113.1', 'sip:101@[2001:db8::1]']) {
    assert.ok(forUs(uri, '198.51.100.1', { addressNetworks }), uri);
    assert.ok(forUs(uri, '10.0.0.9', { addressNetworks }), uri);
    assert.ok(!forUs(uri, '198.51.100.16', { addressNetworks }), uri);
    assert.ok(!forUs(uri, '198.51.100.1', { addressNetworks, answerToAddresses: false }), uri);
  }
});

test('what may be dialled is the user part, or the telephone number', () => {
  for (const [text, user] of [
    ['sip:101@pbx.example.com', '101'],
    ['sip:1%301@pbx.example.com', '101'],
    ['sip:pbx.example.com', ''],
    ['tel:+49301234', '+49301234'],
    ['mailto:a@b', ''],
  ] as const) {
    const uri = parseUri(text);
    assert.equal(uri && userOf(uri), user, text);
  }
});
