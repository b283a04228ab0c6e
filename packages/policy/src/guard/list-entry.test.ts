import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListNetwork, plainText } from './list-entry.ts';

function refusal(text: string): string {
  const read = parseListNetwork(text);
  assert.ok(!read.ok);
  return read.error.text;
}

test('a network with host bits is refused with both networks that may have been meant', () => {
  assert.equal(
    refusal('217.14.138.0/12'),
    '"217.14.138.0/12" can be read in two ways: 217.0.0.0/12, which is 1,048,576 addresses, or 217.14.138.0/24, ' +
      'which is 256 addresses from 217.14.138.0 on. Write the one that you mean',
  );
  assert.match(
    refusal('192.0.2.7/24'),
    /192\.0\.2\.0\/24, which is 256 addresses, or 192\.0\.2\.7, which is one address/,
  );
  assert.match(refusal('10.1.0.0/8'), /or 10\.1\.0\.0\/16, which is 65,536 addresses/);
  assert.match(
    refusal('2001:db8::1/32'),
    /2001:db8::\/32, which is 79,228,.* or 2001:db8::1, which is one address/,
  );
  assert.match(refusal('::ffff:192.0.2.7/120'), /192\.0\.2\.0\/24/);
});

test('what is no network at all is refused as such, and what is right is taken', () => {
  assert.match(refusal('192.0.2.0/33'), /is not a network/);
  assert.ok(parseListNetwork('192.0.2.0/24').ok);
  assert.ok(parseListNetwork('2001:db8::/64').ok);
});

test('what a peer sent is shown in one line without controls, and not for long', () => {
  assert.equal(plainText('a\r\nb\u001b[1m\u202ec'), 'a��b�[1m�c');
  assert.equal(plainText('x'.repeat(1_000)).length, 200);
});
