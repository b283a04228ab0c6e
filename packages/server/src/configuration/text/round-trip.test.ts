import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ConfigurationDocument } from './document.ts';
import { configuration } from './generated-configurations.ts';
import { renderConfiguration } from './render.ts';
import { office, SECRETS } from './text-test-support.ts';

/** As it is exported: what came from a place is kept. */
function kept(document: ConfigurationDocument): string {
  const trunks = document.trunks.map(({ name, fields }) => ({
    name,
    fields: { ...fields, password: fields.password === 'none' ? ('none' as const) : ('kept' as const) },
  }));
  return renderConfiguration({ ...document, trunks });
}

test('what was applied is exported as it was written, would change nothing again, and can be gone back from', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, configuration, async (first, second) => {
      const { exported, planned, apply, back, store } = office();
      await apply(renderConfiguration(first), SECRETS, true);
      assert.equal(await exported(), kept(first));
      for (const text of [renderConfiguration(first), kept(first)]) {
        assert.deepEqual((await planned(text, SECRETS)).changes, []);
      }
      const version = await store.configurationVersion();
      const { plan } = await apply(renderConfiguration(second), SECRETS, true);
      assert.equal(await exported(), kept(second));
      if (plan.changes.length === 0) return;
      const gone = (await back(version)).plan.remarks;
      if (gone.length === 0) assert.equal(await exported(), kept(first));
      assert.deepEqual((await planned(await exported())).changes, [], 'what came back is what is there');
    }),
    { numRuns: 10 },
  );
});
