import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpMode } from '@ringwall/media';
import { PHONE_FORMATS, PhoneMedia } from './phone-media.ts';
import { PhoneSound } from './phone-sound.ts';
import { countingRandom } from './testing/line.ts';

function mediaOf(port: number, rtpMode: RtpMode): PhoneMedia {
  return new PhoneMedia({
    random: countingRandom(),
    address: '10.0.0.1',
    port,
    formats: PHONE_FORMATS,
    rtpMode,
    secureSignalling: rtpMode !== 'off',
  });
}

/** Two that have made an offer and an answer. */
function agreed(rtpMode: RtpMode): readonly [PhoneMedia, PhoneMedia] {
  const [mine, theirs] = [mediaOf(4_000, rtpMode), mediaOf(4_002, rtpMode)];
  const answer = theirs.answer(mine.offer());
  assert.ok(answer.ok && mine.takeAnswer(answer.value));
  return [mine, theirs];
}

for (const [mode, secure] of [
  ['off', false],
  ['required', true],
] as const) {
  test(`a tone goes from one to the other, RTP protection ${mode}`, () => {
    const [mine, theirs] = agreed(mode);
    assert.equal(theirs.secure, secure);
    const voice = new PhoneSound(mine, 440, countingRandom());
    const ear = new PhoneSound(theirs, 880, countingRandom());
    for (let i = 0; i < 50; i++) ear.receive(voice.frame() ?? new Uint8Array());
    assert.equal(ear.heard.packets, 50);
    assert.equal(ear.heard.refused, 0);
    assert.ok(ear.heard.strength(440) > 0.9, `${ear.heard.strength(440)}`);
    assert.ok(ear.heard.strength(880) < 0.1);
    assert.equal(voice.sent, 50);
  });
}

test('what is no RTP is counted, and not heard', () => {
  const [, theirs] = agreed('off');
  const ear = new PhoneSound(theirs, 440, countingRandom());
  ear.receive(new Uint8Array(3));
  assert.deepEqual([ear.heard.packets, ear.heard.refused], [0, 1]);
});

test('a phone that nobody has agreed with says nothing', () => {
  const sound = new PhoneSound(mediaOf(4_000, 'off'), 440, countingRandom());
  assert.equal(sound.frame(), undefined);
});

test('a phone that requires protection refuses an offer without it', () => {
  const answer = mediaOf(4_002, 'required').answer(mediaOf(4_000, 'off').offer());
  assert.equal(answer.ok, false);
});
