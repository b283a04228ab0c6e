import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AudioFormat, sameCodec } from '@ringwall/media';
import fc from 'fast-check';
import { hasAudio, mergeFormats, renumber, sameFormats, USUAL_FORMATS } from './leg-formats.ts';

const NAMES = ['PCMU', 'PCMA', 'G722', 'OPUS', 'ILBC', 'TELEPHONE-EVENT', 'CN', 'SPEEX'];

/** What a phone may offer: each codec and each number once. */
const formatLists = fc
  .uniqueArray(
    fc.record({ name: fc.constantFrom(...NAMES), payloadType: fc.integer({ min: 0, max: 127 }) }),
    {
      selector: ({ name }) => name,
    },
  )
  .map((chosen) =>
    chosen
      .filter((each, i) => chosen.findIndex(({ payloadType }) => payloadType === each.payloadType) === i)
      .map(({ name, payloadType }): AudioFormat => {
        return { payloadType, codec: { name, clockRate: 8_000, channels: 1 }, parameters: '' };
      }),
  );

const numberOf = (formats: readonly AudioFormat[], { codec }: AudioFormat): number | undefined =>
  formats.find((format) => sameCodec(format.codec, codec))?.payloadType;

test('RFC 3264 8.3.2: no number stands for two codecs, and a codec keeps the number that it has on the leg', () => {
  fc.assert(
    fc.property(formatLists, formatLists, (formats, known) => {
      const numbered = renumber(formats, known);
      assert.equal(new Set(numbered.map(({ payloadType }) => payloadType)).size, numbered.length);
      for (const format of numbered) {
        const before = numberOf(known, format);
        if (before !== undefined) assert.equal(format.payloadType, before);
        else assert.ok(!known.some(({ payloadType }) => payloadType === format.payloadType));
        assert.ok(format.payloadType >= 0 && format.payloadType <= 127);
      }
      assert.deepEqual(
        numbered.map(({ codec }) => codec.name),
        formats.map(({ codec }) => codec.name),
      );
    }),
  );
});

test('a codec for which no number is left is not offered', () => {
  const taken = Array.from({ length: 32 }, (_, i): AudioFormat => {
    return { payloadType: 96 + i, codec: { name: `X${i}`, clockRate: 8_000, channels: 1 }, parameters: '' };
  });
  const opus: AudioFormat = {
    payloadType: 96,
    codec: { name: 'OPUS', clockRate: 48_000, channels: 2 },
    parameters: '',
  };
  assert.deepEqual(renumber([opus], taken), []);
});

test('merging keeps the first list as it is and adds each codec once', () => {
  fc.assert(
    fc.property(formatLists, formatLists, (first, more) => {
      const merged = mergeFormats(first, more);
      assert.ok(sameFormats(merged.slice(0, first.length), first));
      for (const format of more) assert.notEqual(numberOf(merged, format), undefined);
      assert.equal(new Set(merged.map(({ codec }) => codec.name)).size, merged.length);
    }),
  );
});

test('key presses and comfort noise alone are no audio', () => {
  assert.ok(hasAudio(USUAL_FORMATS));
  assert.ok(!hasAudio(USUAL_FORMATS.filter(({ codec }) => codec.name === 'TELEPHONE-EVENT')));
});
