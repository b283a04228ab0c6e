import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkText } from '@ringwall/base';
import { networkOf, newSourceKey, readSource, sourceText } from './source-key.ts';

function keyOf(address: string) {
  const source = newSourceKey();
  readSource(address, source);
  return source;
}

test('an IPv4 address is a source, and so is a /64 of IPv6', () => {
  assert.equal(sourceText(keyOf('192.0.2.7')), '192.0.2.7');
  assert.equal(sourceText(keyOf('::ffff:192.0.2.7')), '192.0.2.7');
  assert.equal(sourceText(keyOf('2001:db8:1:2:3:4:5:6')), '2001:db8:1:2::/64');
  assert.equal(sourceText(keyOf('fe80::1%eth0')), 'fe80::/64');
  assert.equal(networkText(networkOf(keyOf('2001:db8:1:2ff::1'), 8)), '2001:db8:1:200::/56');
  assert.equal(networkText(networkOf(keyOf('192.0.2.7'), 8)), '192.0.2.0/24');
});

test('two addresses of a /64 are one source, and 0.0.0.1 and ::/64 are two', () => {
  const essence = ({ family, high, low }: ReturnType<typeof keyOf>) => [family, high, low];
  assert.deepEqual(essence(keyOf('2001:db8::1')), essence(keyOf('2001:db8::ffff:1')));
  assert.notDeepEqual(essence(keyOf('0.0.0.1')), essence(keyOf('0:0:0:1::')));
  assert.deepEqual(essence(keyOf('nonsense')), [0, 0, 0]);
});
