import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SequenceFrames, sequenceMs, type ToneSequence } from './tone-sequence.ts';
import { toneStrength } from './tone.ts';

const TWICE: ToneSequence = [
  { hz: [440], ms: 100 },
  { hz: [], ms: 60 },
  { hz: [620, 880], ms: 100 },
];

test('a sequence has its tones and its silence, in their order and length, and then ends', () => {
  const frames = new SequenceFrames(TWICE, false);
  const all = Array.from({ length: sequenceMs(TWICE) / 20 }, () => frames.next() ?? new Int16Array(0));
  assert.equal(all.length, 13);
  for (const frame of all.slice(1, 4)) assert.ok(toneStrength(frame, 440) > 0.95);
  for (const frame of all.slice(5, 8)) assert.ok(frame.every((sample) => sample === 0));
  const [both] = all.slice(10, 11);
  assert.ok(both !== undefined && toneStrength(both, 620) > 0.3 && toneStrength(both, 880) > 0.3);
  assert.equal(frames.next(), undefined);
});

test('a repeated sequence begins again, and no tone begins or ends with a click', () => {
  const frames = new SequenceFrames(TWICE, true);
  const all = Array.from({ length: 40 }, () => frames.next() ?? assert.fail('it ended'));
  assert.deepEqual(all[13], all[0]);
  let last = 0;
  for (const sample of all.flatMap((frame) => [...frame])) {
    assert.ok(Math.abs(sample - last) < 5_500, `a step of ${Math.abs(sample - last)}`);
    last = sample;
  }
});
