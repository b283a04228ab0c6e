import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUri } from '../compose/addresses.ts';
import { parseReferTo, parseReplaces } from './refer.ts';

test('RFC 3891 6.1: Replaces names a dialog by both its tags', () => {
  assert.deepEqual(parseReplaces('12@h ;from-tag=b;to-tag=a;early-only'), {
    callId: '12@h',
    toTag: 'a',
    fromTag: 'b',
    earlyOnly: true,
  });
  for (const bad of [
    '',
    '1',
    '1;to-tag=a',
    '1;from-tag=a',
    '1;to-tag;from-tag=a',
    ';to-tag=a;from-tag=b',
    '1 2;to-tag=a;from-tag=b',
    '1;to-tag=a;to-tag=b;from-tag=c',
  ]) {
    assert.equal(parseReplaces(bad), undefined, bad);
  }
});

test('a blind transfer', () => {
  const target = parseReferTo('"Bob" <sip:102@pbx;user=phone;method=INVITE>');
  assert.ok(target);
  assert.equal(target.displayName, 'Bob');
  assert.equal(target.dialled, '102');
  assert.equal(target.method, 'INVITE');
  assert.equal(target.replaces, undefined);
  assert.equal(formatUri(target.uri), 'sip:102@pbx;user=phone');
});

test('an attended transfer, and no other header of the URI gets through', () => {
  const target = parseReferTo(
    '<sip:102@pbx?X-Evil=1&replaces=1%40h%3Bto-tag%3Da%3Bfrom-tag%3Db&Route=%3Csip:evil%3E>',
  );
  assert.deepEqual(target?.replaces, { callId: '1@h', toTag: 'a', fromTag: 'b', earlyOnly: false });
  assert.ok(target?.uri.scheme === 'sip');
  assert.equal(target.uri.headers, '');
});

test('a Replaces that cannot be read makes the whole malformed', () => {
  const good = 'Replaces=1%3Bto-tag%3Da%3Bfrom-tag%3Db';
  for (const headers of ['Replaces=1', 'Replaces', 'Replaces=', `${good}&${good}`, 'Replaces=%3B']) {
    assert.equal(parseReferTo(`<sip:102@pbx?${headers}>`), undefined, headers);
  }
});

test('other schemes', () => {
  assert.equal(parseReferTo('tel:+1-555')?.dialled, '+1555');
  assert.equal(parseReferTo('<urn:service:sos>')?.dialled, '');
  for (const bad of ['', '102', '<sip:102@pbx', 'sip:102@pbx?Replaces=1'])
    assert.equal(parseReferTo(bad), undefined, bad);
});
