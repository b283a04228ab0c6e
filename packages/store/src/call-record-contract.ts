import assert from 'node:assert/strict';
import type { WallMs } from '@ringwall/base';
import type { CallId, CallRecordPosition, CallRecordQuery, ExtensionNumber, Store } from '@ringwall/pbx';
import { aCallRecord, anExtension } from './testing/examples.ts';

const NOW = 1_800_000_000_000 as WallMs;
const [n101, n102] = ['101' as ExtensionNumber, '102' as ExtensionNumber];

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
          address: undefined,
          startedAt: undefined,
          answeredAt: undefined,
          endedAt: undefined,
          status: undefined,
          codec: '',
          srtpSuite: undefined,
          statistics: undefined,
        },
      ],
    });
    await store.addCallRecords([refused, answered]);
    assert.deepEqual(await store.callRecords({ limit: 10 }), {
      records: [answered, refused],
      next: undefined,
    });
    assert.deepEqual(await store.callRecord('c2' as CallId), refused);
    assert.equal(await store.callRecord('c3' as CallId), undefined);
  });

  storeTest('call records come newest first, limited, and from before an instant', async (store) => {
    const at = (ms: number) => aCallRecord(`c${ms}`, { startedAt: (NOW + ms) as WallMs });
    await store.addCallRecords([at(2), at(5), at(1)]);
    await store.addCallRecords([at(4), at(3)]);
    const ids = (query: CallRecordQuery) => idsOf(store, query);
    assert.deepEqual(await ids({ limit: 10 }), ['c5', 'c4', 'c3', 'c2', 'c1']);
    assert.deepEqual(await ids({ limit: 2 }), ['c5', 'c4']);
    assert.deepEqual(await ids({ limit: 2, before: (NOW + 4) as WallMs }), ['c3', 'c2']);
    assert.deepEqual(await ids({ limit: 2, before: (NOW + 1) as WallMs }), []);
    assert.deepEqual(await ids({ limit: 9, since: (NOW + 2) as WallMs, before: (NOW + 5) as WallMs }), [
      'c4',
      'c3',
      'c2',
    ]);
  });

  storeTest('of call records of one instant, the one written last comes first', async (store) => {
    await store.addCallRecords([aCallRecord('a'), aCallRecord('b'), aCallRecord('c')]);
    assert.deepEqual(await idsOf(store, { limit: 3 }), ['c', 'b', 'a']);
  });

  storeTest('pages that go on after a record leave none out, whenever the calls started', async (store) => {
    const instants = [1, 2, 2, 2, 2, 3, 3, 1];
    const written = instants.map((ms, i) => aCallRecord(`c${i}`, { startedAt: (NOW + ms) as WallMs }));
    await store.addCallRecords(written);
    const ids = await everyId(store, { limit: 2, before: (NOW + 9) as WallMs });
    assert.deepEqual(ids, ['c6', 'c5', 'c4', 'c3', 'c2', 'c1', 'c7', 'c0']);
  });

  storeTest(
    'call records are found by what they are asked for, page by page, and by nothing else',
    async (store) => {
      const [trunk, number] = ['acme', '+442079460123'];
      const leg = aCallRecord('x').legs[1];
      assert.ok(leg !== undefined);
      const outside = { ...leg, outside: { trunk, number, name: '' } };
      const plain = { legs: [], because: [], redirections: [], asked: [], answeredBy: undefined };
      const some = Array.from({ length: 60 }, (_, i) =>
        aCallRecord(`c${i}`, {
          ...plain,
          startedAt: (NOW + Math.floor(i / 7)) as WallMs,
          caller: i % 2 === 0 ? n101 : n102,
          legs: i % 3 === 0 ? [outside] : [],
          outcome: i % 5 === 0 ? 'refused' : 'busy',
          dialled: i % 4 === 0 ? '103' : '104',
        }),
      );
      await store.addCallRecords(some);
      const expected = (holds: (i: number) => boolean) =>
        some
          .map((_, i) => i)
          .filter(holds)
          .reverse()
          .map((i) => `c${i}`);
      const find = (query: Omit<CallRecordQuery, 'limit'>) => everyId(store, { limit: 3, ...query });
      assert.deepEqual(
        await find({ extension: '101' }),
        expected((i) => i % 2 === 0),
      );
      assert.deepEqual(
        await find({ trunk }),
        expected((i) => i % 3 === 0),
      );
      assert.deepEqual(
        await find({ number: '44 20 7946-0123' }),
        expected((i) => i % 3 === 0),
      );
      assert.deepEqual(
        await find({ number: '103' }),
        expected((i) => i % 4 === 0),
      );
      assert.deepEqual(
        await find({ refused: true }),
        expected((i) => i % 5 === 0),
      );
      assert.deepEqual(
        await find({ outcome: 'busy' }),
        expected((i) => i % 5 !== 0),
      );
      const all = { extension: '101', trunk, refused: true, since: (NOW + 2) as WallMs } as const;
      assert.deepEqual(
        await find(all),
        expected((i) => i % 30 === 0 && i >= 14),
      );
      for (const nothing of [{ extension: '10' }, { trunk: '101' }, { number: '4420' }]) {
        assert.deepEqual(await find(nothing), []);
      }
    },
  );

  storeTest(
    'the newest call records are kept, so many as are wanted, and what they are found by',
    async (store) => {
      const records = Array.from({ length: 2_100 }, (_, i) =>
        aCallRecord(`c${i}`, { startedAt: (NOW + (i % 50)) as WallMs }),
      );
      await store.addCallRecords(records);
      assert.equal(await store.removeCallRecordsBeyond(50), 2_050);
      assert.equal(await store.removeCallRecordsBeyond(50), 0);
      const left = await everyId(store, { limit: 20 });
      assert.equal(left.length, 50);
      assert.deepEqual(await everyId(store, { limit: 20, extension: '101' }), left);
      assert.equal(left[0], 'c2099');
    },
  );

  storeTest('a call record that is there already is not rewritten', async (store) => {
    await store.addCallRecords([aCallRecord('c1', { reason: 'Answered' })]);
    await store.addCallRecords([aCallRecord('c1', { reason: 'Rewritten' }), aCallRecord('c2')]);
    const { records } = await store.callRecords({ limit: 10 });
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
    assert.deepEqual(await idsOf(store, { limit: 10 }), ['c4999', 'c4998']);
    assert.deepEqual(await idsOf(store, { limit: 10, extension: '101' }), ['c4999', 'c4998']);
  });

  storeTest('a call record outlives its extensions', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.addCallRecords([aCallRecord('c1', { caller: n101 })]);
    await store.removeExtension(n101);
    assert.deepEqual(await idsOf(store, { limit: 1 }), ['c1']);
  });

  storeTest('asking for no call records, or for too many, is a mistake of ours', async (store) => {
    for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
      await assert.rejects(store.callRecords({ limit }), /Ringwall is wrong/);
    }
  });
}

async function idsOf(store: Store, query: CallRecordQuery): Promise<readonly CallId[]> {
  return (await store.callRecords(query)).records.map(({ id }) => id);
}

/** Of all pages. */
async function everyId(store: Store, query: CallRecordQuery): Promise<readonly CallId[]> {
  const ids: CallId[] = [];
  let after: CallRecordPosition | undefined;
  do {
    const page = await store.callRecords(after === undefined ? query : { ...query, after }); // eslint-disable-line no-await-in-loop
    ids.push(...page.records.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}
