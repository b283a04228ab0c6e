import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStartLine } from './start-line.ts';

test('a request line', () => {
  const line = parseStartLine('INVITE sip:101@h sip/2.0');
  assert.ok(typeof line === 'object' && line.kind === 'request');
  assert.equal(line.method, 'INVITE');
});

test('a status line, with any reason phrase and with none', () => {
  assert.deepEqual(parseStartLine('SIP/2.0 200 OK then'), {
    kind: 'response',
    status: 200,
    reason: 'OK then',
  });
  assert.deepEqual(parseStartLine('SIP/2.0 699 '), { kind: 'response', status: 699, reason: '' });
  assert.deepEqual(parseStartLine('sip/2.0 100'), { kind: 'response', status: 100, reason: '' });
});

test('each fault has its code', () => {
  for (const [line, code] of [
    ['', 'START_LINE_SYNTAX'],
    ['INVITE', 'START_LINE_SYNTAX'],
    [' INVITE sip:a@h SIP/2.0', 'START_LINE_SYNTAX'],
    ['INVITE sip:a@h', 'START_LINE_SYNTAX'],
    ['INVITE SIP/2.0', 'START_LINE_SYNTAX'],
    ['INVITE sip:a@h SIP/2.0 ', 'START_LINE_SYNTAX'],
    ['INVITE sip:a@h HTTP/1.1', 'START_LINE_SYNTAX'],
    ['GET / HTTP/1.1', 'START_LINE_SYNTAX'],
    ['IN,VITE sip:a@h SIP/2.0', 'START_LINE_SYNTAX'],
    ['INVITE\tsip:a@h\tSIP/2.0', 'START_LINE_SYNTAX'],
    ['INVITE  sip:a@h SIP/2.0', 'REQUEST_URI_SYNTAX'],
    ['INVITE <sip:a@h> SIP/2.0', 'REQUEST_URI_SYNTAX'],
    ['INVITE sip:a@h;x SIP/2.0 SIP/2.0', 'REQUEST_URI_SYNTAX'],
    ['INVITE sip:a@h?Route=x SIP/2.0', 'REQUEST_URI_SYNTAX'],
    ['INVITE a@h SIP/2.0', 'REQUEST_URI_SYNTAX'],
    ['INVITE sip:a@h SIP/3.0', 'VERSION'],
    ['INVITE sip:a@h SIP/2.00', 'VERSION'],
    ['SIP/1.0 200 OK', 'VERSION'],
    ['SIP/2.0 99 x', 'STATUS_CODE'],
    ['SIP/2.0 099 x', 'STATUS_CODE'],
    ['SIP/2.0 700 x', 'STATUS_CODE'],
    ['SIP/2.0 0200 x', 'STATUS_CODE'],
    ['SIP/2.0  200 x', 'STATUS_CODE'],
    ['SIP/2.0 2e2 x', 'STATUS_CODE'],
    ['SIP/2.0 ', 'STATUS_CODE'],
  ] as const) {
    assert.equal(parseStartLine(line), code, JSON.stringify(line));
  }
});
