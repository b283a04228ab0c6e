/** Tones that test phones send and look for: what is heard at the other end is measured, not guessed. */

export const SAMPLE_RATE = 8_000;
/** 20 ms. */
export const FRAME_SAMPLES = 160;

/**
 * A sine, cut into frames of 20 ms whose ends fit together.
 *
 * @param amplitude peak, of 32,767.
 */
export function* toneFrames(hz: number, amplitude = 8_000): Generator<Int16Array, never, undefined> {
  for (let start = 0; ; start += FRAME_SAMPLES) {
    const frame = new Int16Array(FRAME_SAMPLES);
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      frame[i] = Math.round(amplitude * Math.sin((2 * Math.PI * hz * (start + i)) / SAMPLE_RATE));
    }
    yield frame;
  }
}

/**
 * How much of the sound is this tone, by Goertzel's algorithm.
 *
 * @returns the tone's share of the power, from 0 to 1; 0 for silence. A clean tone gives nearly 1, noise and
 *   other tones a hundredth or less, if `samples` has some hundred samples at least.
 */
export function toneStrength(samples: Int16Array, hz: number): number {
  const omega = (2 * Math.PI * hz) / SAMPLE_RATE;
  const coefficient = 2 * Math.cos(omega);
  let [one, two, power] = [0, 0, 0];
  for (const sample of samples) {
    const next = sample + coefficient * one - two;
    two = one;
    one = next;
    power += sample * sample;
  }
  if (power === 0) return 0;
  const tone = one * one + two * two - coefficient * one * two;
  return Math.min(1, (2 * tone) / (samples.length * power));
}
