import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CryptoAttribute, newCrypto, parseSdp, type SessionDescription } from '@ringwall/media';
import fc from 'fast-check';
import { countingRandom, extensionOf, networks, openLeg, stepContext } from '../testing/parts.ts';
import type { Leg, Wish } from './leg.ts';
import { USUAL_FORMATS } from './leg-formats.ts';
import { achievable, isOutOfDate, makeAnswer, makeOffer, type OtherSide, takeAnswer } from './leg-media.ts';
import { relayMedia } from './relay-media.ts';

const random = countingRandom();
const BOTH: Wish = { sends: true, hears: true };
const OTHER: OtherSide = { formats: USUAL_FORMATS, wish: BOTH };

interface Theirs {
  readonly direction?: string;
  readonly formats?: string;
  readonly crypto?: readonly CryptoAttribute[];
  readonly secure?: boolean;
  readonly address?: string;
}

function theirs({
  direction = 'sendrecv',
  formats = '0 8',
  crypto = [],
  secure = false,
  address = '10.0.0.9',
}: Theirs = {}): SessionDescription {
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio 6000 ${secure ? 'RTP/SAVP' : 'RTP/AVP'} ${formats}`,
    ...crypto.map(
      ({ tag, suite, keySalt }) =>
        `a=crypto:${tag} ${suite} inline:${Buffer.from(keySalt).toString('base64')}`,
    ),
    `a=${direction}`,
  ];
  return read(Buffer.from(`${lines.join('\r\n')}\r\n`));
}

function read(body: Uint8Array): SessionDescription {
  const parsed = parseSdp(body);
  assert.ok(parsed.ok);
  return parsed.value;
}

function version(body: Uint8Array): number {
  return Number(/^o=- \d+ (\d+) /m.exec(Buffer.from(body).toString())?.[1]);
}

function answered(leg: Leg, offer: SessionDescription, other = OTHER): Uint8Array {
  const answer = makeAnswer(leg, offer, other, random, false);
  assert.ok(answer.ok, answer.ok ? '' : answer.error.text);
  return answer.value;
}

const wishes = fc.record({ sends: fc.boolean(), hears: fc.boolean() });

test('nobody hears who does not send, and nobody is sent to who does not hear', () => {
  fc.assert(
    fc.property(wishes, wishes, (mine, other) => {
      const may = achievable(mine, other);
      assert.equal(may.sends, other.sends && mine.hears);
      // What flows one way on this leg flows the same way on the other.
      assert.deepEqual(may, { sends: achievable(other, mine).hears, hears: achievable(other, mine).sends });
    }),
  );
});

test('a leg that was just told of the other side is up to date, and out of date when the other begins or ends a hold', () => {
  fc.assert(
    fc.property(wishes, wishes, (before, after) => {
      const leg = openLeg(stepContext());
      answered(leg, theirs(), { ...OTHER, wish: before });
      assert.ok(!isOutOfDate(leg, { ...OTHER, wish: before }));
      const changed = before.sends !== after.sends || before.hears !== after.hears;
      assert.equal(isOutOfDate(leg, { ...OTHER, wish: after }), changed);
    }),
  );
});

test('a leg is out of date when it uses a codec that the other side does not take', () => {
  const leg = openLeg(stepContext());
  answered(leg, theirs({ formats: '0 8' }));
  const only = (name: string): OtherSide => ({
    ...OTHER,
    formats: USUAL_FORMATS.filter(({ codec }) => codec.name === name),
  });
  assert.ok(isOutOfDate(leg, only('PCMU')));
  answered(leg, theirs({ formats: '0' }), only('PCMU'));
  assert.ok(!isOutOfDate(leg, only('PCMU')));
});

test('RFC 3264 8: the version stays for the same description and rises by one for another', () => {
  const leg = openLeg(stepContext());
  const versions = [
    version(answered(leg, theirs())),
    version(answered(leg, theirs())),
    version(answered(leg, theirs({ direction: 'sendonly' }))),
    version(answered(leg, theirs())),
    version(makeOffer(leg, OTHER, random, false)),
  ];
  assert.deepEqual(versions.slice(0, 4), [1, 1, 2, 3]);
});

test('RFC 3264 8: an offer that was refused used up its version', () => {
  const leg = openLeg(stepContext());
  answered(leg, theirs());
  const held = { ...OTHER, wish: { sends: false, hears: false } };
  const refused = version(makeOffer(leg, held, random, false));
  leg.media.outstanding = undefined;
  assert.equal(version(answered(leg, theirs())), refused + 1);
});

test('RFC 4568: over TLS our key stays when the phone renumbers its line, and changes with the suite', () => {
  const leg = openLeg(stepContext(), 'tls');
  const line = (tag: number, suite: CryptoAttribute['suite'] = 'AES_CM_128_HMAC_SHA1_80') =>
    theirs({ secure: true, crypto: [newCrypto(suite, tag, random)] });
  answered(leg, line(1));
  const first = leg.media.srtp?.send;
  answered(leg, line(7));
  assert.equal(leg.media.srtp?.send.tag, 7);
  assert.equal(leg.media.srtp?.send.keySalt, first?.keySalt);
  answered(leg, line(1, 'AEAD_AES_256_GCM'));
  assert.notEqual(leg.media.srtp?.send.keySalt, first?.keySalt);
  const offered = read(makeOffer(leg, OTHER, random, false)).audio?.crypto;
  assert.deepEqual(
    offered?.map(({ tag, suite }) => [tag, suite]),
    [[1, 'AEAD_AES_256_GCM']],
  );
});

test('RFC 4568: a key that the phone changes is taken', () => {
  const leg = openLeg(stepContext(), 'tls');
  for (let change = 0; change < 2; change++) {
    const key = newCrypto('AES_CM_128_HMAC_SHA1_80', 1, random);
    answered(leg, theirs({ secure: true, crypto: [key] }));
    assert.deepEqual(leg.media.srtp?.receive.keySalt, key.keySalt);
  }
});

test('a leg over TLS that was agreed on without SRTP stays so, in our offers too', () => {
  const leg = openLeg(stepContext(), 'tls', extensionOf('101', { rtpMode: 'optional' }));
  answered(leg, theirs());
  assert.equal(leg.media.srtp, undefined);
  assert.deepEqual(read(makeOffer(leg, OTHER, random, false)).audio?.crypto, []);
});

test('an answer that takes no key, or one that was not offered, is refused where SRTP is required', () => {
  for (const crypto of [[], [newCrypto('AES_CM_128_HMAC_SHA1_80', 9, random)]]) {
    const leg = openLeg(stepContext(), 'tls');
    makeOffer(leg, OTHER, random, false);
    assert.ok(!takeAnswer(leg, theirs({ secure: true, crypto }), false).ok);
    assert.equal(leg.media.remote, undefined);
  }
});

test('a refused answer leaves the leg as it was', () => {
  const leg = openLeg(stepContext());
  answered(leg, theirs());
  const { remote, told, generation } = leg.media;
  makeOffer(leg, OTHER, random, false);
  assert.ok(!takeAnswer(leg, theirs({ formats: '18' }), false).ok);
  assert.deepEqual([leg.media.remote, leg.media.told, leg.media.generation], [remote, told, generation]);
});

test('nothing is sent to an address that is neither the signalling one nor in a media network, before it has sent', () => {
  const leg = openLeg(stepContext());
  answered(leg, theirs({ address: '192.0.2.7' }));
  assert.equal(relayMedia(leg, [])?.target, undefined);
  assert.deepEqual(relayMedia(leg, networks('192.0.2.0/24'))?.target, { address: '192.0.2.7', port: 6_000 });
  answered(leg, theirs());
  assert.deepEqual(relayMedia(leg, [])?.target, { address: '10.0.0.9', port: 6_000 });
});
