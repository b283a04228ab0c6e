import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DnsAnswer, DnsQuestion } from '@ringwall/base';
import { type Plan, planTargets, type Wish } from './plan-targets.ts';
import { questionKey } from './question-key.ts';

const zeros = { bytes: (count: number): Uint8Array => new Uint8Array(count) };
const NONE: DnsAnswer = { is: 'none', ttlSeconds: 300 };

const anyTransport: Wish = {
  host: 'example.com',
  port: undefined,
  transport: undefined,
  transports: ['udp', 'tcp', 'tls'],
  families: [4, 6],
};

type Zone = Readonly<Record<string, DnsAnswer>>;

/** Asks a zone until the plan stands; what it does not hold does not exist. */
function resolve(
  wish: Wish,
  zone: Zone,
  random = zeros,
): { plan: Exclude<Plan, { is: 'asking' }>; asked: string[]; rounds: number } {
  const answers = new Map<string, DnsAnswer>();
  for (let rounds = 0; ; rounds++) {
    const plan = planTargets(wish, answers, random);
    if (plan.is !== 'asking') return { plan, asked: [...answers.keys()], rounds };
    assert.ok(rounds < 3 && plan.questions.length > 0, 'three rounds at most, none of them empty');
    for (const question of plan.questions) answers.set(questionKey(question), answerOf(zone, question));
  }
}

function answerOf(zone: Zone, question: DnsQuestion): DnsAnswer {
  return zone[questionKey(question)] ?? NONE;
}

function targetsOf(wish: Wish, zone: Zone): string[] {
  const { plan } = resolve(wish, zone);
  if (plan.is !== 'found') return [plan.why];
  return plan.targets.map(({ transport, address, port }) => `${transport} ${address} ${port}`);
}

const a = (...addresses: string[]): DnsAnswer => ({ is: 'addresses', addresses, ttlSeconds: 600 });
const srv = (...list: readonly (readonly [number, number, number, string])[]): DnsAnswer => ({
  is: 'srv',
  records: list.map(([priority, weight, port, target]) => ({ priority, weight, port, target })),
  ttlSeconds: 600,
});
const naptr = (...list: readonly (readonly [number, number, string, string])[]): DnsAnswer => ({
  is: 'naptr',
  records: list.map(([order, preference, service, replacement]) => ({
    order,
    preference,
    flags: 's',
    service,
    regexp: '',
    replacement,
  })),
  ttlSeconds: 600,
});

/** The zone of RFC 3263 4.1 and 4.2, with addresses for its two servers. */
const RFC_ZONE: Zone = {
  'NAPTR example.com': naptr(
    [50, 50, 'SIPS+D2T', '_sips._tcp.example.com'],
    [90, 50, 'SIP+D2T', '_sip._tcp.example.com'],
    [100, 50, 'SIP+D2U', '_sip._udp.example.com'],
  ),
  'SRV _sip._tcp.example.com': srv(
    [0, 1, 5_060, 'server1.example.com'],
    [0, 2, 5_060, 'server2.example.com'],
  ),
  'A server1.example.com': a('192.0.2.1'),
  'A server2.example.com': a('192.0.2.2'),
};

test('RFC 3263 4.1: a client with TCP and UDP takes TCP of the example, and both of its servers', () => {
  const wish: Wish = { ...anyTransport, transports: ['udp', 'tcp'] };
  assert.deepEqual(targetsOf(wish, RFC_ZONE).toSorted(), ['tcp 192.0.2.1 5060', 'tcp 192.0.2.2 5060']);
});

test('RFC 3263 4.1: without NAPTR, SRV of each transport is asked, and decides', () => {
  const zone: Zone = {
    'SRV _sip._udp.example.com': srv([0, 0, 5_070, 'u.example.com']),
    'A u.example.com': a('192.0.2.9'),
  };
  const { asked } = resolve(anyTransport, zone);
  assert.ok(asked.includes('SRV _sips._tcp.example.com') && asked.includes('SRV _sip._tcp.example.com'));
  assert.deepEqual(targetsOf(anyTransport, zone), ['udp 192.0.2.9 5070']);
});

test('RFC 3263 4.2: an address is taken as it is, with the port of its transport', () => {
  const wish: Wish = { ...anyTransport, host: '192.0.2.7', transport: 'tls' };
  assert.deepEqual(resolve(wish, {}).asked, []);
  assert.deepEqual(targetsOf(wish, {}), ['tls 192.0.2.7 5061']);
});

test('RFC 3263 4.2: a port that was given leaves only addresses to ask for', () => {
  const wish: Wish = { ...anyTransport, port: 5_080, transport: 'udp' };
  const zone: Zone = { ...RFC_ZONE, 'A example.com': a('192.0.2.3'), 'AAAA example.com': a('2001:db8::3') };
  assert.deepEqual(resolve(wish, zone).asked, ['A example.com', 'AAAA example.com']);
  assert.deepEqual(targetsOf(wish, zone), ['udp 192.0.2.3 5080', 'udp 2001:db8::3 5080']);
});

test('RFC 3263 4.2: with a transport given SRV is asked at once, and the addresses of the name where there is none', () => {
  const wish: Wish = { ...anyTransport, transport: 'udp' };
  assert.deepEqual(targetsOf(wish, { 'A example.com': a('192.0.2.3') }), ['udp 192.0.2.3 5060']);
  assert.deepEqual(resolve(wish, RFC_ZONE).asked.slice(0, 1), ['SRV _sip._udp.example.com']);
});

test('RFC 2782: a lower priority comes first, and a target of "." says that nobody is there', () => {
  const wish: Wish = { ...anyTransport, transport: 'udp' };
  const addresses: Zone = {
    'A one.example.com': a('192.0.2.1'),
    'A two.example.com': a('192.0.2.2'),
    'A example.com': a('192.0.2.3'),
  };
  const records = srv([20, 0, 5_062, 'two.example.com'], [10, 0, 5_061, 'one.example.com']);
  assert.deepEqual(targetsOf(wish, { ...addresses, 'SRV _sip._udp.example.com': records }), [
    'udp 192.0.2.1 5061',
    'udp 192.0.2.2 5062',
  ]);
  const declined = { ...addresses, 'SRV _sip._udp.example.com': srv([0, 0, 0, '']) };
  assert.deepEqual(targetsOf(wish, declined), ['not-offered']);
});

test('RFC 5922: the certificate must name whom we asked for, not whom the DNS led to', () => {
  const wish: Wish = { ...anyTransport, transport: 'tls' };
  const zone: Zone = {
    'SRV _sips._tcp.example.com': srv([0, 0, 5_061, 'evil.example']),
    'A evil.example': a('192.0.2.66'),
  };
  const { plan } = resolve(wish, zone);
  assert.ok(plan.is === 'found');
  assert.deepEqual(
    plan.targets.map(({ tlsName }) => tlsName),
    ['example.com'],
  );
});

test('a sips name is reached over TLS only, whatever the DNS offers', () => {
  const zone: Zone = { ...RFC_ZONE, 'A example.com': a('192.0.2.3') };
  assert.deepEqual(targetsOf({ ...anyTransport, secure: true }, zone), ['tls 192.0.2.3 5061']);
  assert.deepEqual(targetsOf({ ...anyTransport, secure: true, transport: 'udp' }, zone), ['not-offered']);
});

test('where SRV cannot be asked the addresses are taken, for a short time; where nothing can, it says so', () => {
  const wish: Wish = { ...anyTransport, transport: 'udp' };
  const failed: DnsAnswer = { is: 'failed', why: 'timeout' };
  const { plan } = resolve(wish, { 'SRV _sip._udp.example.com': failed, 'A example.com': a('192.0.2.3') });
  assert.ok(plan.is === 'found');
  assert.equal(plan.ttlSeconds, 30);
  assert.deepEqual(targetsOf(wish, { 'A example.com': failed }), ['failed']);
  assert.deepEqual(targetsOf(wish, {}), ['none']);
});

test('a plan lives as long as its shortest answer, within bounds', () => {
  const wish: Wish = { ...anyTransport, port: 5_060, transport: 'udp', families: [4] };
  const lifetime = (ttlSeconds: number): number | undefined => {
    const answer: DnsAnswer = { is: 'addresses', addresses: ['192.0.2.3'], ttlSeconds };
    const { plan } = resolve(wish, { 'A example.com': answer });
    return plan.is === 'found' ? plan.ttlSeconds : undefined;
  };
  assert.deepEqual([0, 120, 1_000_000].map(lifetime), [30, 120, 3_600]);
});

test('whatever the DNS answers, three rounds give at most 32 targets of the transports and families that we have', () => {
  const names = fc.constantFrom('', 'example.com', 'a.example', '_sip._udp.example.com', '192.0.2.1', '::1');
  const small = fc.nat({ max: 65_535 });
  const ttlSeconds = fc.nat();
  const record = fc.record({ priority: small, weight: small, port: small, target: names });
  const pointer = fc.record({
    order: small,
    preference: small,
    flags: fc.constantFrom('s', 'S', 'a', 'u', ''),
    service: fc.constantFrom('SIP+D2U', 'sip+d2t', 'SIPS+D2T', 'SIP+D2S', ''),
    regexp: fc.constantFrom('', '!x!y!'),
    replacement: names,
  });
  const answer: fc.Arbitrary<DnsAnswer> = fc.oneof(
    fc.record({ is: fc.constant('none' as const), ttlSeconds }),
    fc.record({
      is: fc.constant('failed' as const),
      why: fc.constantFrom('timeout' as const, 'server' as const, 'busy' as const),
    }),
    fc.record({ is: fc.constant('srv' as const), records: fc.array(record, { maxLength: 40 }), ttlSeconds }),
    fc.record({
      is: fc.constant('naptr' as const),
      records: fc.array(pointer, { maxLength: 40 }),
      ttlSeconds,
    }),
    fc.record({
      is: fc.constant('addresses' as const),
      addresses: fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 40 }),
      ttlSeconds,
    }),
  );
  fc.assert(
    fc.property(fc.infiniteStream(answer), fc.boolean(), (stream, given) => {
      const wish: Wish = { ...anyTransport, transport: given ? 'udp' : undefined, families: [4] };
      const zone = new Proxy<Zone>({}, { get: (): DnsAnswer => stream.next().value as DnsAnswer });
      const { plan, asked } = resolve(wish, zone);
      assert.ok(asked.length <= 1 + 16 + 16);
      assert.ok(plan.ttlSeconds >= 30 && plan.ttlSeconds <= 3_600);
      if (plan.is !== 'found') return;
      assert.ok(plan.targets.length >= 1 && plan.targets.length <= 32);
      for (const { address, port, transport } of plan.targets) {
        assert.ok(!address.includes(':') && port > 0 && (!given || transport === 'udp'));
      }
    }),
  );
});
