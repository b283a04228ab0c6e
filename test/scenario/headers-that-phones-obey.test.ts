import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXTENSIONS, office } from './office.ts';
import { headerLine, RawPhone, SDP, sdp } from './raw-phone.ts';
import { CLEO, invite, site } from './trunk-site.ts';

/** What some phone or other obeys, shows or fetches; `evil` is in each, and in nothing that anybody else says. */
const HOSTILE = [
  'Alert-Info: <http://evil.example/ring>;info=alert-autoanswer;delay=0',
  'Call-Info: <http://evil.example/icon>;purpose=icon, <sip:evil.example>;answer-after=0',
  'Answer-Mode: Auto;evil',
  'Priv-Answer-Mode: Auto;evil',
  'Alert-URL: http://evil.example/',
  'P-Auto-Answer: evil',
  'Error-Info: <sip:evil.example>',
  'Reply-To: <sip:evil@evil.example>',
  'Subject: evil',
  'Organization: evil',
  'Priority: evil',
  'User-Agent: evil',
  'Server: evil',
  'Warning: 399 evil.example "evil"',
  'Reason: SIP;cause=200;text="evil"',
  'P-Called-Party-ID: <sip:evil@evil.example>',
  'P-Access-Network-Info: evil',
  'P-Charging-Vector: icid-value=evil',
  'P-Early-Media: evil',
  'P-Evil: evil',
  'X-Evil: evil',
  'X-Asterisk-Info: evil',
  'History-Info: <sip:evil@evil.example>;index=1',
  'Identity: evil',
  'Geolocation: <http://evil.example/>',
  'Accept-Contact: *;evil',
  'Reject-Contact: *;evil',
  'Request-Disposition: evil',
  'In-Reply-To: evil@evil.example',
  'Content-Language: evil',
  'Accept-Language: evil',
  'Date: evil',
  'MIME-Version: evil',
  'User-to-User: evil;encoding=hex',
  'Info-Package: evil',
  'Recv-Info: evil',
  'Event: evil',
  'Allow-Events: evil',
  'Supported: evil',
] as const;

/** Who says another's name: a phone that does is refused, and a provider is believed where it was set so alone. */
const NAMES = [
  'Remote-Party-ID: "evil" <sip:evil@evil.example>;party=calling',
  'P-Preferred-Identity: "evil" <sip:evil@evil.example>',
  'Diversion: <sip:evil@evil.example>;reason=evil',
  'Referred-By: <sip:evil@evil.example>',
] as const;

/** Lines of a description that somebody might show, or fetch from. */
function hostileSdp(address: string): string {
  const more = ['i=evil', 'u=http://evil.example/', 'e=evil@evil.example', 'p=evil'];
  const lines = sdp(address, 4_000).replace('s=-', 's=evil').split('\r\n');
  const at = lines.indexOf('s=evil') + 1;
  return [...lines.slice(0, at), ...more, ...lines.slice(at, -1), 'a=evil:evil', 'a=alert:evil', ''].join(
    '\r\n',
  );
}

function assertUntouched(heard: readonly string[], what: string): void {
  assert.ok(heard.length > 0, `nothing of ${what} came`);
  for (const text of heard) assert.doesNotMatch(text, /evil/i, what);
}

test('no header and no line of a description that a phone writes reaches the phone at the other end, in no direction', () => {
  const world = office(1);
  const [anna, ben] = ['101', '102'].map((number, index) => {
    const account = EXTENSIONS.find((each) => each.number === number);
    assert.ok(account !== undefined);
    const phone = new RawPhone(world, `10.0.9.${index + 1}`, account);
    phone.register(number);
    return phone;
  });
  assert.ok(anna !== undefined && ben !== undefined);
  const [from, to] = ['<sip:101@pbx.example.com>;tag=a', '<sip:102@pbx.example.com>'];
  const call = { uri: 'sip:102@pbx.example.com', from, to, callId: 'hostile', cseq: 1 };
  const more = [`Contact: <${anna.contact}>`, SDP, ...HOSTILE];
  ben.heard.length = 0;
  assert.equal(anna.ask('INVITE', { ...call, more, body: hostileSdp('10.0.9.1') }), 100);
  assertUntouched(ben.heard, 'an INVITE');

  anna.heard.length = 0;
  ben.answer('INVITE', '180 Ringing evil', 'b', HOSTILE);
  ben.answer('INVITE', '183 Session Progress evil', 'b', [SDP, ...HOSTILE], hostileSdp('10.0.9.2'));
  ben.answer('INVITE', '200 OK evil', 'b', [SDP, ...HOSTILE], hostileSdp('10.0.9.2'));
  assertUntouched(anna.heard, 'answers to an INVITE');
  const answered = anna.heard.findLast((text) => text.startsWith('SIP/2.0 200'));
  assert.ok(answered !== undefined);
  const inDialog = { ...call, to: headerLine(answered, 'To').slice('To: '.length) };
  anna.ask('ACK', { ...inDialog, cseq: 2 });

  ben.heard.length = 0;
  const body = hostileSdp('10.0.9.1').replace('a=alert', 'a=sendonly\r\na=alert');
  anna.ask('INVITE', { ...inDialog, cseq: 10, more, body });
  assert.equal(anna.ask('INFO', { ...inDialog, cseq: 11, more: HOSTILE, body: 'evil' }) >= 200, true);
  anna.ask('UPDATE', { ...inDialog, cseq: 12, more: [`Contact: <${anna.contact}>`, ...HOSTILE] });
  anna.ask('NOTIFY', { ...inDialog, cseq: 13, more: HOSTILE, body: 'evil' });
  assert.equal(anna.ask('BYE', { ...inDialog, cseq: 14, more: HOSTILE }), 200);
  for (const method of ['INVITE', 'BYE']) {
    assert.ok(
      ben.heard.some((text) => text.startsWith(`${method} `)),
      `the other end hears of the ${method}`,
    );
  }
  assertUntouched(ben.heard, 'requests in a call');
});

test('a refusal, a redirection and a message bring nothing of their headers to the other end either', () => {
  for (const [status, contact] of [
    ['486 Busy evil', []],
    ['603 Decline evil', []],
    ['302 Moved evil', ['Contact: <sip:103@pbx.example.com;evil=1?Alert-Info=evil&Subject=evil>']],
  ] as const) {
    const world = office(1);
    const account = EXTENSIONS.find(({ number }) => number === '101');
    assert.ok(account !== undefined);
    const anna = new RawPhone(world, '10.0.9.1', account);
    anna.register('101');
    const caller = world.registered('102');
    const heard: string[] = [];
    world.taps.add((flow, bytes) => {
      if (flow.remote.address !== '10.0.9.1') heard.push(Buffer.from(bytes).toString('latin1'));
    });
    world.registered('103');
    world.dial(caller, '101');
    world.runFor(500);
    anna.answer('INVITE', status, 'b', [...contact, ...HOSTILE]);
    world.runFor(1_000);
    assertUntouched(heard, status);
    heard.length = 0;
    const me = '<sip:101@pbx.example.com>;tag=m';
    const message = {
      uri: 'sip:103@pbx.example.com',
      from: me,
      to: '<sip:103@pbx.example.com>',
      callId: 'message',
      cseq: 1,
      more: ['Content-Type: text/plain', ...HOSTILE.filter((line) => !line.startsWith('Content-'))],
      body: 'hello',
    };
    anna.ask('MESSAGE', message);
    assert.ok(
      heard.some((text) => text.startsWith('MESSAGE ')),
      'the message itself comes',
    );
    assertUntouched(heard, 'a MESSAGE');
  }
});

test('nothing of it comes in from a provider, nor goes out to one', () => {
  const { world, provider, anna, caller, dial } = site({}, { headers: [...HOSTILE, ...NAMES].map(parted) });
  const heard: string[] = [];
  world.taps.add((flow, bytes) => {
    if (flow.remote.address === anna.flow.local.address) heard.push(Buffer.from(bytes).toString('latin1'));
  });
  invite(caller, [...HOSTILE, ...NAMES]);
  assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
  assertUntouched(heard, 'a call from outside');
  world.act(anna, () => anna.calls[0]?.answer());
  world.runFor(500);
  world.act(anna, () => anna.calls[0]?.hangUp());
  world.runFor(1_000);
  heard.length = 0;
  assert.equal(dial(CLEO), 200);
  world.act(anna, () => anna.calls.at(-1)?.hangUp());
  world.runFor(1_000);
  assertUntouched(heard, 'answers of a provider');

  const account = EXTENSIONS.find(({ number }) => number === '102');
  assert.ok(account !== undefined);
  const ben = new RawPhone(world, '10.0.9.2', account);
  ben.register('102');
  const call = {
    uri: `sip:${CLEO}@pbx.example.com`,
    from: '<sip:102@pbx.example.com>;tag=b',
    to: `<sip:${CLEO}@pbx.example.com>`,
    callId: 'out',
    cseq: 1,
  };
  const before = provider.asked.length;
  ben.ask('INVITE', {
    ...call,
    more: [`Contact: <${ben.contact}>`, SDP, ...HOSTILE],
    body: hostileSdp('10.0.9.2'),
  });
  world.runFor(500);
  const sent = provider.asked.slice(before);
  assert.ok(sent.some(({ method }) => method === 'INVITE'));
  for (const { headers, body } of sent) {
    const text = Array.from(
      { length: headers.size },
      (_, i) => `${headers.nameAt(i)}: ${headers.valueAt(i)}`,
    ).join('\n');
    assert.doesNotMatch(`${text}\n${Buffer.from(body).toString('latin1')}`, /evil/i);
  }
});

function parted(line: string): readonly [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at).toLowerCase(), line.slice(at + 2)];
}
