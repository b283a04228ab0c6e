import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../interop/harness/process.ts';
import { ADDRESS, Site } from './site.ts';

function invite(called: string, callId: string): string {
  const lines = [
    `INVITE sip:${called}@${ADDRESS} SIP/2.0`,
    `Via: SIP/2.0/TCP ${ADDRESS}:5060;branch=z9hG4bK${callId}`,
    `From: <sip:+15550100@${ADDRESS}>;tag=p`,
    `To: <sip:${called}@${ADDRESS}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:p@${ADDRESS}>`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

test('a rule of the command line leads the next call, and one that is removed does not', async (t) => {
  let heard = '';
  let connection: Socket | undefined;
  const provider = createServer((socket) => {
    connection = socket;
    socket.on('error', () => {}); // The program ends before us.
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    t.after(() => socket.destroy());
  });
  provider.listen(0, ADDRESS);
  await once(provider, 'listening');
  t.after(() => provider.close());
  const site = await Site.make();
  t.after(async () => site.close());
  await site.start();
  const at = provider.address();
  assert.ok(typeof at === 'object' && at !== null);
  const run = async (...words: readonly string[]) => {
    const ran = await site.run(...words);
    assert.equal(ran.code, 0, ran.err);
    return ran;
  };
  const place = ['--host', ADDRESS, '--port', `${at.port}`, '--transport', 'tcp', '--by-address'];
  await run('trunk', 'add', 'acme', ...place);
  await eventually(async () => heard.includes('OPTIONS sip:') || undefined, 'it asked', 10_000);
  const status = async (callId: string): Promise<string> => {
    connection?.write(invite('+442079460123', callId));
    return eventually(
      async () =>
        new RegExp(`SIP/2\\.0 ([2-6]\\d\\d)(?:(?!SIP/2\\.0 ).)*Call-ID: ${callId}`, 's').exec(heard)?.[1],
      'a final answer',
      10_000,
    );
  };
  assert.equal(await status('first'), '404');
  await run('inbound', 'add', 'pest', '--called', '2079460123', '--trunk', 'acme', '--to', 'hang-up');
  assert.equal(await status('second'), '603');
  await run('extension', 'add', '101');
  await run('inbound', 'set', 'pest', '--to', '101');
  assert.equal(await status('third'), '480', 'no phone of 101 is registered');
  await run('ring-group', 'add', '600', '--members', '101', '--then', 'hang-up');
  await run('inbound', 'set', 'pest', '--to', '600');
  assert.equal(await status('group'), '480', 'no phone of the group is registered');
  assert.match(
    (await site.run('extension', 'add', '600')).err,
    /600 is a ring group.*EXTENSION_IS_RING_GROUP/,
  );
  await run('ring-group', 'remove', '600');
  assert.equal(await status('without'), '404', 'the rule has nobody left');
  await run('inbound', 'set', 'pest', '--to', '101');
  await run('extension', 'remove', '101');
  assert.match((await run('status')).out, /Inbound rules name extensions that do not exist.*: pest/s);
  await run('extension', 'add', '101');
  await run('hours', 'force', 'closed', '--group', 'sales');
  await run('inbound', 'set', 'pest', '--hours', 'sales', '--closed-to', 'hang-up');
  assert.equal(await status('closed'), '603', 'the group is closed');
  await run('hours', 'force', 'no', '--group', 'sales');
  assert.equal(await status('open'), '480', 'and open again, like the house');
  await run('inbound', 'remove', 'pest');
  assert.equal(await status('fourth'), '404');
});
