import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { ok, type WallMs } from '@ringwall/base';
import { type Mail, Mailer, mailOf, type MailRoute, sendMail } from './mailer.ts';
import type { Notification, Severity } from './notification.ts';

const ROUTE: MailRoute = {
  host: '127.0.0.1',
  port: 25,
  tls: 'none',
  user: '',
  password: undefined,
  from: 'pbx@example.com',
  to: ['anna@example.com'],
};

function notice(text: string, severity: Severity = 'notice'): Notification {
  return { at: 1_800_000_000_000 as WallMs, kind: 'test', severity, text, fields: {} };
}

function rig() {
  const mails: Mail[] = [];
  const waits: { readonly ms: number; readonly run: () => void }[] = [];
  const state = { isWanted: true, dropped: 0 };
  let now = 0;
  const mailer = new Mailer({
    route: () => (state.isWanted ? ROUTE : undefined),
    mailsPerHour: () => 2,
    system: () => 'pbx.example.com',
    send: async (_, mail) => {
      mails.push(mail);
      return ok(undefined);
    },
    now: () => now,
    later: (ms, run) => waits.push({ ms, run }),
    onSent: () => {},
    onFailed: (why) => assert.fail(why),
    onDropped: (count) => void (state.dropped += count),
  });
  const pass = async (): Promise<void> => {
    const next = waits.shift();
    now += next?.ms ?? 0;
    next?.run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { mailer, mails, waits, pass, state };
}

test('five thousand bans are one mail, with the worst first and a count', async () => {
  const { mailer, mails, pass } = rig();
  for (let i = 0; i < 5_000; i++) mailer.notify(notice(`ban ${i}`));
  mailer.notify(notice('somebody guesses', 'alarm'));
  await pass();
  const [mail] = mails;
  assert.equal(mails.length, 1);
  assert.match(mail?.subject ?? '', /^\[pbx\.example\.com\] somebody guesses \(and 5000 more\)$/);
  assert.ok((mail?.text ?? '').split('\r\n').length < 110);
  assert.match(mail?.text ?? '', /There were 4901 more/);
});

test('notices that found no line in a mail are counted, and so are those of mail that is switched off', async () => {
  const { mailer, mails, pass, state } = rig();
  for (let i = 0; i < 130; i++) mailer.notify(notice(`ban ${i}`));
  await pass();
  assert.equal(state.dropped, 30);
  mailer.notify(notice('one more'));
  state.isWanted = false;
  await pass();
  assert.deepEqual([state.dropped, mails.length], [31, 1]);
});

test('more mails than are allowed in an hour wait, and come together', async () => {
  const { mailer, mails, waits, pass } = rig();
  for (let i = 0; i < 3; i++) {
    mailer.notify(notice(`notice ${i}`));
    await pass();
  }
  assert.equal(mails.length, 2);
  mailer.notify(notice('notice 3'));
  assert.equal(waits.length, 1);
  await pass();
  assert.equal(mails.length, 3);
  assert.match(mails[2]?.text ?? '', /notice 2[\s\S]*notice 3/);
});

test('a mail about a call for help waits for no other, until somebody calls for help without end', () => {
  const { mailer, mails } = rig();
  for (let i = 0; i < 30; i++) mailer.notify({ ...notice(`help ${i}`, 'alarm'), kind: 'emergency-called' });
  assert.equal(mails.length, 20);
  assert.match(mails[0]?.subject ?? '', /help 0$/);
});

test('what came from the network makes neither headers nor lines', () => {
  const { subject, text } = mailOf([notice('a\r\nBcc: all@example.com\u2028b')], 0, 'pbx\r\nX: y');
  assert.doesNotMatch(subject, /[\r\n\u2028]/);
  assert.equal(text.split('\r\n').length, 2);
});

/** A mail server that offers no encryption, and writes down what it is told. */
async function plainServer(t: { after(run: () => void): void }) {
  const said: string[] = [];
  const server = createServer((socket) => {
    socket.write('220 mail.example\r\n');
    let inMail = false;
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\r\n').slice(0, -1)) {
        said.push(line);
        if (inMail) {
          if (line !== '.') continue;
          inMail = false;
          socket.write('250 taken\r\n');
        } else if (/^EHLO/i.test(line)) socket.write('250-mail.example\r\n250 AUTH PLAIN\r\n');
        else if (/^DATA/i.test(line)) {
          inMail = true;
          socket.write('354 go on\r\n');
        } else if (/^STARTTLS/i.test(line)) socket.write('502 what is that\r\n');
        else socket.write('250 fine\r\n');
      }
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { said, port: (server.address() as AddressInfo).port };
}

test('a mail arrives as it was written', async (t) => {
  const { said, port } = await plainServer(t);
  const sent = await sendMail({ ...ROUTE, port }, { subject: 'Grüße', text: 'one\r\ntwo\r\n' });
  assert.deepEqual(sent, ok(undefined));
  assert.ok(said.includes('RCPT TO:<anna@example.com>'));
  assert.ok(said.includes('two'));
});

test('a server without encryption gets neither the mail nor the password, unless that was chosen by name', async (t) => {
  const { said, port } = await plainServer(t);
  const route: MailRoute = { ...ROUTE, port, tls: 'starttls', user: 'pbx', password: 'Secret-4711' };
  const sent = await sendMail(route, { subject: 's', text: 't' });
  assert.match(sent.ok ? '' : sent.error, /encryption|did not take/);
  assert.ok(
    said.every((line) => !/^(AUTH|MAIL|DATA)/i.test(line)),
    said.join('\n'),
  );
});
