import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { MetricsServer } from './metrics-server.ts';

async function serve(t: TestContext, text: () => Promise<string> = async () => 'ringwall_calls 1\n') {
  const mistakes: unknown[] = [];
  const opened = await MetricsServer.open({
    address: '127.0.0.1',
    port: 0,
    metrics: { text, contentType: 'text/plain; version=0.0.4; charset=utf-8' },
    onMistake: (error) => mistakes.push(error),
  });
  assert.ok(opened.ok);
  const server = opened.value;
  t.after(async () => server.close());
  return { server, mistakes, url: `http://127.0.0.1:${server.port}` };
}

/** What comes back for bytes that no client library would send. */
async function raw(t: TestContext, port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {}); // The server may hang up while we write.
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

test('GET /metrics gives the text', async (t) => {
  const { url } = await serve(t);
  const response = await fetch(`${url}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal(await response.text(), 'ringwall_calls 1\n');
});

test('everything else is nothing', async (t) => {
  const { url } = await serve(t);
  for (const path of ['/', '/metrics/', '/metrics?x', '/../metrics.json', '/admin']) {
    assert.equal((await fetch(url + path)).status, 404, path); // eslint-disable-line no-await-in-loop
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(`${url}/metrics`, { method }); // eslint-disable-line no-await-in-loop
    assert.equal(response.status, 405, method);
  }
});

test('a request under a stranger’s name gets nothing: it comes from a web page', async (t) => {
  const { server } = await serve(t);
  for (const [host, status] of [
    ['evil.example.com', 404],
    ['localhost', 200],
    [`127.0.0.1:${server.port}`, 200],
    ['[::1]:9464', 200],
    ['127.0.0.1.evil.example.com', 404],
  ] as const) {
    const answer = await raw(
      t,
      server.port,
      `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    ); // eslint-disable-line no-await-in-loop
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), host);
  }
});

test('a head that is too long is refused', async (t) => {
  const { server } = await serve(t);
  const answer = await raw(t, server.port, `GET /metrics HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 431 /);
});

test('connections past the sixteenth are closed, and later ones come in again', async (t) => {
  const { server, url } = await serve(t);
  const idle = Array.from({ length: 16 }, () => connect(server.port, '127.0.0.1'));
  await Promise.all(idle.map(async (socket) => once(socket, 'connect')));
  const extra = connect(server.port, '127.0.0.1');
  extra.on('error', () => {});
  extra.resume();
  await once(extra, 'close');
  for (const socket of idle) socket.destroy();
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  assert.equal((await fetch(`${url}/metrics`)).status, 200);
});

test('a mistake while measuring is a 500 without a word, and reported', async (t) => {
  const { url, mistakes } = await serve(t, async () => {
    throw new Error('broken inside');
  });
  const response = await fetch(`${url}/metrics`);
  assert.equal(response.status, 500);
  assert.equal(await response.text(), '');
  assert.equal(mistakes.length, 1);
});

test('a port in use is told in a sentence', async (t) => {
  const { server } = await serve(t);
  const second = await MetricsServer.open({
    address: '127.0.0.1',
    port: server.port,
    metrics: { text: async () => '', contentType: '' },
    onMistake: () => {},
  });
  assert.ok(!second.ok);
  assert.equal(second.error.code, 'PORT_IN_USE');
});
