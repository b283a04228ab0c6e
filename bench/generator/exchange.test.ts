import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange, statusOf } from './exchange.ts';

const response = (status: number, branch: string): string =>
  `SIP/2.0 ${status} X\r\nVia: SIP/2.0/UDP 127.1.0.1:5060;branch=${branch};rport=5060\r\n\r\n`;

test('a response finds what it belongs to, once, however many are under way', () => {
  const exchange = new Exchange<string>();
  const [first, second] = [exchange.begin('first'), exchange.begin('second')];
  assert.equal(exchange.settle(response(200, second))?.state, 'second');
  assert.equal(exchange.settle(response(200, second)), undefined);
  assert.equal(exchange.settle(response(401, first))?.state, 'first');
});

test('a provisional response leaves the request open', () => {
  const exchange = new Exchange<string>();
  const branch = exchange.begin('invite');
  assert.equal(exchange.settle(response(100, branch))?.state, 'invite');
  assert.equal(exchange.settle(response(200, branch))?.state, 'invite');
});

test('what is no answer of ours belongs to nothing', () => {
  const exchange = new Exchange<string>();
  assert.equal(exchange.settle(response(200, 'z9hG4bKother')), undefined);
  assert.equal(statusOf('OPTIONS sip:x SIP/2.0\r\n'), 0);
  assert.equal(statusOf(response(486, 'x')), 486);
});
