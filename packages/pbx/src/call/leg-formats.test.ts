import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AudioFormat, sameCodec } from '@ringwall/media';
import fc from 'fast-check';
import type { Trunk } from '../snapshot/trunk.ts';
import { hasAudio, mergeFormats, renumber, sameFormats, USUAL_FORMATS } from './leg-formats.ts';
import type { Party } from './party.ts';
import { formatsFor } from './trunk-formats.ts';

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

test('a trunk is shown no codec but its own, the best first, and never one that the other side lacks', () => {
  const settings = fc.record({
    codecs: fc.uniqueArray(fc.constantFrom(...NAMES.slice(0, 5))),
    dtmf: fc.constantFrom('auto', 'rfc4733', 'info'),
  });
  fc.assert(
    fc.property(formatLists, settings, (formats, set) => {
      const party: Party = { kind: 'outside', trunk: { ...set } as unknown as Trunk, number: '', name: '' };
      const shown = formatsFor(party, formats);
      assert.ok(shown.every((each) => formats.includes(each)));
      const sound = shown.map(({ codec }) => codec.name).filter((name) => set.codecs.includes(name));
      assert.deepEqual(
        sound,
        set.codecs.filter((name) => sound.includes(name)),
      );
      if (set.codecs.length > 0) {
        const others = shown.filter(({ codec }) => !set.codecs.includes(codec.name));
        assert.ok(!hasAudio(others));
      }
      assert.ok(set.dtmf !== 'info' || !shown.some(({ codec }) => codec.name === 'TELEPHONE-EVENT'));
      assert.deepEqual(formatsFor(party, shown), shown);
    }),
  );
});
