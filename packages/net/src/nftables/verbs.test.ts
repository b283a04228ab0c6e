import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIp } from '@ringwall/base';
import fc from 'fast-check';
import { transactionText } from './commands.ts';
import { allowRangeVerb, banHostVerb, banRangeVerb, readVerb } from './verbs.ts';

test('each verb is read as a change to one set', () => {
  for (const [line, set, key, seconds] of [
    ['ban 203.0.113.7 86400', 'ban4', '203.0.113.7', 86_400],
    ['unban 203.0.113.7', 'ban4', '203.0.113.7', undefined],
    ['ban 2001:DB8:1:2::/64 60', 'ban6', '2001:db8:1:2::', 60],
    ['ban 2001:db8::7 60', 'banrange6', '2001:db8::7', 60],
    ['ban 192.0.2.0-192.0.2.255 60', 'banrange4', '192.0.2.0-192.0.2.255', 60],
    ['unban 192.0.2.9-192.0.2.9', 'banrange4', '192.0.2.9', undefined],
    ['allow 192.0.2.9', 'allow4', '192.0.2.9', undefined],
    ['allow 2001:db8::-2001:db8::ffff', 'allowrange6', '2001:db8::-2001:db8::ffff', undefined],
    ['unallow 2001:db8::9', 'allow6', '2001:db8::9', undefined],
    ['hush 203.0.113.7 60', 'hush4', '203.0.113.7', 60],
    ['unhush 2001:db8:1:2::/64', 'hush6', '2001:db8:1:2::', undefined],
    ['trunk 198.51.100.1', 'trunk4', '198.51.100.1', undefined],
    ['untrunk 2001:db8::1', 'trunk6', '2001:db8::1', undefined],
    ['flow udp 198.51.100.4 40000 120', 'flow4', 'udp . 198.51.100.4 . 40000', 120],
    ['unflow tcp 2001:db8::4 65535', 'flow6', 'tcp . 2001:db8::4 . 65535', undefined],
  ] as const) {
    const present = !line.startsWith('un');
    assert.deepEqual(readVerb(line), { set, key, present, seconds }, line);
  }
});

test('what is not exactly a verb is refused', () => {
  for (const line of [
    '',
    'ban',
    'ban 203.0.113.7',
    'ban 203.0.113.7 0',
    'ban 203.0.113.7 060',
    'ban 203.0.113.7 -1',
    'ban 203.0.113.7 1e3',
    'ban 203.0.113.7 4000001',
    'ban 203.0.113.7 60 60',
    'ban  203.0.113.7 60',
    'ban 203.0.113.7 60 ',
    'ban 203.0.113.0/24 60',
    'ban 2001:db8:1:2::1/64 60',
    'ban 203.0.113.0/64 60',
    'ban 203.0.113.9-203.0.113.1 60',
    'ban 203.0.113.9-2001:db8::1 60',
    'ban 203.0.113.9; 60',
    'unban 203.0.113.7 60',
    'allow 203.0.113.7 60',
    'trunk example.com',
    'hush 203.0.113.7',
    'hush 192.0.2.0-192.0.2.255 60',
    'flow 198.51.100.4 40000 120',
    'flow sctp 198.51.100.4 40000 120',
    'flow udp 198.51.100.4 0 120',
    'flow udp 198.51.100.4 65536 120',
    'flow udp 198.51.100.4 40000',
    'unflow udp 198.51.100.4 40000 120',
    'constructor 203.0.113.7',
    'flush ruleset',
  ]) {
    assert.equal(readVerb(line), undefined, line);
  }
});

test('whatever is written where an address belongs, only an address gets into a command', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1.2.3.4 }; flush ruleset', '@ban4', '$x', 'include "/etc/passwd"', '1.2.3.4\n', '::1}'),
    fc.tuple(fc.ipV4(), fc.string()).map(([ip, tail]) => ip + tail),
    fc.ipV4(),
    fc.ipV6(),
  );
  const lines = fc.oneof(
    nasty.map((text) => `ban ${text} 60`),
    nasty.map((text) => `unban ${text}`),
    nasty.map((text) => `allow ${text}`),
    nasty.map((text) => `trunk ${text}`),
    nasty.map((text) => `flow udp ${text} 5060 60`),
    nasty,
  );
  fc.assert(
    fc.property(lines, (line) => {
      const change = readVerb(line);
      if (change === undefined) return;
      const addresses = change.key.split(/ \. |-/).filter((part) => /[.:]/.test(part));
      assert.ok(addresses.length > 0 && addresses.every((part) => parseIp(part) !== undefined), change.key);
      assert.match(transactionText([change]), /^[a-z0-9 .:{},;-]+$/);
    }),
    { numRuns: 2_000 },
  );
});

test('what the program writes, the helper reads', () => {
  const bits4 = fc.bigInt(0n, 2n ** 32n - 1n);
  fc.assert(
    fc.property(bits4, bits4, fc.double({ min: 0.001, noNaN: true }), (a, b, seconds) => {
      const range = { family: 4, first: a < b ? a : b, last: a < b ? b : a } as const;
      assert.equal(readVerb(banHostVerb({ family: 4, bits: a }, seconds))?.set, 'ban4');
      assert.equal(readVerb(banHostVerb({ family: 6, bits: a << 64n }, undefined))?.set, 'ban6');
      assert.equal(readVerb(banRangeVerb(range, seconds))?.set, 'banrange4');
      assert.equal(readVerb(banRangeVerb(range, undefined))?.present, false);
      assert.equal(readVerb(allowRangeVerb(range, true))?.set, 'allowrange4');
    }),
  );
});
