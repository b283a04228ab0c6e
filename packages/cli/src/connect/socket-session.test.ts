import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { err, ok, type Result } from '@ringwall/base';
import {
  type Administration,
  type AdminError,
  adminError,
  type ControlEvent,
  readRequest,
} from '@ringwall/contract';
import { ControlRefusal, ControlServer, type ControlServerOptions } from '@ringwall/net';
import { controlSocketPath, openSocketSession } from './socket-session.ts';

const directory = mkdtempSync(join(tmpdir(), 'ringwall-cli-'));
after(() => rmSync(directory, { recursive: true, force: true }));

async function serving(handle: ControlServerOptions['handle'], work: () => Promise<void>): Promise<void> {
  const server = await ControlServer.open({
    path: controlSocketPath(directory),
    handle,
    onMistake: (error) => assert.fail(String(error)),
  });
  assert.ok(server.ok);
  try {
    await work();
  } finally {
    await server.value.close();
  }
}

/** The program's side of the socket, as small as it can be. */
function administering(administration: Partial<Administration>): ControlServerOptions['handle'] {
  return async (incoming, stream) => {
    const read = readRequest(incoming);
    assert.ok(read.ok);
    const { request, with: body } = read.value;
    const answer: Result<unknown, AdminError> | undefined =
      request === 'calls.follow'
        ? await administration.follow?.(body, (event) => void stream.send(event), stream.signal)
        : await administration.handle?.(request, body);
    assert.ok(answer !== undefined);
    if (!answer.ok) throw new ControlRefusal(answer.error.code, answer.error.text);
    return answer.value ?? {};
  };
}

test('without a program, the error names the data directory', async () => {
  const session = await openSocketSession(directory);
  assert.ok(!session.ok && session.error.code === 'NOT_RUNNING');
  assert.ok(session.error.text.includes(directory));
});

test('a request is answered over the socket, and so is a refusal', async () => {
  const handle: Administration['handle'] = async (name) =>
    (name === 'version'
      ? ok({ version: '1', node: '24' })
      : err(adminError('EXTENSION_UNKNOWN', { number: '999' }))) as never;
  await serving(administering({ handle }), async () => {
    const session = await openSocketSession(directory);
    assert.ok(session.ok);
    assert.deepEqual(await session.value.handle('version', {}), ok({ version: '1', node: '24' }));
    const refused = await session.value.handle('extension.show', { number: '999' });
    assert.deepEqual(refused, err(adminError('EXTENSION_UNKNOWN', { number: '999' })));
    await session.value.close();
  });
});

test('an answer of another version is an error that says so', async () => {
  await serving(
    async () => ({ version: 7 }),
    async () => {
      const session = await openSocketSession(directory);
      assert.ok(session.ok);
      const answer = await session.value.handle('version', {});
      assert.ok(!answer.ok && answer.error.code === 'CONTROL_ANSWER');
      await session.value.close();
    },
  );
  await serving(
    async () => {
      throw new ControlRefusal('MOON_FULL', 'The moon is full.');
    },
    async () => {
      const session = await openSocketSession(directory);
      assert.ok(session.ok);
      const answer = await session.value.handle('version', {});
      assert.ok(!answer.ok && answer.error.code === 'CONTROL_ANSWER' && /MOON_FULL/.test(answer.error.text));
      await session.value.close();
    },
  );
});

test('events are followed until the person has enough', async () => {
  const event: ControlEvent = { kind: 'call-held', at: 1, call: 'c', by: 'caller' };
  const follow: Administration['follow'] = async (_, tell, until) => {
    tell(event);
    await new Promise((resolve) => until.addEventListener('abort', resolve));
    return ok(undefined);
  };
  await serving(administering({ follow }), async () => {
    const session = await openSocketSession(directory);
    assert.ok(session.ok);
    const enough = new AbortController();
    const told: ControlEvent[] = [];
    const followed = await session.value.follow(
      {},
      (one) => {
        told.push(one);
        enough.abort();
      },
      enough.signal,
    );
    assert.deepEqual([followed, told], [ok(undefined), [event]]);
    await session.value.close();
  });
});

test('when the program stops while it is followed, that is an error', async () => {
  const follow: Administration['follow'] = async () => err(adminError('CONTROL_CLOSED'));
  await serving(administering({ follow }), async () => {
    const session = await openSocketSession(directory);
    assert.ok(session.ok);
    const followed = await session.value.follow({}, () => {}, new AbortController().signal);
    assert.ok(!followed.ok && followed.error.code === 'CONTROL_CLOSED');
    await session.value.close();
  });
});

test('an event that is not understood ends the following', async () => {
  const handle: ControlServerOptions['handle'] = async (_, stream) => {
    stream.send({ kind: 'earthquake' });
    await new Promise((resolve) => stream.signal.addEventListener('abort', resolve));
    return {};
  };
  await serving(handle, async () => {
    const session = await openSocketSession(directory);
    assert.ok(session.ok);
    const followed = await session.value.follow({}, () => assert.fail('told'), new AbortController().signal);
    assert.ok(!followed.ok && followed.error.code === 'CONTROL_ANSWER');
    await session.value.close();
  });
});
