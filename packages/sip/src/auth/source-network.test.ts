import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceNetwork } from './source-network.ts';

test('an IPv4 address stands for itself', () => {
  assert.notEqual(sourceNetwork('192.0.2.1'), sourceNetwork('192.0.2.2'));
});

test('the addresses of one /64 are one source, those of the next another', () => {
  assert.equal(sourceNetwork('2001:db8:0:1::1'), sourceNetwork('2001:db8:0:1:ffff:ffff:ffff:ffff'));
  assert.notEqual(sourceNetwork('2001:db8:0:1::1'), sourceNetwork('2001:db8:0:2::1'));
});

test('an IPv4 address in IPv6 clothes is the same IPv4 address', () => {
  assert.equal(sourceNetwork('::ffff:192.0.2.1'), sourceNetwork('192.0.2.1'));
  assert.notEqual(sourceNetwork('::ffff:192.0.2.1'), sourceNetwork('::ffff:192.0.2.2'));
});

test('what is no address is no other than itself', () => {
  assert.equal(sourceNetwork('not:an:address'), 'not:an:address');
});
