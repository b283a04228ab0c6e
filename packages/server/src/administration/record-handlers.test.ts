import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import type { CallRecord, ExtensionNumber } from '@ringwall/pbx';
import { SystemClock } from '../loop/clock.ts';
import { handlers } from './handlers.ts';
import { anOpenDirectory, aRecord, code, NOW, value } from './handlers-test-support.ts';

test('records come in pages, newest first; those of one extension are found among those of all', async (t) => {
  const open = await anOpenDirectory(t);
  const ask = handlers({ clock: new SystemClock(), data: open, version: '1.2.3', running: undefined });
  const leg = {
    role: 'caller',
    extension: '105' as ExtensionNumber,
    outside: undefined,
    transport: 'udp',
    address: undefined,
    startedAt: undefined,
    answeredAt: undefined,
    endedAt: undefined,
    status: undefined,
    codec: '',
    srtpSuite: undefined,
    statistics: undefined,
  } as const;
  const record = (i: number): CallRecord =>
    aRecord(`c${i}`, {
      startedAt: (NOW + Math.floor(i / 4)) as WallMs,
      legs: i % 500 === 0 ? [leg] : [],
    });
  await open.store.addCallRecords(Array.from({ length: 2_001 }, (_, i) => record(i)));
  const first = value(await ask['calls.records']({ limit: 3 }));
  assert.deepEqual(
    first.records.map(({ id }) => id),
    ['c2000', 'c1999', 'c1998'],
  );
  const next = value(await ask['calls.records']({ limit: 3, after: first.next ?? '' }));
  assert.deepEqual(
    next.records.map(({ id }) => id),
    ['c1997', 'c1996', 'c1995'],
  );
  const own = value(await ask['calls.records']({ limit: 4, extension: '105' }));
  assert.deepEqual(
    own.records.map(({ id }) => id),
    ['c2000', 'c1500', 'c1000', 'c500'],
  );
  const last = value(await ask['calls.records']({ limit: 4, extension: '105', after: own.next ?? '' }));
  assert.deepEqual([last.records.map(({ id }) => id), last.next], [['c0'], null]);
  assert.equal(value(await ask['calls.record']({ id: 'c7' })).record.dialled, '102');
  assert.equal(code(await ask['calls.record']({ id: 'c9999' })), 'RECORD_UNKNOWN');
});
