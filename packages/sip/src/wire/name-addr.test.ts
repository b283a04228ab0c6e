import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUri } from '../compose/addresses.ts';
import { parseContacts, parseNameAddr, parseNameAddrs } from './name-addr.ts';

function read(text: string): [string, string, [string, string][]] | undefined {
  const address = parseNameAddr(text);
  return address && [address.displayName, formatUri(address.uri), [...address.params]];
}

test('with and without a name, quotes and brackets', () => {
  assert.deepEqual(read('"Anna \\"A\\" Lee" <sip:101@h>;tag=x'), [
    'Anna "A" Lee',
    'sip:101@h',
    [['tag', 'x']],
  ]);
  assert.deepEqual(read('Anna Lee  <sip:101@h>'), ['Anna Lee', 'sip:101@h', []]);
  assert.deepEqual(read('Jörg <sip:101@h>'), ['Jörg', 'sip:101@h', []]);
  assert.deepEqual(read('<sip:101@h;lr>;lr'), ['', 'sip:101@h;lr', [['lr', '']]]);
  assert.deepEqual(read('sip:101@h;tag=x'), ['', 'sip:101@h', [['tag', 'x']]]);
  assert.deepEqual(read('""<tel:+1555>'), ['', 'tel:+1555', []]);
});

test('what has a hole in it is refused', () => {
  for (const bad of [
    ...[
      '',
      '<',
      '<>',
      '<sip:a@h',
      'sip:a@h>',
      '"a <sip:a@h>',
      '"a" sip:a@h',
      '"a"b <sip:a@h>',
      'a, b <sip:a@h>',
    ],
    ...[
      '< sip:a@h>',
      '<sip:a@h >',
      '<<sip:a@h>>',
      '<sip:a@h>x',
      '<sip:a@h>;',
      '<sip:a@h>, <sip:b@h>',
      'sip:a@h, sip:b@h',
    ],
    ...['sip:a@h?b=c', 'a@h', 'a:b <sip:a@h>', '<sip:a@h>;tag=a;tag=b'],
  ]) {
    assert.equal(read(bad), undefined, bad);
  }
});

test('Contact is * alone, or addresses that are all well formed', () => {
  assert.equal(parseContacts(['*']), '*');
  assert.equal(parseContacts(['*', '<sip:a@h>']), undefined);
  assert.equal(parseContacts(['*;expires=0']), undefined);
  assert.deepEqual(parseContacts([]), []);
  const two = parseContacts(['<sip:a@h>;expires=60, "x, y" <sip:b@h>']);
  assert.ok(Array.isArray(two));
  assert.deepEqual(
    two.map((each) => each.displayName),
    ['', 'x, y'],
  );
  assert.equal(parseNameAddrs(['<sip:a@h>', 'x y']), undefined);
});
