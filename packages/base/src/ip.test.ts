import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { type Cidr, cidrContains, formatCidr, formatIp, inNetworks, parseCidr, parseIp } from './ip.ts';

const rewritten = (text: string): string | undefined => {
  const ip = parseIp(text);
  return ip === undefined ? undefined : formatIp(ip);
};

const network = (text: string): Cidr => {
  const cidr = parseCidr(text);
  assert.ok(cidr.ok, text);
  return cidr.value;
};

test('RFC 5952 4: addresses are written in one way', () => {
  for (const [text, written] of [
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ] as const) {
    assert.equal(rewritten(text), written, text);
  }
});

test('an IPv4-mapped address is the IPv4 address', () => {
  assert.deepEqual(parseIp('::ffff:192.0.2.1'), parseIp('192.0.2.1'));
  assert.deepEqual(parseIp('::FFFF:c000:201'), parseIp('192.0.2.1'));
  assert.notDeepEqual(parseIp('::192.0.2.1'), parseIp('192.0.2.1'));
});

test('what is no address is none', () => {
  for (const text of [
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.+4',
    '１.2.3.4',
    '0x7f.0.0.1',
    '2130706433',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    '::g',
    '[::1]',
    'fe80::1%eth0',
    '1.2.3.4::',
    '1:1.2.3.4::5',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    `${'0'.repeat(60)}::1`,
  ]) {
    assert.equal(parseIp(text), undefined, text);
  }
});

test('it agrees with the runtime on what an address is', () => {
  const texts = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc
      .array(fc.constantFrom('0', '1', 'f', '12', 'ffff', ':', ':', '::', '.', '255', '256'), {
        maxLength: 16,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const ip = parseIp(text);
      assert.equal(ip !== undefined, isIPv4(text) || isIPv6(text), text);
      if (ip !== undefined) assert.deepEqual(parseIp(formatIp(ip)), ip);
    }),
    { numRuns: 2_000 },
  );
});

test('a network is read, and a bare address is a network of one', () => {
  assert.equal(formatCidr(network('192.0.2.0/24')), '192.0.2.0/24');
  assert.equal(formatCidr(network('192.0.2.7')), '192.0.2.7/32');
  assert.equal(formatCidr(network('2001:db8::/32')), '2001:db8::/32');
  assert.equal(formatCidr(network('::1')), '::1/128');
  assert.equal(formatCidr(network('0.0.0.0/0')), '0.0.0.0/0');
  assert.equal(formatCidr(network('::ffff:192.0.2.0/120')), '192.0.2.0/24');
});

test('host bits are refused with both networks that may have been meant', () => {
  const cidr = parseCidr('217.14.138.0/12');
  assert.ok(!cidr.ok);
  assert.equal(cidr.error.code, 'CIDR_HOST_BITS');
  assert.match(cidr.error.text, /217\.0\.0\.0\/12 for 1048576 addresses, or 217\.14\.138\.0 for one/);
});

test('what is no network is refused', () => {
  for (const text of [
    '',
    '/',
    '/24',
    '192.0.2.0/',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/ 24',
    '192.0.2.0/-1',
    '192.0.2.0/1e1',
    '192.0.2.0/24/24',
    '192.0.2.0/255.255.255.0',
    '2001:db8::/129',
    'example.com/24',
    '::ffff:10.0.0.0/8',
    '::ffff:10.0.0.0/129',
  ]) {
    const cidr = parseCidr(text);
    assert.equal(cidr.ok ? 'ok' : cidr.error.code, 'CIDR_SYNTAX', text);
  }
});

test('a network holds its first and last address and not their neighbours', () => {
  const cidr = network('10.20.0.0/15');
  const holds = (text: string): boolean => inNetworks([cidr], text);
  assert.deepEqual(['10.20.0.0', '10.21.255.255'].map(holds), [true, true]);
  assert.deepEqual(['10.19.255.255', '10.22.0.0'].map(holds), [false, false]);
  assert.equal(holds('::ffff:10.20.0.1'), true);
  assert.equal(holds('::10.20.0.1'), false);
  assert.equal(holds('not an address'), false);
  assert.equal(inNetworks([], '10.20.0.1'), false);
});

test('an address is in the network of its first bits, and only in networks of its family', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (text, length) => {
      const ip = parseIp(text);
      assert.ok(ip);
      const width = ip.family === 4 ? 32 : 128;
      const prefixLength = length % (width + 1);
      const hostBits = BigInt(width - prefixLength);
      const cidr: Cidr = { family: ip.family, bits: (ip.bits >> hostBits) << hostBits, prefixLength };
      assert.equal(cidrContains(cidr, ip), true);
      assert.deepEqual(network(formatCidr(cidr)), cidr);
      const other = { family: ip.family, bits: ip.bits ^ (1n << hostBits) } as const;
      if (prefixLength > 0) assert.equal(cidrContains(cidr, other), false);
      assert.equal(cidrContains(cidr, { family: ip.family === 4 ? 6 : 4, bits: ip.bits }), false);
    }),
  );
});
