import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtensionNumber, Trunk } from '@ringwall/pbx';
import { testTrunk, World } from '@ringwall/testkit';
import { assertNothingLeft, EXTENSIONS, lastCall } from './office.ts';
import { london, route, rule } from './outside.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { headerLine, RawPhone, SDP, sdp } from './raw-phone.ts';
import { CLEO, invite, lineOf, offered, site } from './trunk-site.ts';

/** What can be set of a trunk, as its provider sees it. */

test('a trunk is offered its codecs in its order, and key presses among the sound where it takes them', () => {
  for (const [trunk, formats] of [
    [{}, '0 8 101'],
    [{ codecs: ['PCMA', 'PCMU'] }, '8 0 101'],
    [{ codecs: ['G729', 'PCMA'] }, '8 101'],
    [{ codecs: ['PCMA'], dtmf: 'info' }, '8'],
    [{ dtmf: 'rfc4733' }, '0 8 101'],
  ] as const) {
    const { dial, provider } = site(trunk);
    assert.equal(dial(), 200);
    const [invitation] = provider.invitations();
    assert.ok(invitation !== undefined);
    assert.equal(offered(invitation), formats, JSON.stringify(trunk));
  }
});

test('a trunk that takes none of the caller’s codecs is passed over, and the record says so where there is no other', () => {
  const { dial, provider, other } = site({ codecs: ['G729'] });
  assert.equal(dial(), 200);
  assert.deepEqual([provider.invitations().length, other.invitations().length], [0, 1]);
  const alone = site({ codecs: ['G729'] }, {}, { dialling: london(rule(route('acme'))) });
  assert.equal(alone.dial(), 488);
  assert.match(alone.world.records[0]?.reason ?? '', /acme takes none of the caller's codecs/);
});

test('an offer of the provider is answered within its codecs, and refused without one', () => {
  const taken = site({ codecs: ['PCMU'], dtmf: 'info' });
  assert.equal(invite(taken.caller), 100);
  assert.ok(taken.world.runUntil(() => taken.anna.calls.length === 1, 5_000));
  assert.deepEqual(
    lastCall(taken.anna).media.formats.map(({ codec }) => codec.name),
    ['PCMU', 'TELEPHONE-EVENT'],
    'the phone is shown no more sound than the trunk takes, and its keys are told as INFO',
  );
  const refused = site({ codecs: ['PCMA'] });
  assert.ok([100, 488].includes(invite(refused.caller)));
  assert.match(refused.world.records[0]?.reason ?? '', /none of the codecs that the trunk is set to/);
  assert.equal(refused.anna.calls.length, 0);
});

const DID = '+442079460100';
const HOME = '+442079460958';
const RIGHTS = {
  isInternalOnly: false,
  mayForwardOutside: true,
  mayCallOutOfHours: true,
  isPinProtected: false,
  groups: [],
};
const OURS = {
  number: '+442079460000',
  format: 'e164',
  domain: undefined,
  asserted: 'p-asserted-identity',
} as const;

/** A place where a call for the DID is led outside, on behalf of 101. */
function forwardingSite(trunk: Partial<Trunk>, showsOriginal = false, behaviour: ProviderBehaviour = {}) {
  const conditions = { trunks: [], called: ['2079460100'], callers: [] };
  const open = { to: 'outside', number: HOME, owner: '101' } as const;
  const all = { ...rule({ ...route('acme'), stripDigits: 0, showsOriginal }), prefixes: [] };
  return site({ caller: OURS, ...trunk }, behaviour, {
    dialling: london(all),
    extensions: EXTENSIONS.map((each) => ({ ...each, calling: { ...RIGHTS, callerId: undefined } })),
    inbound: [{ name: 'away', ...conditions, open, closed: undefined, holiday: undefined }],
  });
}

test('a From has a user also where nobody set a number: the extension’s', () => {
  for (const [trunk, user] of [
    [{}, '101'],
    [{ caller: OURS }, '\\+442079460000'],
  ] as const) {
    const { dial, provider } = site(trunk);
    assert.equal(dial(), 200);
    assert.match(lineOf(provider, 'from'), new RegExp(`<sip:${user}@198\\.51\\.100\\.200>`));
  }
});

test('our callers are named with the domain that is set, wherever the provider looks for them, and the called one with its own', () => {
  const domain = 'pbx.customer.example';
  const ours = `<sip:+442079460000@${domain}>`;
  for (const asserted of ['p-asserted-identity', 'p-preferred-identity', 'remote-party-id'] as const) {
    const trunk = { caller: { ...OURS, domain, asserted } };
    const { world, dial, provider } = site(trunk);
    const told = world.pbx.forecasts.call('101' as ExtensionNumber, CLEO, world.wall())?.invites[0];
    assert.ok(
      told?.from.includes(ours) && told.identity.some((line) => line.includes(ours)),
      'explain says it',
    );
    assert.equal(dial(), 200);
    assert.ok(lineOf(provider, 'from').includes(ours));
    assert.ok(lineOf(provider, asserted).includes(ours), asserted);
    assert.match(lineOf(provider, 'to'), /^<sip:\+442079460958@198\.51\.100\.200>/);
  }
  for (const [forwardedBy, line] of [
    ['diversion', `${ours};reason=unconditional;counter=1`],
    ['history-info', `${ours};index=1 | <sip:${HOME}@198.51.100.200;cause=302>;index=1.1;mp=1`],
  ] as const) {
    const { caller, provider, world } = forwardingSite({ caller: { ...OURS, domain }, forwardedBy });
    assert.equal(invite(caller, [], DID), 100);
    world.runFor(2_000);
    assert.equal(lineOf(provider, forwardedBy), line);
  }
});

test('a caller who withholds his number has nobody’s domain, and the provider alone reads ours', () => {
  const domain = 'pbx.customer.example';
  const { caller, provider, world } = forwardingSite(
    { caller: { ...OURS, domain }, originalCaller: true },
    true,
  );
  assert.equal(invite(caller, ['Privacy: id'], DID), 100);
  world.runFor(2_000);
  assert.match(lineOf(provider, 'from'), /@anonymous\.invalid>/);
  assert.ok(lineOf(provider, 'p-asserted-identity').includes(`@${domain}>`));
});

test('a registration names the account in the registrar’s domain, and OPTIONS the caller’s', () => {
  const registering = testTrunk('acme', { caller: { ...OURS, domain: 'pbx.customer.example' } });
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [registering] });
  const provider = new Provider(world, { password: registering.account?.password ?? '' });
  world.perform(world.pbx.startTrunks());
  world.runFor(70_000);
  const hosts = new Map(
    provider.asked.map(({ method, from: { uri } }) => [method, uri.scheme === 'sip' ? uri.host : '']),
  );
  assert.deepEqual([hosts.get('REGISTER'), hosts.get('OPTIONS')], ['198.51.100.200', 'pbx.customer.example']);
});

test('who forwarded a call is told in the header that the trunk is set to, and who called is shown where trunk and route allow it', () => {
  for (const [trunk, showsOriginal, from, header, value] of [
    [{}, true, '+442079460000', 'diversion', ''],
    [
      { forwardedBy: 'diversion' },
      false,
      '+442079460000',
      'diversion',
      '<sip:+442079460000@198.51.100.200>;reason=unconditional;counter=1',
    ],
    [
      { forwardedBy: 'history-info', originalCaller: true },
      true,
      '+442079460123',
      'history-info',
      '<sip:+442079460000@198.51.100.200>;index=1 | <sip:+442079460958@198.51.100.200;cause=302>;index=1.1;mp=1',
    ],
    [{ originalCaller: true }, false, '+442079460000', 'diversion', ''],
    [{ originalCaller: true }, true, '+442079460123', 'diversion', ''],
  ] as const) {
    const { caller, provider, world } = forwardingSite(trunk, showsOriginal);
    assert.equal(invite(caller, [], DID), 100);
    world.runFor(2_000);
    const title = JSON.stringify({ trunk, showsOriginal });
    assert.ok(lineOf(provider, 'from').includes(`<sip:${from}@`), `${title}: ${lineOf(provider, 'from')}`);
    assert.ok(lineOf(provider, 'p-asserted-identity').includes(`<sip:${from}@`), title);
    assert.equal(lineOf(provider, header), value, title);
  }
});

test('a caller who withholds his number stays unknown when he is forwarded', () => {
  const { caller, provider, world } = forwardingSite({ originalCaller: true }, true);
  assert.equal(invite(caller, ['Privacy: id'], DID), 100);
  world.runFor(2_000);
  assert.match(lineOf(provider, 'from'), /anonymous\.invalid/);
  assert.equal(lineOf(provider, 'privacy'), 'id');
  assert.match(lineOf(provider, 'p-asserted-identity'), /442079460000/, 'ours, for the provider alone');
  assert.ok(!provider.invitations().some(({ headers }) => [...headers].join(' ').includes('460123')));
});

test('the called number is read where the trunk says, and in the Request-URI if it is not there', () => {
  const place = (name: string) => [`${name}: <sip:${DID}@198.51.100.200>`];
  for (const [calledNumber, more, dialled] of [
    ['p-preferred-identity', place('P-Preferred-Identity'), DID],
    ['p-called-party-id', place('P-Called-Party-ID'), DID],
    ['diversion', [...place('Diversion'), 'Diversion: <sip:+15550100@198.51.100.200>'], DID],
    ['diversion', [], '101'],
    ['to', place('Diversion'), '101'],
  ] as const) {
    const { caller, world } = site({ calledNumber, callsAtOnce: 10 });
    invite(caller, more);
    world.runFor(1_000);
    const started = world.events.find((event) => event.kind === 'call-started');
    const shown = started?.dialled ?? world.records.at(-1)?.dialled;
    assert.equal(shown, dialled, `${calledNumber} ${more.join()}`);
  }
});

test('RFC 3261 8.1.1.6: a call that is led outside again has one forward less, and none left is refused', () => {
  const { caller, provider, world } = forwardingSite({});
  const text = (forwards: number, id: string) =>
    [
      `INVITE sip:${DID}@10.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 198.51.100.200:5060;branch=z9hG4bK${id};rport`,
      `From: <sip:+442079460123@198.51.100.200>;tag=${id}`,
      `To: <sip:${DID}@10.0.0.1>`,
      `Call-ID: ${id}`,
      'CSeq: 1 INVITE',
      `Max-Forwards: ${forwards}`,
      `Contact: <${caller.contact}>`,
      SDP,
      `Content-Length: ${sdp('198.51.100.200', 4_000).length}`,
      '',
      sdp('198.51.100.200', 4_000),
    ].join('\r\n');
  caller.say(text(17, 'seventeen'));
  world.runFor(2_000);
  assert.equal(lineOf(provider, 'max-forwards'), '16');
  caller.say(text(0, 'none'));
  assert.ok(caller.heard.some((each) => each.startsWith('SIP/2.0 483') && each.includes('Call-ID: none')));
});

test('a call that was forwarded often enough is not forwarded again, by whichever header says so', () => {
  for (const [more, status] of [
    [['Diversion: <sip:+15550100@198.51.100.200>;reason=unknown;counter=4'], 100],
    [['Diversion: <sip:+15550100@198.51.100.200>;reason=unknown;counter=5'], 482],
    [
      Array.from({ length: 6 }, (_, at) => `History-Info: <sip:+1555010${at}@198.51.100.200>;index=1.${at}`),
      482,
    ],
  ] as const) {
    const { caller, provider, world } = forwardingSite({ forwardedBy: 'diversion' });
    assert.equal(invite(caller, more, DID), status, more.join());
    world.runFor(2_000);
    if (status === 100) assert.match(lineOf(provider, 'diversion'), /;counter=5$/);
    else assert.match(world.records[0]?.reason ?? '', /forwarded 5 times before/);
  }
});

test('a provider that sends our own call back as a new one is not followed in a circle', () => {
  const { caller, provider, world } = forwardingSite({}, false, { answers: { INVITE: 180 } });
  assert.equal(invite(caller, [], DID), 100);
  world.runFor(2_000);
  assert.equal(provider.invitations().length, 1);
  assert.equal(
    invite(caller, [], DID, '<sip:02079460000@198.51.100.200>'),
    482,
    'with the number that we showed',
  );
  assert.match(world.records[0]?.reason ?? '', /goes in a circle/);
  assert.equal(invite(caller, [], DID, '<sip:+15550100@198.51.100.200>'), 100, 'somebody else is no circle');

  const shown = forwardingSite({ originalCaller: true }, true, { answers: { INVITE: 180 } });
  const statuses = [1, 2, 3, 4].map(() => {
    const status = invite(shown.caller, [], DID);
    shown.world.runFor(1_500);
    return status;
  });
  assert.deepEqual(statuses, [100, 100, 100, 482], 'with the caller that we passed on');
});

test('REFER within a call is refused to a provider, and where it is allowed it leads nowhere but inside', () => {
  for (const [transfersAllowed, target, status, moved] of [
    [false, '102', 403, false],
    [true, '102', 202, true],
    [true, CLEO, 202, false],
    [true, '0033142685300', 202, false],
  ] as const) {
    const { world, caller, anna, provider, other } = site({ transfersAllowed });
    const bo = world.registered('102');
    assert.equal(invite(caller), 100);
    assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
    world.act(anna, () => lastCall(anna).answer());
    world.runFor(500);
    const answer =
      caller.heard.find((text) => text.startsWith('SIP/2.0 200') && text.includes('INVITE')) ?? '';
    const line = (name: string): string => headerLine(answer, name).slice(name.length + 2);
    const uri = /<(.*?)>/.exec(line('Contact'))?.[1] ?? '';
    const dialog = { uri, from: line('From'), to: line('To'), callId: line('Call-ID') };
    // The ACK, as far as the PBX is concerned.
    caller.ask('ACK', { ...dialog, cseq: 1 });
    const more = [`Refer-To: <sip:${target}@10.0.0.1>`, `Contact: <${caller.contact}>`];
    assert.equal(caller.ask('REFER', { ...dialog, cseq: 2, more }), status, target);
    world.runFor(5_000);
    assert.equal(bo.calls.length === 1, moved, target);
    assert.deepEqual([...provider.invitations(), ...other.invitations()], [], 'nothing leaves');
  }
});

test('a key that a phone sends as INFO is refused where the trunk wants events among the sound', () => {
  const [account] = EXTENSIONS;
  assert.ok(account !== undefined);
  for (const [dtmf, status] of [
    ['auto', 200],
    ['rfc4733', 415],
  ] as const) {
    const { world, provider } = site({ dtmf });
    const phone = new RawPhone(world, '10.0.0.77', account);
    phone.register('101');
    const asked = { from: '<sip:101@pbx.example.com>;tag=me', callId: `keys-${dtmf}`, cseq: 1 };
    const to = `<sip:${CLEO}@pbx.example.com>`;
    const more = [SDP, `Contact: <${phone.contact}>`];
    phone.ask('INVITE', {
      ...asked,
      uri: `sip:${CLEO}@pbx.example.com`,
      to,
      more,
      body: sdp('10.0.0.77', 4_000),
    });
    world.runFor(2_000);
    const answer =
      phone.heard.findLast((text) => text.startsWith('SIP/2.0 200') && text.includes('INVITE')) ?? '';
    const tagged = headerLine(answer, 'To').slice(4);
    const uri = /<(.*?)>/.exec(headerLine(answer, 'Contact'))?.[1] ?? '';
    phone.ask('ACK', { ...asked, uri, to: tagged, cseq: 2 });
    const key = ['Content-Type: application/dtmf-relay'];
    const info = { ...asked, uri, to: tagged, cseq: 3, more: key, body: 'Signal=5\r\nDuration=160\r\n' };
    assert.equal(phone.ask('INFO', info), status, dtmf);
    world.runFor(1_000);
    assert.equal(provider.methods().includes('INFO'), status === 200);
  }
});

test('who calls is read from Remote-Party-ID of a provider that is told of callers that way, and of no other', () => {
  const line = (privacy: string) => [
    `Remote-Party-ID: "Bob" <sip:+15550100@198.51.100.200>;party=calling;privacy=${privacy}`,
  ];
  for (const [asserted, privacy, shown] of [
    ['remote-party-id', 'off', '+15550100'],
    ['remote-party-id', 'full', 'anonymous'],
    ['p-asserted-identity', 'off', '+442079460123'],
  ] as const) {
    const { caller, world } = site({ caller: { ...OURS, asserted } });
    assert.equal(invite(caller, line(privacy)), 100);
    const started = world.events.find((event) => event.kind === 'call-started');
    assert.equal(started?.caller, shown, `${asserted} ${privacy}`);
  }
});

test('where a phone sends a call from outside on, its number is said to have forwarded it, and who called is shown', () => {
  const trunk = { caller: OURS, forwardedBy: 'diversion', originalCaller: true } as const;
  const all = { ...rule({ ...route('acme'), showsOriginal: true }), prefixes: [] };
  const calling = { ...RIGHTS, callerId: '+442079460102' };
  const { world, caller, provider } = site(
    trunk,
    {},
    {
      dialling: london(all),
      extensions: EXTENSIONS.map((each) => ({ ...each, calling })),
    },
  );
  world.registered('102', { forwardsTo: [`sip:${CLEO}@pbx.example.com`] });
  assert.equal(invite(caller, [], '102'), 100);
  world.runFor(3_000);
  assert.match(lineOf(provider, 'from'), /<sip:\+442079460123@/);
  assert.match(lineOf(provider, 'diversion'), /^<sip:\+442079460102@.*>;reason=deflection;counter=1$/);
});

test('a provider whose nonces are good once hears with a proof that a call is over, and one that takes none is asked twice', () => {
  const account = { user: 'u', password: 'Secret-of-the-trunk-4711', realm: 'provider.example' };
  for (const [neverProven, expected] of [
    [[], 200],
    [['BYE'], 401],
  ] as const) {
    const { world, provider, anna, dial } = site({ account }, { password: account.password, neverProven });
    assert.equal(dial(), 200);
    world.act(anna, () => lastCall(anna).hangUp());
    world.runFor(5_000);
    const byes = provider.asked.filter(({ method }) => method === 'BYE');
    assert.equal(byes.length, 2);
    assert.equal(provider.answered.findLast(({ method }) => method === 'BYE')?.status, expected);
    assertNothingLeft(world, 1);
  }
});
