import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReason } from './reason.ts';
import { parseSessionExpires } from './session-expires.ts';
import { parseDeltaSeconds, parseTokenList, parseTokenWithParams } from './tokens.ts';

test('token lists, split before or not', () => {
  assert.deepEqual(parseTokenList('100rel, Timer ,,replaces'), ['100rel', 'Timer', 'replaces']);
  assert.deepEqual(parseTokenList('100rel'), ['100rel']);
  assert.deepEqual(parseTokenList(''), []);
  assert.deepEqual(parseTokenList('a b, "c", d'), ['d']);
});

test('a token with parameters', () => {
  assert.deepEqual(parseTokenWithParams('dialog;sla;id="1"'), {
    token: 'dialog',
    params: new Map([
      ['sla', ''],
      ['id', '1'],
    ]),
  });
  for (const bad of ['', ';a', 'a b', 'a;', 'a,b']) assert.equal(parseTokenWithParams(bad), undefined, bad);
});

test('seconds are 0 to 2^32 - 1', () => {
  assert.equal(parseDeltaSeconds('0'), 0);
  assert.equal(parseDeltaSeconds('4294967295'), 4_294_967_295);
  for (const bad of ['4294967296', '-1', '', '1.5', 'abc', '10 (ten)'])
    assert.equal(parseDeltaSeconds(bad), undefined, bad);
});

test('Session-Expires with and without a refresher', () => {
  assert.deepEqual(parseSessionExpires('1800'), { seconds: 1800, refresher: undefined });
  assert.deepEqual(parseSessionExpires('1800 ;Refresher=UAS;x=y'), { seconds: 1800, refresher: 'uas' });
  for (const bad of ['', ';refresher=uac', '90;refresher=me', '90;refresher', '-90', '90 90']) {
    assert.equal(parseSessionExpires(bad), undefined, bad);
  }
});

test('Reason with cause and text', () => {
  assert.deepEqual(parseReason('sip;cause=200;text="Call completed elsewhere"'), {
    protocol: 'SIP',
    cause: 200,
    text: 'Call completed elsewhere',
  });
  assert.deepEqual(parseReason('Q.850;cause=16'), { protocol: 'Q.850', cause: 16, text: '' });
  assert.deepEqual(parseReason('SIP'), { protocol: 'SIP', cause: undefined, text: '' });
  for (const bad of ['', 'SIP;cause=x', 'SIP;cause=1000', 'SIP;cause', 'SIP;text="x']) {
    assert.equal(parseReason(bad), undefined, bad);
  }
});
