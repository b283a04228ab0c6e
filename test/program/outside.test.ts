import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { eventually, pause } from '../interop/harness/process.ts';
import type { TrialPhone } from '../../packages/cli/src/try/trial-phone.ts';
import { type Account, ADDRESS, Site } from './site.ts';

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

/** The calls of a robbery are on disk, found, and judged again; and the way of a call from outside is told. */
async function recordsTell(run: (...words: readonly string[]) => Promise<string>): Promise<void> {
  const { records } = JSON.parse(await run('--json', 'records', '--trunk', 'acme', '--since', '1d')) as {
    readonly records: readonly { readonly id: string }[];
  };
  assert.equal(records.length, 11, 'the one that did not leave, too, and the one for help');
  const csv = await run('records', '--csv', '--extension', '101');
  assert.equal(csv.trimEnd().split('\r\n').length, 12);
  assert.match(csv, /,02079460100,'\+442079460100,/, 'no cell is a formula');
  const [refused = ''] = (await run('records', '--csv', '--refused')).split('\r\n').slice(1);
  const [id = ''] = refused.split(',');
  assert.match(await run('records', 'show', id), /\n  - .*\(limit-calls-a-minute\)/);
  const same = await run('policy', 'replay', '--since', '1d');
  assert.match(same, /^11 records: 11 numbers were judged again.\n0 that were allowed/);
  const stricter = ['--set', 'outside.deniedPrefixes=+442079460105'];
  const replayed = await run('policy', 'replay', '--since', '1d', ...stricter);
  assert.match(replayed, /02079460105 +allowed \(country-allowed\) +refused \(high-risk-range\)/);
  assert.match(replayed, /\n1 that were allowed would be refused; 0 /);
  const [to, from] = ['+442079460123', 'withheld'];
  await run('inbound', 'add', 'sales', '--called', '2079460123', '--to', '101');
  const explained = await run('inbound', 'explain', '--trunk', 'acme', '--to', to, '--from', from);
  assert.match(explained, /The inbound rule sales fits.\nIt leads to: 101\n/);
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
  await run('limits', 'set', '--trunk', 'acme', 'calls-a-minute frozen 50');
  await run('rates', 'set', '+44', '--minute', '0.02');

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

  assert.match(await run('emergency', 'test', '--from', '101'), /acme: ready/);
  await run('extension', 'disable', '101');
  await dial('999');
  assert.equal(
    provider.called.at(-1),
    '999',
    'neither the freeze nor that it is disabled holds up a call for help',
  );
  await run('extension', 'enable', '101');

  // What is counted is written within a fifth of a second.
  await pause(1_000);
  process.kill(site.program.pid, 'SIGKILL');
  await site.program.stop();
  await site.start();
  assert.deepEqual(await frozen(), ['101']);
  assert.match(await run('outbound', 'list'), /national/);
  assert.match(await run('extension', 'show', '101'), /Shown outside as +\+442079460101/);
  const explained = ['explain', 'call', '--from', '101', '--dial', '02079460100'];
  const steps = await run(...explained);
  assert.match(steps, /Frozen: /);
  assert.match(
    steps,
    /The call would be refused with 403: Calls are frozen until an administrator releases them/,
  );
  assert.doesNotMatch(steps, /would leave/);
  assert.match(steps, /A minute costs 0\.02 \(the rate for \+44\)/);
  assert.match(steps, /the trunk acme: calls-a-minute 9 \(frozen at 50\)/);
  assert.match(await run('limits', 'devices', '101'), /as the rules allow/);
  await recordsTell(run);
  await run('limits', 'release', '101');
  assert.deepEqual(await frozen(), []);
  assert.match(await run(...explained), /The call would be made/);
});

interface Pinned {
  readonly phone: Account;
  readonly pin: string;
}

interface Explained {
  readonly forecast: { readonly because: readonly { readonly rule: string }[] };
}

test('a PIN is entered on a real phone, and wrong ones outlive kill -9', async (t) => {
  const provider = await busyProvider(t);
  const site = await Site.make();
  t.after(() => site.close());
  await site.start();
  const asked = { number: '101', isPinProtected: true };
  const { phone, pin } = (await site.ask('extension.add', asked)) as Pinned;
  const port = String(provider.port);
  for (const words of [
    ['trunk', 'add', 'acme', '--host', ADDRESS, '--port', port, '--by-address'],
    ['outbound', 'add', 'national', '--prefix', '0', '--route', 'acme'],
  ]) {
    const ran = await site.run(...words); // eslint-disable-line no-await-in-loop
    assert.equal(ran.code, 0, ran.err);
  }
  await site.ask('setting.set', { name: 'numbering.country', value: 'GB' });
  const firstReason = async (): Promise<string | undefined> => {
    const explained = await site.ask('explain.call', { from: '101', dial: '02079460100' });
    return (explained as Explained).forecast.because[0]?.rule;
  };
  const ended = (of: TrialPhone): Promise<boolean> =>
    eventually(() => (of.call?.state === 'ended' ? true : undefined), 'the end of the call', 15_000);
  /** @returns how much of what was heard before the keys is the first note of the tone that invites to press them. */
  const enter = async (keys: string): Promise<{ readonly phone: TrialPhone; readonly inviting: number }> => {
    const dialling = await site.registered(phone);
    dialling.say(dialling.phone.dial('777'));
    await eventually(() => (dialling.call?.state === 'calling' ? undefined : true), 'an answer');
    if (dialling.call?.state === 'ended') return { phone: dialling, inviting: 0 };
    await eventually(() => ((dialling.voice?.heard.packets ?? 0) >= 24 ? true : undefined), 'a tone');
    const inviting = dialling.voice?.heard.strength(587) ?? 0;
    dialling.voice?.press(keys);
    await ended(dialling);
    return { phone: dialling, inviting };
  };

  assert.equal(await firstReason(), 'pin-locked');
  // It is a quarter of the time that was listened, and so a tenth of what was heard, by Goertzel's measure.
  const { inviting } = await enter('0000#');
  assert.ok(inviting > 0.05, `of what was heard ${inviting} is the tone`);
  process.kill(site.program.pid, 'SIGKILL');
  await site.program.stop();
  await site.start();
  await enter('0001#');
  await enter('0002#');
  assert.equal((await enter(`${pin}#`)).phone.call?.status, 403, 'the wrong one of before was forgotten');

  const made = (await site.ask('extension.new-pin', { number: '101' })) as Pinned;
  const anna = (await enter(`${made.pin}#`)).phone;
  assert.notEqual(await firstReason(), 'pin-locked');
  anna.say(anna.phone.dial('02079460100'));
  await ended(anna);
  assert.deepEqual(provider.called, ['+442079460100']);
  for (const secret of [pin, made.pin]) assert.ok(!new RegExp(`\\b${secret}\\b`).test(site.program.said));
});
