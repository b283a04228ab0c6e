import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PbxEvent, Trunk } from '@ringwall/pbx';
import { testTrunk, World } from '@ringwall/testkit';
import { EXTENSIONS } from './office.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { headerLine, RawPhone } from './raw-phone.ts';

/** OPTIONS to a provider that we register with, between two registrations. */

const HOUR_MS = 3_600_000;

function site(behaviour: ProviderBehaviour = {}, changes: Partial<Trunk> = {}) {
  const acme = testTrunk('acme', { registerSeconds: 3_600, ...changes });
  const password = acme.account?.password ?? '';
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [acme] });
  const provider = new Provider(world, { password, expires: 3_600, ...behaviour });
  world.perform(world.pbx.startTrunks());
  world.runFor(5_000);
  const link = () => world.pbx.trunks()[0]?.link;
  assert.equal(link()?.phase, 'up');
  /** How often it was asked since the last time. */
  let seen = provider.asked.length;
  const asked = (method: string): number => {
    const fresh = provider.asked.slice(seen);
    seen = provider.asked.length;
    return fresh.filter((each) => each.method === method).length;
  };
  return { world, provider, link, asked };
}

function changes(world: World): string[] {
  const isChange = (event: PbxEvent) => event.kind === 'trunk-changed';
  return world.events.filter(isChange).map(({ state }) => state);
}

test('a provider that we register with is asked where it lives, as often as is set, and any answer will do', () => {
  for (const status of [200, 401, 403, 404, 405, 486, 500]) {
    const { world, provider, asked } = site({ answers: { OPTIONS: status } }, { optionsSeconds: 30 });
    world.runFor(HOUR_MS / 2);
    const times = asked('OPTIONS');
    assert.ok(times >= 55 && times <= 60, `${times} times in half an hour, with ${status}`);
    assert.deepEqual(changes(world), ['up'], `${status}`);
    const registrations = provider.asked.filter(({ method }) => method === 'REGISTER');
    assert.ok(registrations.length <= 4, 'and is not registered with oftener');
  }
});

test('one that dies between two registrations is known as down within two minutes, and as up when it is back', () => {
  const { world, provider, link } = site();
  world.runFor(200_000);
  provider.behaviour.silent = true;
  assert.ok(world.runUntil(() => link()?.phase === 'waiting', 130_000));
  assert.match(link()?.problem ?? '', /does not answer/);
  provider.behaviour.silent = false;
  assert.ok(world.runUntil(() => link()?.phase === 'up', 60_000));
  assert.deepEqual(changes(world), ['up', 'down', 'up']);
});

test('one that used to answer is in doubt from the first silence until it says to the registration that it lives', () => {
  const { world, provider, link } = site();
  world.runFor(200_000);
  provider.behaviour.answers = { OPTIONS: 0, REGISTER: 0 };
  assert.ok(world.runUntil(() => link()?.doubted === true, 100_000));
  assert.equal(link()?.phase, 'up');
  provider.behaviour.answers = { OPTIONS: 0 };
  assert.ok(world.runUntil(() => link()?.doubted === false, 40_000));
  assert.deepEqual(changes(world), ['up'], 'it was never down');
});

test('one that never answers OPTIONS and takes registrations is never down, never in doubt, and asked more and more seldom', () => {
  for (const status of [0, 408, 503]) {
    const { world, link, asked } = site({ answers: { OPTIONS: status } });
    let isDoubted = false;
    const watched = (ms: number): void => {
      world.runUntil(() => {
        isDoubted ||= link()?.doubted === true;
        return false;
      }, ms);
    };
    watched(HOUR_MS);
    // Retransmissions of one question are one question.
    const registrations = asked('REGISTER');
    assert.ok(registrations <= 12, `${registrations} registrations in an hour, with ${status}`);
    watched(23 * HOUR_MS);
    const later = asked('REGISTER');
    assert.ok(later <= 23 * 3, `${later} registrations in the 23 hours behind it, with ${status}`);
    assert.deepEqual([changes(world), isDoubted], [['up'], false], `${status}`);
    assert.equal(link()?.phase, 'up');
  }
});

test('an answer brings back the usual pace', () => {
  const { world, provider, link, asked } = site({ answers: { OPTIONS: 0 } });
  world.runFor(4 * HOUR_MS);
  provider.behaviour.answers = {};
  assert.ok(world.runUntil(() => link()?.options.missed === 0, HOUR_MS + 1_000));
  asked('OPTIONS');
  world.runFor(HOUR_MS / 2);
  assert.ok(asked('OPTIONS') >= 28);
});

test('with 0 it is not asked; and OPTIONS go the way that the registrar wants calls to go (RFC 3608)', () => {
  const unasked = site({}, { optionsSeconds: 0 });
  unasked.world.runFor(2 * HOUR_MS);
  assert.ok(!unasked.provider.methods().includes('OPTIONS'));
  const route = '<sip:edge.provider.example;lr>';
  const { world, provider } = site({ headers: [['service-route', route]] });
  world.runFor(70_000);
  const options = provider.asked.find(({ method }) => method === 'OPTIONS');
  assert.equal(options?.headers.get('route'), route);
  const registrations = provider.asked.filter(({ method }) => method === 'REGISTER');
  assert.ok(registrations.every(({ headers }) => !headers.has('route')));
});

test('a trunk that is removed while it is asked leaves nothing behind', () => {
  const { world, provider } = site({ answers: { OPTIONS: 0 } });
  assert.ok(world.runUntil(() => provider.methods().includes('OPTIONS'), 70_000));
  world.perform(world.pbx.replaceSnapshot({ ...world.pbx.snapshot, version: 2, trunks: new Map() }));
  world.runFor(40_000);
  assert.equal(world.pbx.trunks().length, 0);
  assert.equal(world.pbx.counts().transactions.clientNonInvite, 0);
});

test('an answer that comes from elsewhere is not read, and the provider is asked again', () => {
  const acme = testTrunk('acme');
  const world = new World({ seed: 2, extensions: EXTENSIONS, trunks: [acme] });
  const elsewhere = new RawPhone(world, '203.0.113.66');
  const heard: string[] = [];
  world.taps.add((flow, bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (flow.remote.address === acme.host && text.startsWith('REGISTER')) heard.push(text);
  });
  world.perform(world.pbx.startTrunks());
  world.runFor(1_000);
  const [request = ''] = heard;
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => headerLine(request, name));
  elsewhere.say(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n'));
  world.runFor(100);
  assert.equal(world.pbx.trunks()[0]?.link.phase, 'waiting');
  const before = heard.length;
  world.runFor(20_000);
  assert.ok(heard.length > before, 'it is asked again');
});
