import assert from 'node:assert/strict';
import type { WallMs } from '@ringwall/base';
import type { CallId, ExtensionNumber, Store } from '@ringwall/pbx';
import { aCallRecord, anExtension } from './testing/examples.ts';

const NOW = 1_800_000_000_000 as WallMs;
const n101 = '101' as ExtensionNumber;

/** What every store must do with the records of calls: a part of the store's contract. */
export function callRecordContract(
  storeTest: (name: string, body: (store: Store) => Promise<void>) => void,
): void {
  storeTest('a call record comes back as it was added', async (store) => {
    const answered = aCallRecord('c1', { startedAt: (NOW + 1) as WallMs });
    const refused = aCallRecord('c2', {
      caller: undefined,
      answeredBy: undefined,
      answeredAt: undefined,
      outcome: 'refused',
      status: 403,
      legs: [
        {
          role: 'caller',
          extension: undefined,
          outside: undefined,
          transport: 'udp',
          codec: '',
          srtpSuite: undefined,
          statistics: undefined,
        },
      ],
    });
    await store.addCallRecords([refused, answered]);
    assert.deepEqual(await store.callRecords({ limit: 10 }), [answered, refused]);
  });

  storeTest('call records come newest first, limited, and from before an instant', async (store) => {
    const at = (ms: number) => aCallRecord(`c${ms}`, { startedAt: (NOW + ms) as WallMs });
    await store.addCallRecords([at(2), at(5), at(1)]);
    await store.addCallRecords([at(4), at(3)]);
    const ids = async (query: Parameters<Store['callRecords']>[0]) =>
      (await store.callRecords(query)).map((record) => record.id);
    assert.deepEqual(await ids({ limit: 10 }), ['c5', 'c4', 'c3', 'c2', 'c1']);
    assert.deepEqual(await ids({ limit: 2 }), ['c5', 'c4']);
    assert.deepEqual(await ids({ limit: 2, before: (NOW + 4) as WallMs }), ['c3', 'c2']);
    assert.deepEqual(await ids({ limit: 2, before: (NOW + 1) as WallMs }), []);
  });

  storeTest('of call records of one instant, the one written last comes first', async (store) => {
    await store.addCallRecords([aCallRecord('a'), aCallRecord('b'), aCallRecord('c')]);
    const ids = (await store.callRecords({ limit: 3 })).map((record) => record.id);
    assert.deepEqual(ids, ['c', 'b', 'a']);
  });

  storeTest('pages that go on after a record leave none out, whenever the calls started', async (store) => {
    const instants = [1, 2, 2, 2, 2, 3, 3, 1];
    const written = instants.map((ms, i) => aCallRecord(`c${i}`, { startedAt: (NOW + ms) as WallMs }));
    await store.addCallRecords(written);
    const ids: CallId[] = [];
    for (let page = await store.callRecords({ limit: 2 }); page.length > 0; ) {
      ids.push(...page.map(({ id }) => id));
      const last = page.at(-1)?.id as CallId;
      page = await store.callRecords({ limit: 2, after: last, before: (NOW + 9) as WallMs });
    }
    assert.deepEqual(ids, ['c6', 'c5', 'c4', 'c3', 'c2', 'c1', 'c7', 'c0']);
    assert.deepEqual(await store.callRecords({ limit: 2, after: 'gone' as CallId }), []);
  });

  storeTest('a call record that is there already is not rewritten', async (store) => {
    await store.addCallRecords([aCallRecord('c1', { reason: 'Answered' })]);
    await store.addCallRecords([aCallRecord('c1', { reason: 'Rewritten' }), aCallRecord('c2')]);
    const records = await store.callRecords({ limit: 10 });
    assert.deepEqual(
      records.map((record) => [record.id, record.reason]),
      [
        ['c2', aCallRecord('c2').reason],
        ['c1', 'Answered'],
      ],
    );
  });

  storeTest('call records older than an instant are removed and counted', async (store) => {
    const records = Array.from({ length: 5_000 }, (_, i) =>
      aCallRecord(`c${i}`, { startedAt: (NOW + i) as WallMs }),
    );
    await store.addCallRecords(records);
    assert.equal(await store.removeCallRecordsBefore((NOW + 4_998) as WallMs), 4_998);
    assert.equal(await store.removeCallRecordsBefore((NOW + 4_998) as WallMs), 0);
    const left = (await store.callRecords({ limit: 10 })).map((record) => record.id);
    assert.deepEqual(left, ['c4999', 'c4998']);
  });

  storeTest('a call record outlives its extensions', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.addCallRecords([aCallRecord('c1', { caller: n101 })]);
    await store.removeExtension(n101);
    assert.equal((await store.callRecords({ limit: 1 })).length, 1);
  });

  storeTest('asking for no call records, or for too many, is a mistake of ours', async (store) => {
    for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
      await assert.rejects(store.callRecords({ limit }), /Ringwall is wrong/);
    }
  });
}
