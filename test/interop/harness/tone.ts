import { readFileSync, writeFileSync } from 'node:fs';

const HEADER_BYTES = 44;
const RATE = 8_000;

/** Writes a sine as a WAV file: 8 kHz, one channel, 16 bit, a quarter of full scale. */
export function writeTone(path: string, hertz: number, seconds: number): void {
  const samples = RATE * seconds;
  const wav = Buffer.alloc(HEADER_BYTES + samples * 2);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // channels
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(Math.round(8_192 * Math.sin((2 * Math.PI * hertz * i) / RATE)), HEADER_BYTES + 2 * i);
  }
  writeFileSync(path, wav);
}

/**
 * The samples of a WAV file that another program is still writing or has left without closing: the lengths in its
 * header may be zero, so everything after the header counts.
 */
export function readSamples(path: string): Int16Array {
  const wav = readFileSync(path);
  const data = wav.indexOf('data', 12, 'latin1');
  if (data < 0) return new Int16Array(0);
  const count = Math.floor((wav.length - data - 8) / 2);
  return Int16Array.from({ length: count }, (_, i) => wav.readInt16LE(data + 8 + 2 * i));
}

/**
 * How much of the sound is a tone of that frequency (Goertzel): 1 for the pure tone, near 0 for silence, noise or
 * another tone.
 */
export function toneShare(samples: Int16Array, hertz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let [before, last, energy] = [0, 0, 0];
  for (const sample of samples) {
    [before, last] = [last, sample + turn * last - before];
    energy += sample * sample;
  }
  if (energy === 0) return 0;
  const power = last * last + before * before - turn * last * before;
  return (2 * power) / (samples.length * energy);
}

/** The same over windows of a quarter of a second, or of another length: how long they were mostly that tone. */
export function toneSeconds(samples: Int16Array, hertz: number, windowSeconds = 1 / 4): number {
  const width = RATE * windowSeconds;
  let windows = 0;
  for (let from = 0; from + width <= samples.length; from += width) {
    if (toneShare(samples.subarray(from, from + width), hertz) > 0.8) windows++;
  }
  return windows * windowSeconds;
}
