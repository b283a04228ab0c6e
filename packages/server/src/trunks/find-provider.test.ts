import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, MonotonicMs, WallMs } from '@ringwall/base';
import type { Flow } from '@ringwall/net';
import type { Trunk } from '@ringwall/pbx';
import { ProviderFinder } from './find-provider.ts';

const TRUNK = {
  host: 'provider.example',
  port: undefined,
  transport: 'udp',
  outboundProxy: undefined,
} as unknown as Trunk;

const ZONE: Readonly<Record<string, DnsAnswer>> = {
  'SRV _sip._udp.provider.example': {
    is: 'srv',
    records: [
      { priority: 1, weight: 0, port: 5_070, target: 'one.provider.example' },
      { priority: 2, weight: 0, port: 5_080, target: 'two.provider.example' },
    ],
    ttlSeconds: 60,
  },
  'A one.provider.example': { is: 'addresses', addresses: ['192.0.2.1'], ttlSeconds: 60 },
  'A two.provider.example': { is: 'addresses', addresses: ['192.0.2.2'], ttlSeconds: 60 },
  'SRV _sips._tcp.provider.example': {
    is: 'srv',
    records: [
      { priority: 1, weight: 0, port: 5_071, target: 'one.provider.example' },
      { priority: 2, weight: 0, port: 5_081, target: 'two.provider.example' },
    ],
    ttlSeconds: 60,
  },
  'A plain.example': { is: 'addresses', addresses: ['192.0.2.3'], ttlSeconds: 60 },
  'SRV _sip._udp.dead.example': { is: 'failed', why: 'timeout' },
  'A dead.example': { is: 'failed', why: 'timeout' },
};

function finder() {
  const time = { seconds: 0 };
  const tried: string[] = [];
  const dropped: Flow[] = [];
  const provider = new ProviderFinder({
    sockets: {
      listening: () => [{ transport: 'udp', address: '0.0.0.0', port: 5_060 }],
      localAddressFor: () => '198.51.100.1',
      drop: (flow) => dropped.push(flow) > 0,
      connect: async ({ transport, address, port, tlsName, ca = '' }) => {
        tried.push(`${transport} ${address} ${port} ${tlsName} ${ca}`.trimEnd());
        if (address === '192.0.2.1') return { ok: false, error: { code: 'REFUSED', text: 'Nobody listens' } };
        const local = { address: '198.51.100.1', port: 40_000 };
        return { ok: true, value: { transport, local, remote: { address, port }, connection: tried.length } };
      },
    },
    dns: {
      ask: async ({ type, name }) => ZONE[`${type} ${name}`] ?? { is: 'none', ttlSeconds: 60 },
    },
    clock: {
      monotonic: () => (time.seconds * 1_000) as MonotonicMs,
      wall: () => 0 as WallMs,
    },
    random: { bytes: (count) => new Uint8Array(count) },
  });
  const find = async (trunk: Partial<Trunk> = {}, avoid?: Flow): Promise<Flow> => {
    const found = await provider.find({ ...TRUNK, ...trunk }, avoid);
    assert.ok(found.ok, found.ok ? '' : found.error);
    return found.value.flow;
  };
  return { provider, find, time, tried, dropped };
}

test('a trunk goes where SRV says, from our own port, and knows all addresses of its provider', async () => {
  const { provider } = finder();
  assert.deepEqual(await provider.find(TRUNK, undefined), {
    ok: true,
    value: {
      addresses: ['192.0.2.1', '192.0.2.2'],
      ttlSeconds: 60,
      flow: {
        transport: 'udp',
        local: { address: '198.51.100.1', port: 5_060 },
        remote: { address: '192.0.2.1', port: 5_070 },
        connection: 0,
      },
    },
  });
});

test('what did not answer is left for the next one, and has its turn again later', async () => {
  const { find, time } = finder();
  const first = await find();
  const second = await find({}, first);
  assert.deepEqual(second.remote, { address: '192.0.2.2', port: 5_080 });
  assert.deepEqual((await find()).remote, second.remote, 'it is set aside for everybody');
  assert.deepEqual((await find({}, second)).remote, first.remote, 'all are bad: the one that failed first');
  time.seconds = 31;
  assert.deepEqual((await find()).remote, first.remote);
});

test('a name without SRV, an address, and an outbound proxy are reached as they are written', async () => {
  const { find } = finder();
  assert.deepEqual((await find({ host: 'plain.example' })).remote, { address: '192.0.2.3', port: 5_060 });
  assert.deepEqual((await find({ host: '192.0.2.9' })).remote, { address: '192.0.2.9', port: 5_060 });
  const outboundProxy = { host: 'plain.example', port: 5_090 };
  assert.deepEqual((await find({ outboundProxy })).remote, { address: '192.0.2.3', port: 5_090 });
});

test('whoever cannot be found is told of in words', async () => {
  const { provider } = finder();
  const why = async (host: string): Promise<string> => {
    const found = await provider.find({ ...TRUNK, host }, undefined);
    return found.ok ? 'found' : found.error;
  };
  assert.match(await why('dead.example'), /DNS servers of this machine did not answer/);
  assert.match(await why('nobody.example'), /nobody\.example has no address/);
  assert.match(await why('2001:db8::1'), /no address that one of our UDP ports reaches/);
});

test('over TLS the next server is tried when one refuses, always by the name of the trunk', async () => {
  const { find, provider, tried, dropped } = finder();
  const flow = await find({ transport: 'tls' });
  assert.deepEqual(flow.remote, { address: '192.0.2.2', port: 5_081 });
  assert.deepEqual(tried, ['tls 192.0.2.1 5071 provider.example', 'tls 192.0.2.2 5081 provider.example']);
  await find({ transport: 'tls' }, flow);
  assert.deepEqual(dropped, [flow], 'a connection without an answer is given up');
  const refused = await provider.find({ ...TRUNK, transport: 'tcp', host: '192.0.2.1' }, undefined);
  assert.deepEqual(refused, { ok: false, error: 'Nobody listens' });
});

test('only the CA of the trunk is given to whoever connects, if it has one', async () => {
  const { find, tried } = finder();
  await find({ transport: 'tls', host: 'plain.example', ca: 'PEM' });
  assert.deepEqual(tried, ['tls 192.0.2.3 5061 plain.example PEM']);
});

test('a provider that is looked for again stays where it is while the DNS names that place, and all searches are counted', async () => {
  const { provider, find, time } = finder();
  const second = await find({}, await find());
  const kept = await provider.find(TRUNK, undefined, second);
  assert.deepEqual(kept.ok && kept.value.flow, second, 'not the first, though its time is over');
  assert.equal(provider.aside, 1);
  time.seconds = 31;
  assert.equal(provider.aside, 0);
  const gone = { ...second, remote: { address: '192.0.2.77', port: 5_060 } };
  const moved = await provider.find(TRUNK, undefined, gone);
  assert.notDeepEqual(moved.ok && moved.value.flow, gone, 'the DNS does not name it any more');
  await provider.find({ ...TRUNK, host: 'nobody.example' }, undefined);
  assert.deepEqual(provider.counts, { found: 4, nowhere: 1, unreachable: 0 });
});
