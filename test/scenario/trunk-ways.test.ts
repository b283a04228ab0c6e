import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trunk } from '@ringwall/pbx';
import type { PhoneBehaviour } from '@ringwall/phone';
import type { SipRequest } from '@ringwall/sip';
import { testTrunk, World, type WorldOptions } from '@ringwall/testkit';
import { EXTENSIONS, lastCall } from './office.ts';
import { london, route, rule } from './outside.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { RawPhone, SDP, sdp } from './raw-phone.ts';

/** What can be set of a trunk, as its provider sees it. */

const OTHER = testTrunk('other', { host: '198.51.100.201', account: undefined, kind: 'address' });
const CLEO = '902079460958';

function site(
  trunk: Partial<Trunk>,
  behaviour: ProviderBehaviour = {},
  options: Partial<WorldOptions> = {},
  phone: PhoneBehaviour = {},
) {
  const acme = testTrunk('acme', { kind: 'address', account: undefined, ...trunk });
  const dialling = london(rule(route('acme'), route('other')));
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [acme, OTHER], dialling, ...options });
  const [provider, other] = [new Provider(world, behaviour), new Provider(world, {}, OTHER.host)];
  world.perform(world.pbx.startTrunks());
  const anna = world.registered('101', phone);
  world.runFor(2_000);
  const caller = new RawPhone(world, acme.host);
  /** Dials as 101. @returns the status at the end, or 200 once they talk. */
  const dial = (number = CLEO): number => {
    const call = world.dial(anna, number);
    world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
    return call.state === 'talking' ? 200 : (call.status ?? 0);
  };
  return { world, provider, other, anna, caller, dial };
}

/** The numbers of the formats that it offers, in their order. */
function offered({ body }: SipRequest): string {
  return /^m=audio \d+ \S+ (.*?)\r?$/m.exec(Buffer.from(body).toString())?.[1] ?? '';
}

let calls = 0;

function invite(caller: RawPhone, more: readonly string[] = [], called = '101'): number {
  return caller.ask('INVITE', {
    uri: `sip:${called}@10.0.0.1`,
    from: '<sip:+442079460123@198.51.100.200>;tag=p',
    to: `<sip:${called}@10.0.0.1>`,
    callId: `in-${++calls}`,
    cseq: 1,
    more: [SDP, `Contact: <${caller.contact}>`, ...more],
    body: sdp('198.51.100.200', 4_000),
  });
}

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
    ['PCMU'],
    'the phone is shown no more than the trunk takes',
  );
  const refused = site({ codecs: ['PCMA'] });
  assert.ok([100, 488].includes(invite(refused.caller)));
  assert.match(refused.world.records[0]?.reason ?? '', /none of the codecs that the trunk is set to/);
  assert.equal(refused.anna.calls.length, 0);
});
