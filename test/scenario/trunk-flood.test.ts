import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '@ringwall/testkit';
import type { Provider } from './provider.ts';
import { CLEO, site } from './trunk-site.ts';

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
