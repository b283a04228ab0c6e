import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRecord, ExtensionNumber } from '@ringwall/pbx';
import { SystemClock } from '../loop/clock.ts';
import { handlers } from './handlers.ts';
import { anOpenDirectory, aRecord, code, NOW, value } from './handlers-test-support.ts';

test('records are judged again with other settings, which are kept nowhere; what cannot be judged is counted', async (t) => {
  const open = await anOpenDirectory(t);
  const ask = handlers({ clock: new SystemClock(), data: open, version: '1.2.3', running: undefined });
  value(await ask['extension.add']({ number: '101' }));
  const asked = {
    by: '101' as ExtensionNumber,
    cause: 'dialled',
    from: 'extension',
    dialled: '902079460123',
    isCut: false,
    at: NOW,
    verdict: 'allow',
    rule: 'country-allowed',
    number: '+442079460123',
  } as const;
  const gone = { ...asked, by: '999' as ExtensionNumber };
  const record = (id: string, changes: Partial<CallRecord>): CallRecord =>
    aRecord(id, { caller: undefined, dialled: '1', ...changes });
  await open.store.addCallRecords([
    record('old', { asked: undefined }),
    record('house', {}),
    record('mixed', { asked: [gone, { ...asked, isCut: true }, { ...asked, dialled: '112' }] }),
    record('short', { asked: [{ ...asked, dialled: '900', verdict: 'deny', rule: 'no-outbound-rule' }] }),
    ...Array.from({ length: 2_100 }, (_, i) => record(`c${i}`, { asked: [asked] })),
  ]);
  const request = { since: 0, changes: [] };
  const first = value(await ask['policy.replay'](request));
  assert.ok(first.next !== null && first.records < 2_104 && first.differences.length <= 2_000);
  const rest = value(await ask['policy.replay']({ ...request, after: first.next }));
  assert.deepEqual([rest.next, first.records + rest.records], [null, 2_104]);
  assert.deepEqual([rest.notAsked, rest.notJudged], [1, { olderVersion: 1, cut: 1, extensionGone: 1 }]);
  const differences = [...first.differences, ...rest.differences];
  assert.equal(differences.length, 2_100, 'a call for help passes still');
  assert.deepEqual(
    [differences[0]?.was, differences[0]?.now.verdict, differences[0]?.now.rule],
    [{ verdict: 'allow', rule: 'country-allowed' }, 'deny', 'no-outbound-rule'],
  );

  const name = 'numbering.emergencyNumbers';
  const file = 'numbering:\n  emergencyNumbers: ["900"]\n';
  const helped = value(await ask['policy.replay']({ ...request, file, after: first.next }));
  assert.deepEqual(
    helped.differences.filter(({ now }) => now.verdict === 'allow').map(({ dialled }) => dialled),
    ['900'],
  );
  for (const [changes, wrong] of [
    [[{ name: 'nothing.atAll', value: '1' }], 'SETTING_UNKNOWN'],
    [[{ name: 'outside.highRisk', value: 'perhaps' }], 'SETTING_VALUE'],
  ] as const) {
    assert.equal(code(await ask['policy.replay']({ since: 0, changes })), wrong);
  }
  assert.equal(code(await ask['policy.replay']({ ...request, file: 'outside: [' })), 'SETTINGS_FILE_SYNTAX');
  assert.equal(value(await ask['setting.show']({ name })).setting.source, 'default');
});
