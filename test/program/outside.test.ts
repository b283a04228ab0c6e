import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { eventually, pause } from '../interop/harness/process.ts';
import { ADDRESS, Site } from './site.ts';

/** A provider over UDP that lives, and where everybody is busy. @returns its port, and the users that were called. */
async function busyProvider(t: TestContext) {
  const called: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const request = bytes.toString('latin1');
    const [, method = '', user = ''] = /^([A-Z]+) sip:(?:([^@ ]*)@)?/.exec(request) ?? [];
    if (method === 'ACK' || method === '') return;
    if (method === 'INVITE') called.push(user);
    const kept = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
    const lines = kept.map((line) => (/^To:/i.test(line) ? `${line};tag=busy` : line));
    const status = method === 'INVITE' ? '486 Busy Here' : '200 OK';
    const answer = [`SIP/2.0 ${status}`, ...lines, 'Content-Length: 0', '', ''].join('\r\n');
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, ADDRESS);
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { port: socket.address().port, called };
}

interface Frozen {
  readonly frozen: readonly { readonly of: string }[];
}

test('rules, rights and a freeze outlive kill -9, and an administrator lets calls out again', async (t) => {
  const provider = await busyProvider(t);
  const site = await Site.make();
  t.after(() => site.close());
  await site.start();
  const run = async (...words: readonly string[]) => {
    const ran = await site.run(...words);
    assert.equal(ran.code, 0, ran.err);
    return ran.out;
  };
  const frozen = async (): Promise<readonly string[]> =>
    (JSON.parse(await run('--json', 'limits', 'list')) as Frozen).frozen.map(({ of }) => of);
  const anna = await site.registered(await site.addExtension('101'));
  await run(
    'trunk',
    'add',
    'acme',
    '--host',
    ADDRESS,
    '--port',
    String(provider.port),
    '--by-address',
    '--calls-per-second',
    '100',
  );
  await run('setting', 'set', 'numbering.country', 'GB');
  await run('outbound', 'add', 'national', '--prefix', '0', '--route', 'acme');
  await run('extension', 'set', '101', '--caller-id', '+442079460101');

  const dial = async (number: string): Promise<void> => {
    anna.say(anna.phone.dial(number));
    await eventually(
      async () => (anna.call?.state === 'ended' ? true : undefined),
      'the call is over',
      5_000,
    );
  };
  for (let i = 0; i < 10; i++) await dial(`0207946010${i}`); // eslint-disable-line no-await-in-loop
  assert.deepEqual(await frozen(), ['101']);
  assert.equal(provider.called.length, 9, 'the tenth within a minute did not leave');
  assert.equal(provider.called[0], '+442079460100');

  // What is counted is written within a fifth of a second.
  await pause(1_000);
  process.kill(site.program.pid, 'SIGKILL');
  await site.program.stop();
  await site.start();
  assert.deepEqual(await frozen(), ['101']);
  assert.match(await run('outbound', 'list'), /national/);
  assert.match(await run('extension', 'show', '101'), /Shown outside as +\+442079460101/);
  const explained = ['explain', 'call', '--from', '101', '--dial', '02079460100'];
  assert.match(await run(...explained), /Frozen: /);
  await run('limits', 'release', '101');
  assert.deepEqual(await frozen(), []);
});
