import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PbxEvent, TrunkName } from '@ringwall/pbx';
import { CallerBlacklist } from '@ringwall/policy';
import { testTrunk, World, type WorldOptions } from '@ringwall/testkit';
import { lastCall, EXTENSIONS } from './office.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { headerLine, RawPhone, SDP, sdp } from './raw-phone.ts';

const ACME = testTrunk('acme');
const PASSWORD = ACME.account?.password ?? '';

function site(
  seed: number,
  behaviour: ProviderBehaviour = { password: PASSWORD },
  options: Partial<WorldOptions> = {},
): { readonly world: World; readonly provider: Provider } {
  const world = new World({ seed, extensions: EXTENSIONS, trunks: [ACME], ...options });
  const provider = new Provider(world, behaviour);
  world.perform(world.pbx.startTrunks());
  return { world, provider };
}

function linkOf(world: World, name = 'acme') {
  const running = world.pbx.trunks().find(({ trunk }) => trunk.name === name);
  assert.ok(running !== undefined);
  return running.link;
}

function changes(world: World): string[] {
  const isChange = (event: PbxEvent) => event.kind === 'trunk-changed';
  return world.events.filter(isChange).map(({ state }) => state);
}

test('a trunk registers with its password, and again before that is over', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { world, provider } = site(seed);
    world.runFor(5_000);
    assert.equal(linkOf(world).phase, 'up', `seed ${seed}`);
    assert.equal(provider.contacts.size, 1);
    world.runFor(3_600_000);
    assert.equal(provider.contacts.size, 1, 'it keeps its contact');
    const proven = provider.asked.filter(({ headers }) => headers.has('authorization')).length;
    assert.ok(proven >= 6 && proven <= 10, `${proven} refreshes in an hour at 600 s`);
    assert.deepEqual(changes(world), ['up']);
  }
});

test('a provider that is away is tried for ever, more and more seldom, and found when it is back', () => {
  const { world, provider } = site(3, { password: PASSWORD, silent: true });
  world.runFor(4 * 3_600_000);
  assert.equal(linkOf(world).phase === 'up', false);
  assert.equal(world.pbx.counts().transactions.clientNonInvite <= 1, true);
  provider.behaviour.silent = false;
  assert.ok(world.runUntil(() => linkOf(world).phase === 'up', 700_000));
  assert.deepEqual(changes(world), ['down', 'up']);
});

test('a password that is refused is tried three times, and then not until somebody says so', () => {
  const { world, provider } = site(4, { password: 'another' });
  world.runFor(24 * 3_600_000);
  assert.equal(linkOf(world).phase, 'refused');
  assert.match(linkOf(world).problem, /refuses the password/);
  const wrong = provider.asked.filter(({ headers }) => headers.has('authorization')).length;
  assert.equal(wrong, 3, 'so many wrong passwords');
  assert.deepEqual(changes(world), ['down', 'refused']);
  provider.behaviour.password = PASSWORD;
  world.perform(world.pbx.retryTrunk('acme' as TrunkName));
  assert.ok(world.runUntil(() => linkOf(world).phase === 'up', 5_000));
});

test('a challenge for another realm gets no answer at all', () => {
  const { world, provider } = site(5, { password: PASSWORD, realm: 'somebody else' });
  world.runFor(3_600_000);
  assert.equal(provider.asked.filter(({ headers }) => headers.has('authorization')).length, 0);
  assert.match(linkOf(world).problem, /another realm/);
});

test("a challenge from another address than the provider's is not read", () => {
  const world = new World({ seed: 6, extensions: EXTENSIONS, trunks: [ACME] });
  const stranger = new RawPhone(world, '203.0.113.66');
  const heard: string[] = [];
  world.taps.add((flow, bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (flow.remote.address === ACME.host && text.startsWith('REGISTER')) heard.push(text);
  });
  world.perform(world.pbx.startTrunks());
  world.runFor(1_000);
  const [request] = heard;
  assert.ok(request !== undefined);
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => headerLine(request, name));
  const challenge = 'WWW-Authenticate: Digest realm="provider.example", nonce="x", algorithm=MD5, qop="auth"';
  stranger.say(['SIP/2.0 401 Unauthorized', ...copied, challenge, 'Content-Length: 0', '', ''].join('\r\n'));
  world.runFor(2_000);
  assert.ok(heard.every((text) => !/^authorization/im.test(text)));
});

test('the longer time that a provider asks for is kept (RFC 3261 10.3)', () => {
  const { world, provider } = site(7, {
    answers: { REGISTER: 423 },
    headers: [['min-expires', '1800']],
  });
  world.runFor(200);
  provider.behaviour.answers = {};
  provider.behaviour.expires = 1_800;
  assert.ok(world.runUntil(() => linkOf(world).phase === 'up', 30_000));
  assert.equal(provider.asked.at(-1)?.headers.get('expires'), '1800');
});

test('a trunk that is removed signs off', () => {
  const { world, provider } = site(8);
  world.runFor(5_000);
  const { snapshot } = world.pbx;
  world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: 2, trunks: new Map() }));
  world.runFor(5_000);
  assert.equal(provider.asked.at(-1)?.headers.get('expires'), '0');
  assert.equal(world.pbx.trunks().length, 0);
});

test('by address: OPTIONS shows that the provider lives, whatever it answers', () => {
  const trunk = testTrunk('acme', { kind: 'address', account: undefined });
  const { world, provider } = site(9, { answers: { OPTIONS: 405 } }, { trunks: [trunk] });
  world.runFor(200_000);
  assert.equal(linkOf(world).phase, 'up');
  assert.ok(provider.methods().filter((method) => method === 'OPTIONS').length >= 3);
  provider.behaviour.silent = true;
  world.runFor(120_000);
  assert.deepEqual(changes(world), ['up', 'down']);
});

/** An INVITE as a provider sends it. */
function invite(provider: RawPhone, called: string, from = '"Bob" <sip:+442079460123@198.51.100.200>;tag=p') {
  return provider.ask('INVITE', {
    uri: `sip:${called}@10.0.0.1`,
    from,
    to: `<sip:${called}@10.0.0.1>`,
    callId: `call-${called}-${from.length}`,
    cseq: 1,
    more: [SDP, `Contact: <${provider.contact}>`],
    body: sdp('198.51.100.200', 4_000),
  });
}

test('a call from the provider rings inside, with the number and the name of who calls', () => {
  const { world } = site(10);
  const anna = world.registered('101');
  const caller = new RawPhone(world, ACME.host);
  const rung: string[] = [];
  world.taps.add((flow, bytes) => {
    if (flow.remote.address === anna.flow.local.address) rung.push(Buffer.from(bytes).toString('latin1'));
  });
  invite(caller, '101');
  assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
  const shown = rung.find((text) => text.startsWith('INVITE ')) ?? '';
  assert.match(headerLine(shown, 'From'), /^From: "Bob" <sip:\+442079460123@pbx\.example\.com>/);
  world.act(anna, () => lastCall(anna).answer());
  world.runFor(1_000);
  assert.ok(caller.heard.some((text) => text.startsWith('SIP/2.0 200') && text.includes('INVITE')));
});

test('the same from another address gets a challenge like every stranger, and the log says which trunk it resembled', () => {
  const { world } = site(11);
  world.runFor(5_000);
  const [running] = world.pbx.trunks();
  const stranger = new RawPhone(world, '203.0.113.66');
  assert.equal(invite(stranger, running?.token ?? ''), 0, 'silence: it names no domain of ours');
  const resembled = world.events.find((event) => event.kind === 'trunk-resembled');
  assert.match(resembled?.why ?? '', /203\.0\.113\.66 is no address of its provider/);
});

test('of two trunks at one provider the contact that is called tells which, never the number', () => {
  const other = testTrunk('other', {
    account: { user: 'two', password: PASSWORD, realm: 'provider.example' },
  });
  const { world } = site(12, { password: PASSWORD }, { trunks: [ACME, other] });
  world.registered('101');
  world.runFor(5_000);
  const caller = new RawPhone(world, ACME.host);
  assert.equal(invite(caller, '101'), 0);
  assert.equal(world.events.filter((event) => event.kind === 'trunk-resembled').length, 1);
  const token = world.pbx.trunks().find(({ trunk }) => trunk.name === 'other')?.token ?? '';
  const status = invite(caller, token);
  assert.equal(status, 404, 'the trunk is known; the contact is no number of ours');
  assert.equal(world.records.at(-1)?.legs[0]?.outside?.trunk, 'other');
});

test('a provider can neither take a place in a call, nor move one, nor ask for anything else', () => {
  const { world } = site(13);
  world.registered('101');
  world.runFor(5_000);
  const caller = new RawPhone(world, ACME.host);
  const base = { from: '<sip:p@198.51.100.200>;tag=p', to: '<sip:101@10.0.0.1>', uri: 'sip:101@10.0.0.1' };
  for (const method of ['REFER', 'SUBSCRIBE', 'MESSAGE', 'NOTIFY', 'PUBLISH']) {
    assert.equal(caller.ask(method, { ...base, callId: method, cseq: 1 }), 403, method);
  }
  const replaces = ['Replaces: a;to-tag=b;from-tag=c', SDP];
  const asked = { ...base, callId: 'replaces', cseq: 1, more: replaces, body: sdp('198.51.100.200', 4_000) };
  assert.equal(caller.ask('INVITE', asked), 403);
  assert.match(world.records.at(-1)?.reason ?? '', /Replaces/);
});

test('a phone at the address of the provider registers with its password like any other, and is no trunk then', () => {
  const { world } = site(16);
  world.runFor(5_000);
  const [account] = EXTENSIONS;
  assert.ok(account !== undefined);
  const phone = new RawPhone(world, ACME.host, account);
  phone.register('101');
  assert.equal(world.pbx.counts().bindings, 1);
});

test('a trunk takes as many calls as it was set to, and no more in a second', () => {
  const { world } = site(14, undefined, {
    trunks: [testTrunk('acme', { callsAtOnce: 2, callsPerSecond: 1 })],
  });
  const anna = world.registered('101');
  world.runFor(5_000);
  const caller = new RawPhone(world, ACME.host);
  const statuses: number[] = [];
  for (const tag of ['p', 'pp', 'ppp', 'pppp']) {
    statuses.push(invite(caller, '101', `<sip:+4420794601@198.51.100.200>;tag=${tag}`));
    if (tag !== 'p') world.runFor(1_500);
  }
  assert.deepEqual(statuses, [100, 503, 100, 503]);
  assert.equal(anna.calls.length, 2);
  assert.match(world.records.at(-1)?.reason ?? '', /as many calls as it may/);
});

test('a blacklisted caller is declined before anything rings, and the record says by which entry', () => {
  const { world } = site(15);
  const anna = world.registered('101');
  const bo = world.registered('102');
  world.runFor(5_000);
  const callerBlacklist = new CallerBlacklist([
    { pattern: '+4420*', extension: undefined },
    { pattern: '102', extension: '101' },
  ]);
  world.perform(world.pbx.replaceSnapshot({ ...world.pbx.snapshot, version: 2, callerBlacklist }));
  const caller = new RawPhone(world, ACME.host);
  assert.equal(invite(caller, '101'), 603);
  assert.match(
    world.records.at(-1)?.reason ?? '',
    /\+442079460123 is on the caller blacklist, as "\+4420\*"/,
  );
  assert.equal(invite(caller, '101', '<sip:+15550100@198.51.100.200>;tag=other'), 100);
  world.runUntil(() => anna.calls.length === 1, 5_000);
  const refused = world.dial(bo, '101');
  assert.ok(world.runUntil(() => refused.state === 'ended', 5_000));
  assert.equal(anna.calls.length, 1, 'nothing rang for 102');
  assert.match(world.records.at(-1)?.reason ?? '', /102 is on 101's caller blacklist/);
});
