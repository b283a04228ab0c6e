import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { Dice } from '../fuzz/dice.ts';
import { mutant } from '../fuzz/mutate.ts';
import { pause } from '../interop/harness/process.ts';
import { INVALID } from '../rfc/4475/invalid.ts';
import { SEMANTIC } from '../rfc/4475/semantic.ts';
import { VALID } from '../rfc/4475/valid.ts';
import { ADDRESS, type Account, MEDIA_PAIRS, register, Site, talk, hangUp } from './site.ts';

type Phone = Awaited<ReturnType<Site['phone']>>;

const CORPUS = [...VALID, ...INVALID, ...SEMANTIC].map(({ bytes }) => Buffer.from(bytes)) as [
  Buffer,
  ...Buffer[],
];
const MUTANTS = 3_000;
/** The whole test may make the program grow by so much; what it keeps for strangers is bounded below that. */
const GROWTH_BYTES = 96 * 1_024 * 1_024;
const LOOP_DELAY_SECONDS = 0.05;

let site: Site;
let [anna, ben]: Phone[] = [];
let carl: Account;
let memoryBefore = 0;

before(async () => {
  site = await Site.make();
  await site.start();
  // The guard would soon ignore all of it. What it lets through must not hurt either.
  await site.ask('guard.add', { list: 'whitelist', network: '127.0.0.0/8' });
  anna = await site.registered(await site.addExtension('101'), 'tls');
  ben = await site.registered(await site.addExtension('102'));
  carl = await site.addExtension('103');
  await talk(anna, ben);
  await hangUp(anna, ben);
  memoryBefore = await site.metric('process_resident_memory_bytes');
});
after(() => site.close());

/** Whoever was registered still is, calls work, nobody waited for long, and no mistake of ours was met. */
async function unharmed(): Promise<void> {
  const delay = await site.metric('ringwall_event_loop_delay_seconds', 'quantile="0.99"');
  assert.ok(delay < LOOP_DELAY_SECONDS, `the event loop was ${delay} s late`);
  assert.ok(anna !== undefined && ben !== undefined);
  await register(anna);
  await register(ben);
  await talk(anna, ben);
  await hangUp(anna, ben);
  assert.equal(await site.metric('ringwall_mistakes_total'), 0, site.program.said.slice(-2_000));
  const grown = (await site.metric('process_resident_memory_bytes')) - memoryBefore;
  assert.ok(grown < GROWTH_BYTES, `it grew by ${Math.round(grown / 1_048_576)} MiB`);
}

/** The torture messages of RFC 4475, and what chance makes of them; each test has its own. */
function messages(seed: number): readonly Buffer[] {
  const dice = new Dice(seed);
  const mutants = Array.from({ length: MUTANTS }, () => mutant(CORPUS, dice));
  return [...CORPUS, ...mutants].map((bytes) => addressed(bytes));
}

/** Half of the work is behind the check of the domain: so that they are for us. */
function addressed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/^(\S+ sips?:[^@\s]*@?)[^\s;>?]+/, `$1${ADDRESS}`), 'latin1');
}

async function open(port: number, secure = false): Promise<Socket> {
  const socket = secure
    ? connectTls({ host: ADDRESS, port, rejectUnauthorized: false })
    : connect({ host: ADDRESS, port });
  socket.on('error', () => socket.destroy());
  await Promise.race([once(socket, secure ? 'secureConnect' : 'connect'), once(socket, 'close')]);
  socket.resume();
  return socket;
}

test('torture messages and mutants over UDP', async () => {
  const socket = createSocket('udp4').bind(0, ADDRESS);
  await once(socket, 'listening');
  for (const [i, bytes] of messages(1).entries()) {
    if (bytes.length < 60_000) socket.send(bytes, site.port, ADDRESS);
    if (i % 50 === 0) await pause(2);
  }
  await pause(200);
  socket.close();
  await unharmed();
});

for (const transport of ['TCP', 'TLS'] as const) {
  test(`torture messages and mutants over ${transport}, in pieces, a new connection where the last was closed`, async () => {
    const port = transport === 'TLS' ? site.port + 1 : site.port;
    let socket = await open(port, transport === 'TLS');
    for (const [i, bytes] of messages(transport === 'TLS' ? 2 : 3).entries()) {
      if (i % 10 !== 0 && i > CORPUS.length) continue; // Each costs a connection: fewer of them.
      if (socket.destroyed || socket.writableEnded) socket = await open(port, transport === 'TLS');
      const cut = Math.floor(bytes.length / 2);
      socket.write(bytes.subarray(0, cut));
      await pause(1);
      socket.write(bytes.subarray(cut));
    }
    socket.destroy();
    await unharmed();
  });
}

function invite(i: number, port: number, body = '', length = body.length): string {
  return [
    `INVITE sip:102@${ADDRESS} SIP/2.0`,
    `Via: SIP/2.0/TCP ${ADDRESS}:${port};branch=z9hG4bKflood${i};rport`,
    'Max-Forwards: 70',
    `From: <sip:101@${ADDRESS}>;tag=${i}`,
    `To: <sip:102@${ADDRESS}>`,
    `Call-ID: flood-${i}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:101@${ADDRESS}:${port}>`,
    `Content-Length: ${length}`,
    '',
    body,
  ].join('\r\n');
}

test('connections that say nothing, or a byte at a time, or that are gone before the answer', async () => {
  const held: Socket[] = [];
  for (let i = 0; i < 100; i++) held.push(connect({ host: ADDRESS, port: site.port + (i % 2) }));
  for (const socket of held) socket.on('error', () => socket.destroy());
  const slow = invite(0, 9).slice(0, 300);
  for (const letter of slow) {
    for (const socket of held) if (socket.writable) socket.write(letter);
    await pause(1);
  }
  for (let i = 0; i < 300; i++) {
    const socket = await open(site.port);
    if (!socket.destroyed) socket.write(invite(i, 9), () => socket.resetAndDestroy());
  }
  await unharmed();
  for (const socket of held) socket.destroy();
  await pause(100);
  assert.equal(await site.metric('ringwall_connections', 'of="strangers"'), 0);
});

test('the largest messages, and lengths that are lies', async () => {
  const udp = createSocket('udp4').bind(0, ADDRESS);
  await once(udp, 'listening');
  for (let i = 0; i < 200; i++) udp.send(invite(i, 9, 'v'.repeat(60_000)), site.port, ADDRESS);
  for (const length of [65_536, 10_000_000, Number.MAX_SAFE_INTEGER]) {
    const socket = await open(site.port);
    for (let sent = 0; sent < 4 && socket.writable; sent++) {
      socket.write(invite(sent, 9, 'v'.repeat(65_536), length));
      await pause(5);
    }
    socket.destroy();
  }
  await pause(100);
  udp.close();
  await unharmed();
});

test('a known phone that calls and calls, and never acknowledges', async () => {
  const phone = await site.registered(carl, 'udp', { neverAcknowledges: true });
  for (let i = 0; i < 20; i++) phone.say(phone.phone.dial('102'));
  await pause(1_000);
  site.cutOff(phone);
  await site.ask('extension.disable', { number: '103' });
  await pause(300);
  await unharmed();
});

test('noise on the ports of a call does not come through, nor end it', async () => {
  assert.ok(anna !== undefined && ben !== undefined);
  await talk(anna, ben);
  const dice = new Dice(7);
  const socket = createSocket('udp4').bind(0, '127.0.0.3');
  await once(socket, 'listening');
  for (let round = 0; round < 20; round++) {
    for (let port = site.mediaPort; port < site.mediaPort + 2 * MEDIA_PAIRS; port++) {
      const noise = Buffer.alloc(dice.below(200) + 1, dice.below(256));
      noise[0] = round % 2 === 0 ? 0x80 : dice.below(256);
      socket.send(noise, port, ADDRESS);
    }
    await pause(10);
  }
  socket.close();
  assert.deepEqual([anna.call?.state, ben.call?.state], ['talking', 'talking']);
  await hangUp(anna, ben);
  await unharmed();
});

test('after all of that the self-test passes, and the program ends well', async () => {
  const trial = await site.run('try');
  assert.equal(trial.code, 0, trial.out);
  process.kill(site.program.pid, 'SIGTERM');
  assert.equal(await site.program.exitCode(5_000), 0);
});
