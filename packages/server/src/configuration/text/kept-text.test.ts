import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { configuration } from './generated-configurations.ts';
import { type ConfigurationDocument, SECTION_NAMES } from './document.ts';
import { keptText, keptVersion } from './kept-text.ts';
import { readConfigurationJson, readConfigurationText } from './read.ts';
import { renderConfiguration } from './render.ts';
import { office } from './text-test-support.ts';

test('what is kept is read as the YAML of the same configuration is', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, configuration, async (document, other) => {
      const named = (of: ConfigurationDocument) =>
        SECTION_NAMES.flatMap((section) =>
          [{ name: 'x' }, ...document[section], ...of[section]].map(({ name }) => ({ section, name })),
        );
      // Each section by a change of its own, and all of them later, when they are different.
      const texts = await Promise.all(
        SECTION_NAMES.map((one) =>
          keptText(
            document,
            named(document).filter(({ section }) => section === one),
          ),
        ),
      );
      const kept = await keptVersion(
        Readable.from([
          ...texts,
          await keptText(document, named(other)),
          await keptText(other, named(other)),
        ]),
      );
      assert.equal(kept?.form, 'json');
      const read = readConfigurationJson(kept.text);
      const same = readConfigurationText(renderConfiguration(document));
      assert.ok(read.ok && same.ok);
      assert.deepEqual(read.value.sections, same.value.sections);
    }),
    { numRuns: 20 },
  );
});

test('a thousand extensions are kept in a tenth of what they are as text', async () => {
  const { apply, exported, store } = office();
  const numbers = Array.from({ length: 1_000 }, (_, index) => String(2_000 + index));
  await apply(
    `extensions:\n${numbers.map((number) => `  ${number}: { name: Person ${number}, calling: { callerId: "+44${number}" } }\n`).join('')}`,
  );
  const version = await store.configurationVersion();
  const whole = (await exported()).length;
  await apply('settings: { calls: { atOnce: 7 } }');
  await apply('extensions: {}');
  const length = async (of: number) => (await store.keptConfiguration(of))?.text.length ?? 0;
  const [small, large] = [await length(version), await length(version + 1)];
  assert.ok(small > 0 && small < 300, 'what a change does not touch is not kept again');
  assert.ok(large > small && large * 5 < whole, String(large));
});

test('what an earlier version kept, as YAML, is gone back to', async () => {
  const { apply, back, store, exported } = office();
  await apply('extensions:\n  101: { name: Anna }');
  const version = await store.configurationVersion();
  await store.changeConfiguration({
    expectedVersion: version,
    settings: new Map([['calls.atOnce', '7']]),
    extensions: { remove: [], change: new Map(), add: [] },
    items: [],
    guardEntries: [],
    before: {
      replacedAt: 5 as never,
      replacedBy: 'apply',
      text: 'settings: {}\nextensions:\n  "101":\n    name: Bob\n',
    },
  });
  await back(version);
  assert.match(await exported(), /name: Bob/);
  assert.doesNotMatch(await exported(), /atOnce/);
});
