import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import { Dns, type DnsOptions } from './dns.ts';
import { a, naptr, serveDns, srv, type ZoneEntry } from './dns-test-server.ts';

async function resolver(
  t: TestContext,
  zone: Readonly<Record<string, ZoneEntry>>,
  options: Partial<DnsOptions> = {},
) {
  const { at, asked } = await serveDns(t, zone);
  const time = { seconds: 0 };
  const clock = {
    monotonic: (): MonotonicMs => (time.seconds * 1_000) as MonotonicMs,
    wall: (): WallMs => 0 as WallMs,
  };
  return { dns: new Dns({ clock, servers: [at], ...options }), asked, time };
}

test('addresses come with their time to live, SRV and NAPTR with their fields', async (t) => {
  const { dns } = await resolver(t, {
    'A sip.example.com': a(120, '192.0.2.1', '192.0.2.2'),
    'SRV _sip._udp.example.com': srv([10, 5, 5_070, 'sip.example.com'], [20, 0, 0, '']),
    'NAPTR example.com': naptr([50, 60, 's', 'SIP+D2U', '_sip._udp.example.com']),
  });
  const addresses = await dns.ask({ type: 'A', name: 'sip.example.com' });
  assert.ok(addresses.is === 'addresses');
  assert.deepEqual(addresses.addresses.toSorted(), ['192.0.2.1', '192.0.2.2']);
  assert.equal(addresses.ttlSeconds, 120);
  const servers = await dns.ask({ type: 'SRV', name: '_sip._udp.example.com' });
  assert.ok(servers.is === 'srv');
  assert.deepEqual(
    servers.records.toSorted((one, other) => one.priority - other.priority),
    [
      { priority: 10, weight: 5, port: 5_070, target: 'sip.example.com' },
      { priority: 20, weight: 0, port: 0, target: '' },
    ],
  );
  const pointers = await dns.ask({ type: 'NAPTR', name: 'example.com' });
  assert.ok(pointers.is === 'naptr');
  assert.deepEqual(pointers.records, [
    {
      order: 50,
      preference: 60,
      flags: 's',
      service: 'SIP+D2U',
      regexp: '',
      replacement: '_sip._udp.example.com',
    },
  ]);
});

test('an answer is kept for its time to live, one that there is none as well', async (t) => {
  const { dns, asked, time } = await resolver(t, { 'A sip.example.com': a(120, '192.0.2.1') });
  const both = async (): Promise<void> => {
    assert.equal((await dns.ask({ type: 'A', name: 'SIP.example.com' })).is, 'addresses');
    assert.deepEqual(await dns.ask({ type: 'A', name: 'gone.example.com' }), { is: 'none', ttlSeconds: 60 });
  };
  await both();
  time.seconds = 59;
  await both();
  assert.equal(asked.length, 2);
  time.seconds = 60;
  await both();
  assert.deepEqual(asked.slice(2), ['A gone.example.com']);
  time.seconds = 120;
  await both();
  assert.equal(asked.length, 5);
});

test('a server that fails and one that is silent are told apart, and nothing is thrown', async (t) => {
  const { dns } = await resolver(
    t,
    { 'A broken.example.com': 2, 'A refused.example.com': 5, 'A slow.example.com': 'silence' },
    { timeoutMs: 500, answerMs: 10_000 },
  );
  const why = async (name: string): Promise<string> => {
    const answer = await dns.ask({ type: 'A', name });
    return answer.is === 'failed' ? answer.why : answer.is;
  };
  assert.equal(await why('broken.example.com'), 'server');
  assert.equal(await why('refused.example.com'), 'server');
  assert.equal(await why('slow.example.com'), 'timeout');
  assert.equal(await why(`${'x'.repeat(70)}.example.com`), 'malformed');
  assert.deepEqual(dns.counters.failed, { timeout: 1, server: 2, unreachable: 0, malformed: 1, busy: 0 });
});

test('a question that is under way is not put again, and too many are turned away', async (t) => {
  const { dns, asked } = await resolver(
    t,
    { 'A slow.example.com': 'silence' },
    { atOnce: 1, timeoutMs: 500, answerMs: 10_000 },
  );
  const slow = { type: 'A', name: 'slow.example.com' } as const;
  const same = [dns.ask(slow), dns.ask(slow)];
  const others = Array.from({ length: 9 }, (_, n) => dns.ask({ type: 'A', name: `n${n}.example.com` }));
  const answers = await Promise.all(others);
  assert.deepEqual(
    answers.map(({ is }) => is),
    [...Array.from({ length: 8 }, () => 'none'), 'failed'],
  );
  assert.deepEqual(await Promise.all(same), [
    { is: 'failed', why: 'timeout' },
    { is: 'failed', why: 'timeout' },
  ]);
  assert.equal(dns.counters.asked, 9);
  assert.equal(dns.counters.failed.busy, 1);
  assert.ok(asked.includes('A n7.example.com'));
});

test('a name that only this machine knows is found, and what it does not know changes nothing', async (t) => {
  const { dns } = await resolver(
    t,
    {},
    {
      hosts: async (name, family) => {
        if (name !== 'pbx') throw new Error('not in the file');
        return family === 4 ? ['192.0.2.5'] : [];
      },
    },
  );
  assert.deepEqual(await dns.ask({ type: 'A', name: 'pbx' }), {
    is: 'addresses',
    addresses: ['192.0.2.5'],
    ttlSeconds: 60,
  });
  assert.equal((await dns.ask({ type: 'AAAA', name: 'pbx' })).is, 'none');
  assert.equal((await dns.ask({ type: 'A', name: 'other' })).is, 'none');
});
