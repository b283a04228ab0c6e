import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioFormat } from '@ringwall/media';
import { assertNothingLeft, assertTalking, CLEAN, forSeeds, lastCall, LOSSY } from './office.ts';

const NETWORKS = [
  ['a clean network', 20, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const;

const G722: AudioFormat = {
  payloadType: 9,
  codec: { name: 'G722', clockRate: 8000, channels: 1 },
  parameters: '',
};
const PCMU: AudioFormat = {
  payloadType: 0,
  codec: { name: 'PCMU', clockRate: 8000, channels: 1 },
  parameters: '',
};
const OPUS: AudioFormat = {
  payloadType: 96,
  codec: { name: 'OPUS', clockRate: 48000, channels: 2 },
  parameters: '',
};
const EVENTS: AudioFormat = {
  payloadType: 101,
  codec: { name: 'TELEPHONE-EVENT', clockRate: 8000, channels: 1 },
  parameters: '0-16',
};

for (const [network, seeds, options] of NETWORKS) {
  test(`a caller without an offer gets one with the 200: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101', { delayedOffer: true });
      const ben = world.registered('102', { ringAfterMs: 20, answerAfterMs: 300 });
      const call = world.dial(anna, '102');
      assert.ok(world.runUntil(() => call.state === 'talking', 40_000));
      world.runFor(5_000);
      assertTalking(world, call, lastCall(ben));
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`a caller that requires reliable ringing is rung reliably and answered after its PRACK: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101', { reliable: true });
      const ben = world.registered('102', { ringAfterMs: 20, answerAfterMs: 300, earlyMedia: true });
      const call = world.dial(anna, '102');
      assert.ok(
        world.runUntil(() => call.state === 'talking', 40_000),
        `${call.state} ${call.status}`,
      );
      world.runFor(3_000);
      assertTalking(world, call, lastCall(ben));
      world.act(ben, () => lastCall(ben).hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`a callee that rings reliably is acknowledged, and its early answer counts: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101');
      const ben = world.registered('102', {
        ringAfterMs: 20,
        answerAfterMs: 3_000,
        earlyMedia: true,
        reliable: true,
      });
      const call = world.dial(anna, '102');
      assert.ok(world.runUntil(() => call.state === 'talking', 40_000));
      world.runFor(3_000);
      assertTalking(world, call, lastCall(ben));
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`two phones without a common codec are told so: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101', {}, { formats: [G722, EVENTS] });
      world.registered('102', { answerAfterMs: 100 }, { formats: [OPUS, PCMU, EVENTS] });
      const call = world.dial(anna, '102');
      world.runFor(45_000);
      assert.equal(call.status, 488);
      assertNothingLeft(world, 1);
    });
  });
}

test('the callee sees the codecs of the caller and nothing else, and the caller those that the callee took', () => {
  forSeeds(5, CLEAN, (world) => {
    const anna = world.registered('101', {}, { formats: [OPUS, G722, PCMU, EVENTS] });
    const ben = world.registered('102', { answerAfterMs: 100 }, { formats: [PCMU, G722, EVENTS] });
    const call = world.dial(anna, '102');
    world.runFor(2_000);
    const names = (formats: readonly AudioFormat[] = []): string[] =>
      formats.map(({ codec }) => codec.name).sort();
    assert.deepEqual(names(lastCall(ben).media.remote?.formats), ['G722', 'OPUS', 'PCMU', 'TELEPHONE-EVENT']);
    assert.deepEqual(names(call.media.remote?.formats), ['G722', 'PCMU', 'TELEPHONE-EVENT']);
  });
});

test('a TLS phone and a LAN phone talk, each leg protected or not on its own', () => {
  forSeeds(10, CLEAN, (world) => {
    const anna = world.registered('101', {}, { transport: 'tls' });
    const ben = world.registered('102', { answerAfterMs: 100 });
    const call = world.dial(anna, '102');
    world.runFor(2_000);
    assertTalking(world, call, lastCall(ben));
    assert.ok(call.media.secure);
    assert.ok(!lastCall(ben).media.secure);
    world.act(anna, () => call.hangUp());
    assertNothingLeft(world, 1);
    const suites = world.records[0]?.legs.map((leg) => leg.srtpSuite);
    assert.deepEqual(suites, ['AES_CM_128_HMAC_SHA1_80', undefined]);
  });
});

test('over TLS a phone that offers plain RTP is refused', () => {
  forSeeds(5, CLEAN, (world) => {
    const anna = world.registered('101', {}, { transport: 'tls', rtpMode: 'off' });
    world.registered('102', { answerAfterMs: 100 });
    const call = world.dial(anna, '102');
    world.runFor(2_000);
    assert.equal(call.status, 488);
    assertNothingLeft(world, 1);
  });
});
