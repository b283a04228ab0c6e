import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { configuration } from './generated-configurations.ts';
import { keptText, unpackKeptText } from './kept-text.ts';
import { readConfigurationJson, readConfigurationText } from './read.ts';
import { renderConfiguration } from './render.ts';
import { office } from './text-test-support.ts';

test('what is kept is read as the YAML of the same configuration is', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, async (document) => {
      const { text, form } = await unpackKeptText(await keptText(document));
      assert.equal(form, 'json');
      const read = readConfigurationJson(text);
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
  await apply('settings: { calls: { atOnce: 7 } }');
  const kept = (await store.keptConfiguration(version))?.text ?? '';
  assert.ok(kept.length > 0 && kept.length * 5 < (await exported()).length, String(kept.length));
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
