import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import { adminError, type ExtensionView } from '@ringwall/contract';
import { extension, PHONE, runOn } from '../test-support.ts';

const added = { 'extension.add': async () => ok({ extension: extension('101'), phone: PHONE }) };

test('adding an extension shows everything that a person types into a phone, once, and a QR code', async () => {
  const ran = await runOn({ answers: added, columns: 80 }, 'extension', 'add', '101', '--name', 'Anna');
  assert.equal(ran.code, 0);
  assert.deepEqual(ran.asked, [{ name: 'extension.add', request: { number: '101', name: 'Anna' } }]);
  for (const line of [
    /Server \(domain\) +pbx\.example\.com/,
    /Port +5061/,
    /Transport +TLS/,
    /User \(extension\) +101/,
    /Auth ID +qwertzuiop/,
    /Password +AbCdEfGhIjKlMnOpQrSt/,
    /Outbound proxy +none/,
    /SRTP +required/,
    /UDP 192\.0\.2\.5:5060/,
    /self-signed/,
    /shown this once/,
  ]) {
    assert.match(ran.out, line);
  }
  assert.match(ran.out, /▄▄▄▄▄ █/);
  assert.equal(ran.out.split(PHONE.password).length, 2, 'the password stands there once');
  assert.ok(!ran.err.includes(PHONE.password));
});

test('with --json an added extension is one JSON object without a QR code', async () => {
  const ran = await runOn({ answers: added }, 'extension', 'add', '101', '--json');
  assert.deepEqual(JSON.parse(ran.out), { extension: extension('101'), phone: PHONE });
  assert.equal(ran.err, '');
});

test('--no-qr and a narrow terminal leave out the QR code', async () => {
  const without = await runOn({ answers: added, columns: 80 }, 'extension', 'add', '101', '--no-qr');
  assert.doesNotMatch(without.out, /▄/);
  const narrow = await runOn({ answers: added, columns: 30 }, 'extension', 'add', '101');
  assert.doesNotMatch(narrow.out, /▄/);
  assert.match(narrow.err, /too narrow/);
});

test('an extension that is opened to everywhere without TLS is remarked on', async () => {
  const open = extension('102', { lanOnly: false });
  const answers = { 'extension.add': async () => ok({ extension: open, phone: PHONE }) };
  const ran = await runOn({ answers }, 'extension', 'add', '102', '--anywhere', '--srtp', 'required');
  assert.deepEqual(ran.asked[0]?.request, { number: '102', lanOnly: false, rtpMode: 'required' });
  assert.match(ran.err, /--tls-only/);
  const safe = extension('102', { lanOnly: false, secureTransportOnly: true });
  const quiet = await runOn(
    { answers: { 'extension.add': async () => ok({ extension: safe, phone: PHONE }) } },
    'extension',
    'add',
    '102',
    '--anywhere',
    '--tls-only',
  );
  assert.equal(quiet.err, '');
});

test('an extension for everywhere that would be told an address is remarked on: it needs a name', async () => {
  const safe = extension('101', { lanOnly: false, secureTransportOnly: true });
  const addresses = [{ transport: 'tls', host: '192.0.2.5', port: 5061 }] as const;
  const answers = { 'extension.add': async () => ok({ extension: safe, phone: { ...PHONE, addresses } }) };
  const ran = await runOn({ answers }, 'extension', 'add', '101', '--anywhere', '--tls-only');
  assert.match(ran.err, /sip\.domains/);
});

test('an extension that is opened later is remarked on as well, if phones are told no name', async () => {
  const safe = extension('101', { lanOnly: false, secureTransportOnly: true });
  const setting = {
    key: 'sip.domains',
    source: 'default',
    nextValue: null,
    default: '',
    limits: 'names',
    says: 'Names of this phone system.',
    live: false,
    stored: true,
  } as const;
  for (const [value, remark] of [
    ['', /sip\.domains/],
    ['pbx.example.com', /^$/],
  ] as const) {
    const answers = {
      'extension.set': async () => ok({ extension: safe }),
      'setting.show': async () => ok({ setting: { ...setting, value }, running: true }),
    };
    const opened = await runOn({ answers }, 'extension', 'set', '101', '--anywhere', '--tls-only');
    assert.equal(opened.code, 0);
    assert.match(opened.err, remark);
    const named = await runOn({ answers }, 'extension', 'set', '101', '--name', 'Anna');
    assert.equal(named.err, '', 'only who opens it is told');
  }
});

test('a wrong number, an unknown option and contradicting options are usage errors, and nothing is asked', async () => {
  for (const args of [
    ['extension', 'add', '1'],
    ['extension', 'add', '1o1'],
    ['extension', 'add', '101', '--nmae', 'x'],
    ['extension', 'add', '101', '--srtp', 'maybe'],
    ['extension', 'add', '101', '--anywhere', '--lan-only'],
    ['extension', 'add'],
    ['extension', 'add', '101', '102'],
    ['extension', 'explode'],
    ['extension', 'list', '--limit', '0'],
    ['extension', 'set', '101'],
    ['extension'],
    ['telephone'],
  ]) {
    const ran = await runOn({}, ...args);
    assert.equal(ran.code, 2, args.join(' '));
    assert.equal(ran.out, '', args.join(' '));
    assert.notEqual(ran.err, '', args.join(' '));
    assert.deepEqual(ran.asked, []);
  }
});

test('a refusal is a sentence on stderr and exit code 1', async () => {
  const answers = { 'extension.add': async () => err(adminError('EXTENSION_EXISTS', { number: '101' })) };
  const ran = await runOn({ answers }, 'extension', 'add', '101');
  assert.equal(ran.code, 1);
  assert.equal(ran.out, '');
  assert.match(ran.err, /^ringwall: There is an extension 101 already\. .*\(EXTENSION_EXISTS\)\n$/);
});

test('with --json a refusal is JSON on stderr', async () => {
  const answers = { 'extension.show': async () => err(adminError('EXTENSION_UNKNOWN', { number: '999' })) };
  const ran = await runOn({ answers }, '--json', 'extension', 'show', '999');
  assert.equal(ran.code, 1);
  assert.equal((JSON.parse(ran.err) as { error: { code: string } }).error.code, 'EXTENSION_UNKNOWN');
});

test('extensions are administered with the program stopped too', async () => {
  const ran = await runOn({ answers: added, running: false }, 'extension', 'add', '101');
  assert.equal(ran.code, 0);
});

test('a list of ten thousand is fetched in pages and shown as a table', async () => {
  const all = Array.from({ length: 10_000 }, (_, i) => extension(String(10_000 + i)));
  const answers = {
    'extension.list': async ({ limit, skip = 0 }: { limit: number; skip?: number }) =>
      ok({ extensions: all.slice(skip, skip + limit), matching: all.length }),
  };
  const every = await runOn({ answers }, 'extension', 'list', '--limit', '20000');
  assert.equal(every.out.split('\n').length, 10_002);
  assert.equal(every.asked.length, 20);
  const some = await runOn({ answers }, 'extension', 'list');
  assert.equal(some.out.split('\n').length, 102);
  assert.match(some.err, /100 of 10000 shown/);
  const json = await runOn({ answers }, 'extension', 'list', '--json', '--limit', '3');
  assert.deepEqual(JSON.parse(json.out), { extensions: all.slice(0, 3), matching: 10_000 });
  assert.equal(json.err, '');
});

test('a list says who may register how, and a search goes with the request', async () => {
  const rows: ExtensionView[] = [
    extension('101', { name: 'Anna' }),
    extension('102', {
      enabled: false,
      lanOnly: false,
      secureTransportOnly: true,
      rtpMode: 'required',
      bindings: null,
    }),
  ];
  const answers = { 'extension.list': async () => ok({ extensions: rows, matching: 2 }) };
  const ran = await runOn({ answers }, 'extension', 'list', '--search', 'a');
  assert.deepEqual(ran.asked[0]?.request, { limit: 100, skip: 0, search: 'a' });
  assert.equal(
    ran.out,
    'Number  Name      State     Phones  May register             SRTP\n' +
      '   101  Anna      enabled        1  LAN only                 by transport\n' +
      '   102  Name 102  disabled       ?  from anywhere, TLS only  required\n',
  );
});

test('an empty list says so', async () => {
  const answers = { 'extension.list': async () => ok({ extensions: [], matching: 0 }) };
  assert.match((await runOn({ answers }, 'extension', 'list')).out, /no extensions yet/);
  assert.match((await runOn({ answers }, 'extension', 'list', '--search', 'x')).out, /No extension matches/);
});

test('set changes what is named and nothing else', async () => {
  const answers = { 'extension.set': async () => ok({ extension: extension('101') }) };
  const ran = await runOn(
    { answers },
    'extension',
    'set',
    '101',
    '--any-transport',
    '--srtp',
    'auto',
    '--name',
    '',
  );
  assert.deepEqual(ran.asked[0]?.request, {
    number: '101',
    name: '',
    secureTransportOnly: false,
    rtpMode: null,
  });
  assert.equal(ran.code, 0);
});

test('enable, disable and remove say what they did', async () => {
  const one = async () => ok({ extension: extension('101') });
  const answers = { 'extension.enable': one, 'extension.disable': one, 'extension.remove': one };
  assert.equal((await runOn({ answers }, 'extension', 'enable', '101')).out, 'Extension 101 is enabled.\n');
  assert.equal((await runOn({ answers }, 'extension', 'disable', '101')).out, 'Extension 101 is disabled.\n');
  assert.equal(
    (await runOn({ answers }, 'extension', 'remove', '101')).out,
    'Extension 101 (Name 101) was removed.\n',
  );
});

test('new secrets are shown like those of a new extension', async () => {
  const answers = { 'extension.new-secret': async () => ok({ extension: extension('101'), phone: PHONE }) };
  const ran = await runOn({ answers }, 'extension', 'new-secret', '101', '--no-qr');
  assert.match(ran.out, /old ones are worth nothing/);
  assert.match(ran.out, /Password +AbCdEfGhIjKlMnOpQrSt/);
});

test('show lists the phones, and what a phone wrote cannot reach the terminal as a command', async () => {
  const binding = {
    extension: '101',
    contact: 'sip:101@192.0.2.7',
    transport: 'udp' as const,
    remote: '192.0.2.7:5060',
    userAgent: 'Evil\u001b]0;title\u0007 Phone',
    registeredAt: extension('101').createdAt,
    expiresAt: extension('101').createdAt + 4 * 86_400_000,
    behindNat: true,
    waiting: false,
  };
  const away = { ...binding, transport: 'tls' as const, behindNat: false, waiting: true };
  const bindings = [binding, away];
  const answers = { 'extension.show': async () => ok({ extension: extension('101'), bindings }) };
  const ran = await runOn({ answers, columns: 120 }, 'extension', 'show', '101');
  assert.match(ran.out, /tls 192\.0\.2\.7:5060 \(waiting\)/);
  assert.match(
    ran.out,
    /udp 192\.0\.2\.7:5060 \(NAT\) +Evil\\u\{1b\}\]0;title\\u\{7\} Phone +3 days ago +in 24 h/,
  );
  assert.doesNotMatch(ran.out, /\u001b|\u0007/);
  const stopped = { 'extension.show': async () => ok({ extension: extension('101'), bindings: null }) };
  assert.match((await runOn({ answers: stopped }, 'extension', 'show', '101')).out, /program is stopped/);
});

test('what an extension may do outside is set in words', async () => {
  const answers = { 'extension.set': async () => ok({ extension: extension('101') }) };
  const ran = await runOn(
    { answers },
    ...['extension', 'set', '101', '--external-calls', 'refused', '--forward-outside', 'allowed'],
    ...['--caller-id', 'none', '--group', 'sales'],
  );
  assert.deepEqual(ran.asked[0]?.request, {
    number: '101',
    calling: { isInternalOnly: true, mayForwardOutside: true, callerId: '', groups: ['sales'] },
  });
  assert.match(ran.out, /Calls outside +as the rules allow/);
});
