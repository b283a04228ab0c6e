import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonFormats, isAudioCodec, usableFormats } from './formats.ts';
import type { AudioFormat } from './types.ts';

function format(payloadType: number, name: string, clockRate = 8_000, parameters = ''): AudioFormat {
  return { payloadType, codec: { name, clockRate, channels: 1 }, parameters };
}

test('redundancy and repair cannot pass from leg to leg', () => {
  const formats = [
    format(0, 'PCMU'),
    format(121, 'RED'),
    format(122, 'ULPFEC'),
    format(101, 'TELEPHONE-EVENT'),
  ];
  assert.deepEqual(
    usableFormats(formats).map(({ payloadType }) => payloadType),
    [0, 101],
  );
});

test('of what stands twice the first is kept', () => {
  const formats = [format(0, 'PCMU'), format(0, 'PCMA'), format(99, 'PCMU'), format(8, 'PCMA')];
  assert.deepEqual(
    usableFormats(formats).map(({ payloadType, codec }) => [payloadType, codec.name]),
    [
      [0, 'PCMU'],
      [8, 'PCMA'],
    ],
  );
});

test('common formats keep the numbers of the offer and tell the parameters of the answer', () => {
  const offered = [format(96, 'OPUS', 48_000), format(18, 'G729', 8_000, 'annexb=yes'), format(0, 'PCMU')];
  const answered = [format(0, 'PCMU'), format(18, 'G729', 8_000, 'annexb=no'), format(8, 'PCMA')];
  assert.deepEqual(commonFormats(offered, answered), [
    format(18, 'G729', 8_000, 'annexb=no'),
    format(0, 'PCMU'),
  ]);
});

test('key presses at another clock rate are another format', () => {
  const offered = [format(110, 'TELEPHONE-EVENT', 48_000), format(101, 'TELEPHONE-EVENT', 8_000, '0-16')];
  const answered = [format(96, 'TELEPHONE-EVENT')];
  assert.deepEqual(commonFormats(offered, answered), [format(101, 'TELEPHONE-EVENT', 8_000, '0-15')]);
});

test('key presses and comfort noise are no audio codec', () => {
  assert.ok(isAudioCodec(format(0, 'PCMU').codec));
  assert.ok(!isAudioCodec(format(101, 'TELEPHONE-EVENT').codec));
  assert.ok(!isAudioCodec(format(13, 'CN').codec));
});
