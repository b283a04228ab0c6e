import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeReport } from '../rtp/rtcp.ts';
import { newCrypto } from '../sdp/srtp-choice.ts';
import type { CryptoAttribute, SrtpSuite } from '../sdp/types.ts';
import { SRTP_OVERHEAD_BYTES } from '../srtp/srtp.ts';
import { Bench, Phone, seededRandom } from './relay-fixture.ts';

const ALICE = '192.0.2.10';
const BOB = '198.51.100.20';
const SUITES: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];
const random = seededRandom(7);

function keys(suite: SrtpSuite): { receive: CryptoAttribute; send: CryptoAttribute } {
  return { receive: newCrypto(suite, 1, random), send: newCrypto(suite, 1, random) };
}

function call(
  suiteA: SrtpSuite | undefined,
  suiteB: SrtpSuite | undefined,
): { alice: Phone; bob: Phone; bench: Bench } {
  const srtpOf = (suite: SrtpSuite | undefined): ReturnType<typeof keys> | undefined =>
    suite === undefined ? undefined : keys(suite);
  const alice = new Phone('alice', ALICE, { srtp: srtpOf(suiteA) });
  const bob = new Phone('bob', BOB, { srtp: srtpOf(suiteB) });
  return { alice, bob, bench: new Bench(alice, bob) };
}

test('every suite reaches every suite, and plain RTP on either side', () => {
  for (const suiteA of [undefined, ...SUITES]) {
    for (const suiteB of [undefined, ...SUITES]) {
      const { alice, bob, bench } = call(suiteA, suiteB);
      for (let i = 0; i < 20; i++) {
        bench.speak(alice);
        bench.speak(bob);
      }
      const learning = (suite: SrtpSuite | undefined): number => (suite === undefined ? 2 : 0);
      assert.equal(bob.heard.length, 20 - learning(suiteA), `${suiteA} to ${suiteB}`);
      assert.equal(alice.heard.length, 20 - learning(suiteB), `${suiteB} to ${suiteA}`);
      for (const packet of bob.heard) {
        const expected = (packet.timestamp / 160 - 1) & 0xff;
        assert.ok(packet.payload.every((byte) => byte === expected));
      }
    }
  }
});

test('a packet that proves itself is learned from at once, others never', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', undefined);
  const stranger = new Phone('stranger', ALICE, { srtp: keys('AES_CM_128_HMAC_SHA1_80') });
  for (let i = 0; i < 200; i++) bench.receive(alice, stranger.packet(), ALICE, 6_666);
  assert.ok(!bench.leg(alice).rtpSource.known);
  assert.equal(bench.dropped(alice, 'authentication'), 200);
  alice.port = 40_000;
  bench.speak(alice);
  assert.equal(bob.heard.length, 1);
  assert.equal(bench.leg(alice).rtpSource.port, 40_000);
});

test('a call survives any number of packets with a wrong tag, from its own source too', () => {
  const { alice, bob, bench } = call('AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80');
  const forger = new Phone('alice', ALICE, { srtp: keys('AEAD_AES_128_GCM') });
  for (let i = 0; i < 200; i++) {
    bench.receive(alice, forger.packet());
    bench.speak(alice);
  }
  assert.equal(bob.heard.length, 200);
  assert.equal(bench.dropped(alice, 'authentication'), 200);
});

test('plain RTP to a leg that has keys is refused', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', undefined);
  const plain = new Phone('alice', ALICE);
  for (let i = 0; i < 10; i++) bench.receive(alice, plain.packet());
  assert.equal(bob.heard.length, 0);
  assert.equal(bench.dropped(alice, 'authentication'), 10);
});

test('a packet that was heard already is dropped as a replay, from its own source and from others', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', undefined);
  const packet = alice.packet();
  for (let i = 0; i < 3; i++) bench.receive(alice, Uint8Array.from(packet));
  bench.now += 5_000;
  bench.receive(alice, Uint8Array.from(packet), ALICE, 6_666);
  assert.equal(bob.heard.length, 1);
  assert.equal(bench.dropped(alice, 'replay'), 3);
  assert.equal(bench.leg(alice).rtpSource.port, alice.port);
});

test('a duplicate on a plain leg is not sealed twice', () => {
  const { alice, bob, bench } = call(undefined, 'AES_CM_128_HMAC_SHA1_80');
  bench.speak(alice, 3);
  const packet = alice.packet();
  for (let i = 0; i < 3; i++) bench.receive(alice, Uint8Array.from(packet));
  assert.equal(bob.heard.length, 2);
  assert.equal(bench.dropped(alice, 'replay'), 2);
});

function copyOf(srtp: Phone['media']['srtp']): Phone['media']['srtp'] {
  assert.ok(srtp !== undefined);
  const copy = (key: CryptoAttribute): CryptoAttribute => ({ ...key, keySalt: Uint8Array.from(key.keySalt) });
  return { receive: copy(srtp.receive), send: copy(srtp.send) };
}

test('keys that stay keep their state through a new description: what was heard stays heard', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', undefined);
  const packet = alice.packet();
  bench.receive(alice, Uint8Array.from(packet));
  bench.configure(alice, { generation: 2, srtp: copyOf(alice.media.srtp) });
  bench.receive(alice, Uint8Array.from(packet));
  assert.equal(bench.dropped(alice, 'replay'), 1);
  assert.equal(bob.heard.length, 1);
});

test('keys that stay keep their state through a new description: what was sent is not sealed again', () => {
  const { alice, bob, bench } = call(undefined, 'AES_CM_128_HMAC_SHA1_80');
  bench.speak(alice, 3);
  const packet = alice.packet();
  bench.receive(alice, Uint8Array.from(packet));
  bench.configure(bob, { generation: 2, srtp: copyOf(bob.media.srtp) });
  bench.receive(alice, Uint8Array.from(packet));
  assert.equal(bench.dropped(alice, 'replay'), 1);
  assert.equal(bob.heard.length, 2);
});

test('new keys take over at once', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_80');
  bench.speak(alice, 5);
  alice.rekey(keys('AEAD_AES_256_GCM'));
  bench.configure(alice, { generation: 3 });
  bench.speak(alice, 5);
  bench.speak(bob, 5);
  assert.equal(bob.heard.length, 10);
  assert.equal(alice.heard.length, 5);
});

test('the wrap of sequence numbers passes on both legs', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM');
  alice.sequenceNumber = 65_500;
  bench.speak(alice, 100);
  assert.equal(bob.heard.length, 100);
  for (let i = 0; i < 66_000; i++) {
    bench.receive(alice, alice.packet(0, new Uint8Array(4)));
    bob.heard.length = 0;
  }
  bench.speak(alice, 10);
  assert.equal(bob.heard.length, 10);
});

test('after a transfer the new source is heard under the same key', () => {
  const [alice, bob] = [
    new Phone('alice', ALICE),
    new Phone('bob', BOB, { srtp: keys('AES_CM_128_HMAC_SHA1_80') }),
  ];
  const carol = new Phone('carol', '192.0.2.9');
  const bench = new Bench(alice, bob, carol);
  bench.speak(alice, 50);
  bench.join(carol, bob);
  bench.speak(carol, 50);
  bench.join(alice, bob);
  bench.speak(alice, 50);
  assert.equal(bob.heard.length, 48 + 48 + 50);
});

test('RTCP with keys is opened, told in our words and sealed again', () => {
  const { alice, bob, bench } = call('AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM');
  bench.speak(alice, 3);
  const sender = { ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packets: 4, octets: 5 };
  const report = writeReport({ ssrc: alice.ssrc, sender, blocks: [] }, 'alice@10.0.0.5');
  const room = new Uint8Array(report.length + SRTP_OVERHEAD_BYTES);
  const sealed = alice.sender?.protectRtcp(report, room);
  assert.ok(sealed instanceof Uint8Array);
  assert.ok(!bench.receive(alice, Uint8Array.from(report), ALICE, 4_001, 'rtcp'));
  assert.equal(bench.dropped(alice, 'authentication'), 1);
  assert.ok(bench.receive(alice, Uint8Array.from(sealed), ALICE, 4_001, 'rtcp'));
  assert.equal(bob.reports.length, 1);
});
