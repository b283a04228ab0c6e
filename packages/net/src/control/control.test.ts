import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { until } from '../test-support.ts';
import { type ControlClient, connectControl } from './control-client.ts';
import { ControlRefusal } from './control-error.ts';
import { ControlServer, type ControlServerOptions } from './control-server.ts';

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'control-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function serve(t: TestContext, handle: ControlServerOptions['handle']) {
  const path = join(scratch(t), 'data', 'control.sock');
  const mistakes: unknown[] = [];
  const opened = await ControlServer.open({ path, handle, onMistake: (error) => mistakes.push(error) });
  assert.ok(opened.ok);
  t.after(async () => opened.value.close());
  return { path, mistakes, server: opened.value };
}

async function client(t: TestContext, path: string): Promise<ControlClient> {
  const connected = await connectControl(path);
  assert.ok(connected.ok);
  t.after(() => connected.value.close());
  return connected.value;
}

/** A client that writes what it likes. @returns all that came back before the end. */
async function raw(t: TestContext, path: string, text: string): Promise<string> {
  const socket = connect(path);
  t.after(() => socket.destroy());
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('error', () => {}); // The server may close while we write.
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

test('a request is answered by the handler’s result, and the next one on the same connection too', async (t) => {
  const { path } = await serve(t, async (request) => ({ heard: request }));
  const control = await client(t, path);
  const [first, second] = await Promise.all([control.request({ say: 'ä' }), control.request([1, 2])]);
  assert.deepEqual(first, { ok: true, value: { heard: { say: 'ä' } } });
  assert.deepEqual(second, { ok: true, value: { heard: [1, 2] } });
  assert.deepEqual(await (await client(t, path)).request('x'), { ok: true, value: { heard: 'x' } });
});

test('the socket is for its owner alone from the start, and so is the directory that was made for it', async (t) => {
  const { path } = await serve(t, async () => null);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
  assert.notEqual(process.umask(), 0o177);
});

test('items come in order before the result', async (t) => {
  const { path } = await serve(t, async (_request, stream) => {
    for (let i = 0; i < 1_000; i++) assert.equal(stream.send({ i }), true);
    return 'done';
  });
  const items: unknown[] = [];
  const answer = await (await client(t, path)).request('count', { onItem: (item) => items.push(item) });
  assert.deepEqual(answer, { ok: true, value: 'done' });
  assert.deepEqual(
    items,
    Array.from({ length: 1_000 }, (_, i) => ({ i })),
  );
});

test('a client that goes away aborts what was done for it, and sending says so', async (t) => {
  let sent: boolean | undefined;
  const { path, mistakes } = await serve(t, async (_request, stream) => {
    stream.send('following');
    await once(stream.signal, 'abort');
    sent = stream.send('too late');
  });
  const stop = new AbortController();
  const control = await client(t, path);
  const answer = await control.request('follow', {
    onItem: () => stop.abort(),
    signal: stop.signal,
    silenceMs: 0,
  });
  assert.ok(!answer.ok);
  assert.equal(answer.error.code, 'CONTROL_CLOSED');
  await until(() => sent === false, 'the handler saw the end');
  assert.deepEqual(mistakes, []);
});

test('a refusal reaches the client in its own words; a mistake of ours reaches the log alone', async (t) => {
  const { path, mistakes } = await serve(t, async (request) => {
    if (request === 'json') return 1n;
    if (request === 'bug') throw new Error('with a secret in it');
    throw new ControlRefusal('EXTENSION_EXISTS', 'There is an extension 101 already.');
  });
  const control = await client(t, path);
  assert.deepEqual(await control.request('add'), {
    ok: false,
    error: { code: 'EXTENSION_EXISTS', text: 'There is an extension 101 already.' },
  });
  for (const request of ['bug', 'json']) {
    const answer = await control.request(request); // eslint-disable-line no-await-in-loop
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 'INTERNAL');
    assert.doesNotMatch(answer.error.text, /secret/);
  }
  assert.equal(mistakes.length, 2);
});

test('a line of shell is client enough: half-closed, it still gets its answer', async (t) => {
  const { path } = await serve(t, async (request) => {
    await after(20);
    return request;
  });
  assert.equal(await raw(t, path, '"status"\n'), '{"result":"status"}\n');
});

test('what is no JSON, too long, or out of turn is refused, and harms no other connection', async (t) => {
  const { path } = await serve(t, async (request) => {
    await after(20);
    return request;
  });
  assert.match(await raw(t, path, '{nonsense\n'), /"CONTROL_SYNTAX"/);
  assert.match(await raw(t, path, `"${'x'.repeat(1024 * 1024)}"\n`), /"CONTROL_TOO_LONG"/);
  assert.match(await raw(t, path, '1\n2\n3\n'), /"CONTROL_BUSY"/);
  assert.equal(await raw(t, path, 'no line'), '');
  assert.deepEqual(await (await client(t, path)).request('still there'), { ok: true, value: 'still there' });
});

test('the thirty-third connection is told to try again', async (t) => {
  const { path } = await serve(t, async (request) => request);
  const clients = await Promise.all(Array.from({ length: 32 }, async () => client(t, path)));
  await Promise.all(clients.map(async (control) => control.request('hello')));
  const refused = await (await client(t, path)).request('hello');
  assert.ok(!refused.ok);
  assert.match(refused.error.code, /^CONTROL_(BUSY|CLOSED)$/);
  clients[0]?.close();
  await after(20);
  assert.equal((await (await client(t, path)).request('hello')).ok, true);
});

test('a reader that does not read is told that items are dropped, and memory stays bounded', async (t) => {
  let sent = 0;
  const { path } = await serve(t, async (_request, stream) => {
    while (stream.send('x'.repeat(100_000))) sent++;
    return 'stopped';
  });
  const socket = connect(path);
  t.after(() => socket.destroy());
  socket.pause();
  socket.write('1\n');
  await until(() => sent > 0, 'it began');
  await after(50);
  assert.ok(sent * 100_000 < 8 * 1024 * 1024, `${sent} items were kept`);
});

test('silence is ended by the client after the time it was told', async (t) => {
  const { path } = await serve(t, async (_request, stream) => once(stream.signal, 'abort'));
  const answer = await (await client(t, path)).request('hello', { silenceMs: 50 });
  assert.ok(!answer.ok);
  assert.equal(answer.error.code, 'CONTROL_TIMEOUT');
});

test('a server that stops ends its clients with a sentence and removes the socket', async (t) => {
  const { path, server } = await serve(t, async (_request, stream) => once(stream.signal, 'abort'));
  const control = await client(t, path);
  const answer = control.request('follow');
  await after(20);
  await server.close();
  const ended = await answer;
  assert.ok(!ended.ok);
  assert.equal(ended.error.code, 'CONTROL_CLOSED');
  assert.equal(existsSync(path), false);
  const next = await control.request('again');
  assert.ok(!next.ok);
});

test('nobody there, or something else there, is told apart for the client', async (t) => {
  const directory = scratch(t);
  const absent = await connectControl(join(directory, 'control.sock'));
  assert.ok(!absent.ok);
  assert.equal(absent.error.code, 'CONTROL_NOT_RUNNING');
  const path = join(directory, 'other.sock');
  const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\n'));
  other.listen(path);
  await once(other, 'listening');
  t.after(() => other.close());
  const answer = await (await client(t, path)).request('hello');
  assert.ok(!answer.ok);
  assert.match(answer.error.code, /^CONTROL_(SYNTAX|CLOSED)$/);
});

test('a path that no socket can have is refused by both sides with its length', async (t) => {
  const path = join(scratch(t), 'x'.repeat(100), 'control.sock');
  const opened = await ControlServer.open({ path, handle: async () => null, onMistake: () => {} });
  for (const result of [opened, await connectControl(path)]) {
    assert.ok(!result.ok);
    assert.equal(result.error.code, 'CONTROL_PATH_TOO_LONG');
    assert.match(result.error.text, new RegExp(`${path.length} bytes`));
  }
});

test('a socket that a killed program left is replaced; one that answers, or another file, is not', async (t) => {
  const path = join(scratch(t), 'control.sock');
  const open = async () => ControlServer.open({ path, handle: async (x) => x, onMistake: () => {} });
  // What kill -9 leaves: a socket in the file system with nobody behind it.
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  assert.equal(statSync(path).isSocket(), true);
  const first = await open();
  assert.ok(first.ok);
  const second = await open();
  assert.ok(!second.ok);
  assert.equal(second.error.code, 'CONTROL_IN_USE');
  assert.equal((await (await client(t, path)).request('hello')).ok, true, 'the first is unharmed');
  await first.value.close();
  writeFileSync(path, 'precious');
  const third = await open();
  assert.ok(!third.ok);
  assert.equal(third.error.code, 'CONTROL_NOT_A_SOCKET');
});

test('a directory that others may write in is refused with the command that helps', async (t) => {
  const directory = scratch(t);
  chmodSync(directory, 0o770);
  const opened = await ControlServer.open({
    path: join(directory, 'control.sock'),
    handle: async () => null,
    onMistake: () => {},
  });
  assert.ok(!opened.ok);
  assert.equal(opened.error.code, 'CONTROL_DIRECTORY_OPEN');
  assert.match(opened.error.text, /chmod 700/);
});
