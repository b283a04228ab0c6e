import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { parseCidr } from '@ringwall/base';
import { mayReach, outward, type OutwardPolicy, type OutwardRequest } from './outward.ts';

const INTERNET: OutwardPolicy = { allowHttp: true, networks: [] };
const LOOPBACK: OutwardPolicy = {
  allowHttp: true,
  networks: ['127.0.0.0/8'].flatMap((text) => {
    const network = parseCidr(text);
    return network.ok ? [network.value] : [];
  }),
};

async function server(t: TestContext, listener: RequestListener): Promise<string> {
  const made = createServer(listener).listen(0, '127.0.0.1');
  await once(made, 'listening');
  t.after(() => {
    made.closeAllConnections();
    made.close();
  });
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/hook`;
}

function asked(url: string, changes: Partial<OutwardRequest> = {}): OutwardRequest {
  return { url, method: 'GET', headers: {}, mostBytes: 1_000, timeoutMs: 5_000, ...changes };
}

test('only the internet may be reached, however an address is written', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '168.63.129.16',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::ffff:0:7f00:1',
    'not an address',
  ]) {
    assert.equal(mayReach(address, INTERNET), false, address);
  }
  assert.ok(mayReach('93.184.216.34', INTERNET));
  assert.ok(mayReach('2606:4700::1', INTERNET));
  assert.ok(mayReach('127.0.0.1', LOOPBACK), 'what an administrator named');
});

test('a name that leads to a private address is not connected to', async (t) => {
  let asks = 0;
  const url = await server(t, () => void asks++);
  const named = url.replace('127.0.0.1', 'hook.example');
  const answer = await outward(asked(named), INTERNET, { resolve: async () => ['127.0.0.1'] });
  assert.match(answer.ok ? '' : answer.error, /not on the internet/);
  assert.equal(asks, 0);
});

test('the connection goes to the address that was looked at, and the name is asked for once', async (t) => {
  const url = await server(t, (_, response) => response.end('here'));
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  let questions = 0;
  const answer = await outward(asked(url.replace('127.0.0.1', 'hook.example')), LOOPBACK, {
    resolve: async () => answers[questions++] ?? [],
  });
  assert.equal(answer.ok && answer.value.body.toString(), 'here');
  assert.equal(questions, 1);
});

test('a redirection is an answer, and is not followed', async (t) => {
  let asks = 0;
  const url = await server(t, (_, response) => {
    asks++;
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  const answer = await outward(asked(url), LOOPBACK);
  assert.equal(answer.ok && answer.value.status, 302);
  assert.equal(asks, 1);
});

test('an answer without end is cut off, and one that never comes is given up', async (t) => {
  const endless = await server(t, (_, response) => {
    const more = (): void => {
      if (response.writable) response.write('x'.repeat(10_000), () => setImmediate(more));
    };
    more();
  });
  const long = await outward(asked(endless), LOOPBACK);
  assert.match(long.ok ? '' : long.error, /more than 1000 bytes/);
  const silent = await server(t, () => {});
  const late = await outward(asked(silent, { timeoutMs: 200 }), LOOPBACK);
  assert.match(late.ok ? '' : late.error, /longer than 0\.2 s/);
});

test('http:// has to be allowed by name, and no reason holds the address', async () => {
  const secret = 'https://hook.example/secret-path?token=abc';
  const plain = await outward(asked(secret.replace('https', 'http')), { ...INTERNET, allowHttp: false });
  assert.match(plain.ok ? '' : plain.error, /notify\.allowHttp is off/);
  const refused = await outward(asked('http://127.0.0.1:1/secret-path'), LOOPBACK);
  assert.ok(!refused.ok && !refused.error.includes('secret'), refused.ok ? '' : refused.error);
});
