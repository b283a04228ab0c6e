import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '@ringwall/testkit';
import type { Provider } from './provider.ts';
import { headerLine } from './raw-phone.ts';
import { CLEO, invite, site } from './trunk-site.ts';

const EVERY_MS = 10;

/** What anybody can send from the provider's address, who sees nothing of what is sent there. */
const REQUEST = (i: number) => [
  'REGISTER sip:pbx.example.com SIP/2.0',
  `Via: SIP/2.0/UDP 198.51.100.200:5060;branch=z9hG4bKforged${i};rport`,
  'From: <sip:101@pbx.example.com>;tag=f',
  'To: <sip:101@pbx.example.com>',
  `Call-ID: forged-${i}`,
  'CSeq: 1 REGISTER',
];
const ANSWER = (i: number) => [
  'SIP/2.0 200 OK',
  `Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK${i.toString(16).padStart(24, '0')};rport=5060`,
  'From: <sip:10.0.0.1>;tag=f',
  'To: <sip:198.51.100.200>;tag=g',
  `Call-ID: forged-${i}`,
  'CSeq: 1 INVITE',
];

function flood(world: World, { flow }: Provider, perSecond: number, lines: (i: number) => readonly string[]) {
  let sent = 0;
  const step = (): void => {
    for (let i = 0; i < (perSecond * EVERY_MS) / 1_000; i++) {
      const text = [...lines(sent++), 'Content-Length: 0', '', ''].join('\r\n');
      world.perform(world.pbx.receive(Buffer.from(text, 'latin1'), flow));
    }
    world.after(EVERY_MS, step);
  };
  step();
}

for (const [what, lines] of [
  ['requests', REQUEST],
  ['answers to nothing', ANSWER],
] as const) {
  test(`a flood of ${what} in the name of the provider costs a call through it no answer and no repetition`, () => {
    const { world, provider, anna, dial } = site({});
    flood(world, provider, 3_000, lines);
    world.runFor(2_000);
    const { admitted } = world.pbx.guard;
    assert.ok(admitted['barrier-red'] > 0, 'far more comes than a trunk sends');
    for (let call = 1; call <= 5; call++) {
      const before = world.monotonic();
      assert.equal(dial(CLEO), 200);
      assert.ok(world.monotonic() - before < 400, `it took ${world.monotonic() - before} ms`);
      world.runFor(1_000);
      world.act(anna, () => anna.calls.at(-1)?.hangUp());
      world.runFor(3_000);
      assert.equal(provider.methods().filter((method) => method === 'INVITE').length, call);
      assert.equal(provider.methods().filter((method) => method === 'BYE').length, call);
    }
    assert.equal(world.pbx.counts().transactions.retransmissionsSent, 0);
    assert.ok(admitted['trunk-answer'] >= 10);
  });
}

for (const by of ['a phone of ours', 'the provider'] as const) {
  test(`what the provider sends in a call that ${by} began is heard the first time, whatever comes in its name`, () => {
    const { world, provider, anna, caller, dial } = site({});
    const dialog = by === 'a phone of ours' ? calledByUs() : calledByProvider();
    flood(world, provider, 3_000, REQUEST);
    world.runFor(2_000);
    const { admitted } = world.pbx.guard;
    assert.ok(admitted['barrier-red'] > 0, 'far more comes than a trunk sends');
    for (const [cseq, method] of ['INFO', 'OPTIONS', 'UPDATE', 'INFO'].entries()) {
      assert.ok(caller.ask(method, { ...dialog, cseq: 10 + cseq }) > 0, `no answer to ${method}`);
    }
    const stranger = { ...dialog, to: dialog.to.replace(/tag=.*/, `tag=${'0'.repeat(20)}`) };
    assert.equal(caller.ask('INFO', { ...stranger, cseq: 20 }), 0, 'another tag is lost in the flood');
    assert.equal(anna.calls[0]?.state, 'talking');
    assert.equal(caller.ask('BYE', { ...dialog, cseq: 30 }), 200);
    world.runFor(100);
    assert.equal(anna.calls[0]?.state, 'ended');
    assert.equal(caller.ask('BYE', { ...dialog, cseq: 31 }), 0, 'a call that is over opens nothing');

    function calledByUs() {
      assert.equal(dial(CLEO), 200);
      const [request] = provider.invitations();
      assert.ok(request !== undefined);
      const { headers, callId } = request;
      return { from: `${headers.get('to')};tag=provider`, to: headers.get('from') ?? '', callId };
    }

    function calledByProvider() {
      invite(caller);
      assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
      world.act(anna, () => anna.calls[0]?.answer());
      world.runFor(500);
      const answer = caller.heard.findLast((text) => text.startsWith('SIP/2.0 200'));
      assert.ok(answer !== undefined);
      const [from, to, callId] = ['From', 'To', 'Call-ID'].map((name) =>
        headerLine(answer, name).replace(/^[^:]*: /, ''),
      );
      return { from: from ?? '', to: to ?? '', callId: callId ?? '' };
    }
  });
}
