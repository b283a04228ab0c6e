import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { METHODS, NEVER_ANSWERED } from '../attack/harness/messages.ts';
import { pause } from '../interop/harness/process.ts';
import { Site } from './site.ts';

/** Loopback is a whole network: with this setting one of its addresses is the LAN, and another the internet. */
const LAN = '127.0.0.1';
const OUTSIDE = '127.0.0.2';
const DOMAIN = 'pbx.example';
/** Longer than the first retransmissions of any response would take. */
const QUIET_MS = 1_300;
let site: Site;
before(async () => {
  site = await Site.make({
    env: { RINGWALL_SIP_DOMAINS: DOMAIN, RINGWALL_SECURITY_LAN_NETWORKS: `${LAN}/32` },
  });
  await site.start();
  // The guard answers few strangers. Nothing may be learned where it lets everything pass.
  await site.ask('guard.add', { list: 'whitelist', network: '127.0.0.0/8' });
  await site.addExtension('101');
});
after(() => site.close());

interface Asked {
  readonly method: string;
  readonly user: string;
  readonly host: string;
  /** Of the request line, if it is not the user at the host. */
  readonly uri?: string;
  readonly extra?: readonly string[];
}

let asked = 0;

function request({ method, user, host, uri, extra = [] }: Asked, port: number): string {
  const id = String(++asked).padStart(6, '0');
  const to = uri ?? (method === 'REGISTER' ? `sip:${host}` : `sip:${user}@${host}`);
  return [
    `${method} ${to} SIP/2.0`,
    `Via: SIP/2.0/UDP ${OUTSIDE}:${port};branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:${user}@${host}>;tag=from${id}`,
    `To: <sip:${user}@${host}>`,
    `Call-ID: call${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${user}@${OUTSIDE}:${port}>`,
    ...extra,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

interface Answered {
  readonly sent: string;
  readonly heard: readonly string[];
}

/** Sends all of them from one address, and listens until nothing can come any more. */
async function ask(from: string, all: readonly Asked[]): Promise<readonly Answered[]> {
  const sockets: Socket[] = [];
  const answers: { sent: string; heard: string[] }[] = [];
  for (const one of all) {
    const socket = createSocket('udp4').bind(0, from);
    sockets.push(socket);
    await once(socket, 'listening'); // eslint-disable-line no-await-in-loop
    const answer = { sent: request(one, socket.address().port), heard: [] as string[] };
    answers.push(answer);
    socket.on('message', (bytes) => answer.heard.push(bytes.toString('latin1')));
    socket.send(answer.sent, site.port, '127.0.0.1');
  }
  await pause(QUIET_MS);
  for (const socket of sockets) socket.close();
  return answers;
}

/** What differs from request to request, or must by chance, is blotted out; the lengths stay. */
function masked(answer: string): string {
  return answer
    .replaceAll(/nonce="[^"]*"/g, (nonce) => `nonce="${'x'.repeat(nonce.length)}"`)
    .replaceAll(/;tag=(?!from)[^;\r\n]+/g, (tag) => `;tag=${'x'.repeat(tag.length)}`)
    .replaceAll(/(z9hG4bK|from|call)\d{6}/g, '$1######')
    .replaceAll(/(rport=|:)\d{4,5}/g, '$1port');
}

test('who does not name a domain of ours hears nothing, whatever he asks and for whom', async () => {
  const all = METHODS.flatMap((method) =>
    ['127.0.0.1', 'example.com', '192.0.2.1', 'localhost'].map((host) => ({ method, user: '101', host })),
  );
  const dialling = ['OPTIONS', 'INVITE'].map((method) => ({
    method,
    user: '101',
    host: 'x',
    uri: 'tel:+441234',
  }));
  const answers = await ask(OUTSIDE, [...all, ...dialling]);
  assert.deepEqual(
    answers.filter(({ heard }) => heard.length > 0),
    [],
  );
});

test('broken messages and responses to nothing are met with silence', async () => {
  const socket = createSocket('udp4').bind(0, OUTSIDE);
  await once(socket, 'listening');
  const heard: string[] = [];
  socket.on('message', (bytes) => heard.push(bytes.toString()));
  const whole = request({ method: 'OPTIONS', user: '101', host: DOMAIN }, socket.address().port);
  const broken = [
    whole.replace('CSeq: 1', 'CSeq: one'),
    whole.replace('Content-Length: 0', 'Content-Length: 5000'),
    whole.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'),
    whole.replace(/Via:.*\r\n/, ''),
    whole.replace('OPTIONS sip:', 'SIP/2.0 200 OK\r\nX: '),
    'GET / HTTP/1.1\r\n\r\n',
    '\0\0\0\0',
  ];
  for (const bytes of broken) socket.send(bytes, site.port, '127.0.0.1');
  await pause(QUIET_MS);
  socket.close();
  assert.deepEqual(heard, []);
});

test('an extension that exists and one that does not are answered alike, to the byte, for every method', async () => {
  const pairs = METHODS.map((method) => ['101', '109'].map((user) => ({ method, user, host: DOMAIN })));
  const answers = await ask(OUTSIDE, pairs.flat());
  for (const [i, method] of METHODS.entries()) {
    const [existing, missing] = [answers[2 * i], answers[2 * i + 1]];
    assert.ok(existing !== undefined && missing !== undefined);
    assert.deepEqual(
      existing.heard.map(masked),
      missing.heard.map((answer) => masked(answer).replaceAll('109', '101')),
      method,
    );
    assert.equal(
      existing.heard.length,
      NEVER_ANSWERED.has(method) ? 0 : 1,
      `${method}: one answer, not repeated`,
    );
  }
});

test('the one answer is a 401 that tells nothing of the program, and is no amplifier', async () => {
  const all = METHODS.map((method) => ({ method, user: '101', host: DOMAIN }));
  for (const { sent, heard } of await ask(OUTSIDE, all)) {
    for (const answer of heard) {
      assert.match(answer, /^SIP\/2\.0 401 Unauthorized\r\n/);
      assert.doesNotMatch(answer, /^(Server|User-Agent|Allow|Supported|Accept|Contact|Date|Warning)\s*:/im);
      assert.doesNotMatch(answer, /ringwall|node/i);
      assert.ok(answer.length <= 2.2 * sent.length, `${answer.length} bytes for ${sent.length}`);
    }
  }
});

test('a wrong password is answered as no password is, for who exists and who does not', async () => {
  const response = '0'.repeat(32);
  const credentials = (user: string): string =>
    `Authorization: Digest username="${user}", realm="pbx", nonce="x", uri="sip:${DOMAIN}", response="${response}"`;
  const all = ['101', '109'].map((user) => ({
    method: 'REGISTER',
    user,
    host: DOMAIN,
    extra: [credentials(user)],
  }));
  const [existing, missing] = await ask(OUTSIDE, all);
  assert.equal(existing?.heard.length, 1);
  assert.deepEqual(
    existing?.heard.map(masked),
    missing?.heard.map((answer) => masked(answer).replaceAll('109', '101')),
  );
});

test('on the LAN a phone that was set up by address is answered', async () => {
  const [answer] = await ask(LAN, [{ method: 'REGISTER', user: '101', host: '127.0.0.1' }]);
  assert.match(answer?.heard[0] ?? '', /^SIP\/2\.0 401 /);
});

test('the test phones of a trial call cannot be used from outside of this machine', async () => {
  const begun = (await site.ask('try.begin', {})) as {
    readonly token: string;
    readonly extensions: readonly { readonly number: string }[];
  };
  const trial = await site.run('try');
  assert.equal(trial.code, 5, 'one trial at a time');
  await site.ask('try.end', { token: begun.token });
  assert.equal((await site.run('try')).code, 0, 'though loopback is not all LAN here');
});
