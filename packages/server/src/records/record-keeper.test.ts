import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { defaultSettings } from '@ringwall/contract';
import type { CallId, CallRecord, ExtensionNumber } from '@ringwall/pbx';
import { RecordKeeper } from './record-keeper.ts';
import { shortenRecord } from './shorten-record.ts';

const AT = 1_800_000_000_000 as WallMs;

const number = '+442079460123';
const RECORD: CallRecord = {
  id: 'c0ffee00c0ffee00' as CallId,
  caller: '10100001' as ExtensionNumber,
  callerAddress: '198.51.100.123',
  dialled: '902079460123',
  answeredBy: undefined,
  startedAt: AT,
  answeredAt: undefined,
  endedAt: AT,
  outcome: 'busy',
  endedBy: 'callee',
  reason: `The trunk acme says that ${number} is busy`,
  status: 486,
  legs: [
    {
      role: 'callee',
      extension: undefined,
      outside: { trunk: 'acme', number, name: 'Doctor Bob' },
      transport: 'udp',
      address: '198.51.100.200',
      startedAt: AT,
      answeredAt: undefined,
      endedAt: AT,
      status: 486,
      codec: '',
      srtpSuite: undefined,
      statistics: undefined,
    },
  ],
  redirections: [{ by: '10100001', to: '0044 (20) 7946-0123', refused: `${number} is not allowed` }],
  because: [{ rule: 'country-allowed', verdict: 'allow', text: `${number} belongs to GB` }],
  asked: [
    {
      by: '10100001' as ExtensionNumber,
      cause: 'dialled',
      from: 'extension',
      dialled: '90 20-7946-0123',
      isCut: false,
      at: AT,
      verdict: 'allow',
      rule: 'country-allowed',
      number,
    },
  ],
  transfers: [
    {
      by: number,
      how: 'blind',
      to: '902079460123',
      at: AT,
      failed: `403 ${number} is not allowed`,
      joined: undefined,
    },
  ],
};

test('a shortened record holds no whole number outside and no name, anywhere; extensions and addresses stay', () => {
  const short = shortenRecord(RECORD);
  const text = JSON.stringify(short);
  for (const told of ['0123"', '0123 ', '-0123', 'Bob']) assert.ok(!text.includes(told), told);
  assert.deepEqual(
    [short.dialled, short.legs[0]?.outside?.number, short.asked?.[0]?.dialled, short.redirections[0]?.to],
    ['90207946xxxx', '+44207946xxxx', '90 20-7946-xxxx', '0044 (20) 7946-xxxx'],
  );
  assert.deepEqual(
    [short.caller, short.redirections[0]?.by, short.callerAddress, short.asked?.[0]?.isCut],
    ['10100001', '10100001', '198.51.100.123', true],
  );
});

test('records are kept as the settings of the moment have it: shortened or whole, so long, and so many', async () => {
  const done: unknown[] = [];
  let numbers: 'whole' | 'shortened' = 'whole';
  const keeper = new RecordKeeper({
    store: {
      addCallRecords: async (records) => void done.push(records[0]?.dialled),
      removeCallRecordsBefore: async (before) => done.push(before),
      removeCallRecordsBeyond: async (most) => done.push(most),
    },
    settings: () => ({ ...defaultSettings().values.storage, callRecordDays: 30, callRecordNumbers: numbers }),
    wall: () => AT,
  });
  await keeper.addCallRecords([RECORD]);
  numbers = 'shortened';
  await keeper.addCallRecords([RECORD]);
  await keeper.removeOld();
  assert.deepEqual(done, ['902079460123', '90207946xxxx', AT - 30 * 86_400_000, 1_000_000]);
});
