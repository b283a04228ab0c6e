import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw } from './g711.ts';
import { FRAME_SAMPLES, toneFrames, toneStrength } from './tone.ts';

function sound(hz: number, frames: number, amplitude?: number): Int16Array {
  const generator = toneFrames(hz, amplitude);
  const samples = new Int16Array(frames * FRAME_SAMPLES);
  for (let i = 0; i < frames; i++) samples.set(generator.next().value, i * FRAME_SAMPLES);
  return samples;
}

test('a tone is found through either law, and others are not', () => {
  for (const hz of [425, 697, 1_004, 1_633]) {
    const samples = sound(hz, 5);
    for (const heard of [decodeMuLaw(encodeMuLaw(samples)), decodeALaw(encodeALaw(samples))]) {
      assert.ok(toneStrength(heard, hz) > 0.97, `${hz} Hz: ${toneStrength(heard, hz)}`);
      assert.ok(toneStrength(heard, hz + 200) < 0.02);
      assert.ok(toneStrength(heard, 2 * hz) < 0.02);
    }
  }
});

test('frames fit together without a click', () => {
  const samples = sound(1_004, 10, 10_000);
  for (let i = 1; i < samples.length; i++) {
    assert.ok(Math.abs((samples[i] as number) - (samples[i - 1] as number)) < 7_900);
  }
  assert.ok(toneStrength(samples, 1_004) > 0.999);
});

test('silence and noise have no tone, and half a tone is half as strong', () => {
  assert.equal(toneStrength(new Int16Array(1_600), 1_000), 0);
  let state = 1;
  const noise = Int16Array.from({ length: 1_600 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 18) - 8_192;
  });
  assert.ok(toneStrength(noise, 1_000) < 0.02);
  const [low, high] = [sound(500, 10), sound(1_500, 10)];
  const both = low.map((sample, i) => sample + (high[i] as number));
  assert.ok(Math.abs(toneStrength(both, 500) - 0.5) < 0.02);
});
