import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { CallRecordView, RequestOf } from '@ringwall/contract';
import { NOW, runOn } from '../../test-support.ts';

test('records are fetched page by page, newest first, until there are enough', async () => {
  const record = (startedAt: number): CallRecordView => ({
    id: `c${startedAt}`,
    caller: '101',
    callerAddress: '192.0.2.7',
    dialled: '999',
    answeredBy: null,
    startedAt,
    answeredAt: null,
    endedAt: startedAt + 5,
    outcome: 'refused',
    endedBy: 'system',
    reason: 'There is no such number.',
    status: 404,
    legs: [],
    redirections: [],
    because: [],
    asked: [],
    transfers: [],
  });
  const all = Array.from({ length: 1_200 }, (_, i) => record(NOW - i * 1_000));
  const answers = {
    'calls.records': async ({ limit, before = NOW + 1, after }: RequestOf<'calls.records'>) => {
      const older = all.filter(
        ({ startedAt }) => startedAt < before && startedAt < Number(after?.split('.')[0] ?? NOW + 1),
      );
      const next = older.length > limit ? `${older[limit - 1]?.startedAt}.0` : null;
      return ok({ records: older.slice(0, limit), next });
    },
  };
  const some = await runOn({ answers }, 'records', '--limit', '700', '--json');
  assert.deepEqual(JSON.parse(some.out), { records: all.slice(0, 700), more: true });
  assert.equal(some.asked.length, 4);
  const every = await runOn({ answers }, 'records', '--limit', '9999');
  assert.equal(every.out.split('\n').length, 1_202);
  const before = await runOn({ answers }, 'records', '--before', '2026-11-22 13:59');
  assert.deepEqual(before.asked[0]?.request, { limit: 20, before: NOW - 60_000 });
  const csv = await runOn(
    { answers },
    'records',
    '--csv',
    '--since',
    '2d',
    '--extension',
    '101',
    '--refused',
  );
  assert.equal(csv.out.split('\r\n').length, 1_202);
  const since = NOW - 2 * 86_400_000;
  assert.deepEqual(csv.asked[0]?.request, { limit: 200, since, extension: '101', refused: true });
  const none = { 'calls.records': async () => ok({ records: [], next: null }) };
  const nothing = await runOn({ answers: none }, 'records', '--json');
  assert.deepEqual(JSON.parse(nothing.out), { records: [], more: false });
  assert.equal((await runOn({ answers }, 'records', '--limit', '10001')).code, 2);
});

test('a record is shown whole: legs with their protection and quality in words, transfers, and every verdict', async () => {
  const statistics = {
    packetsReceived: 960,
    packetsSent: 1_000,
    bytesReceived: 1,
    bytesSent: 1,
    packetsLost: 40,
    jitterMs: 12.3,
    dropped: {
      source: 0,
      malformed: 0,
      'payload-type': 0,
      authentication: 77,
      replay: 0,
      hold: 0,
      unjoined: 0,
      'no-target': 0,
    },
  };
  const leg = {
    role: 'caller',
    extension: '101',
    outside: null,
    transport: 'tls',
    address: '192.0.2.7',
    startedAt: NOW,
    answeredAt: NOW + 3_000,
    endedAt: NOW + 23_000,
    status: null,
    codec: 'PCMA',
    srtpSuite: 'AES_CM_128_HMAC_SHA1_80',
    statistics,
  } as const;
  const outside = { trunk: 'acme', number: '+442079460123', name: 'Bob\u001b[2J' };
  const good = {
    ...statistics,
    packetsReceived: 1_000,
    packetsLost: 0,
    jitterMs: 2,
    dropped: { ...statistics.dropped, authentication: 0 },
  };
  const far = {
    ...leg,
    role: 'callee',
    extension: null,
    outside,
    transport: 'udp',
    srtpSuite: null,
    statistics: good,
  } as const;
  const record: CallRecordView = {
    id: 'c0ffee00aa',
    caller: '101',
    callerAddress: '192.0.2.7',
    dialled: '=cmd()',
    answeredBy: '+442079460123',
    startedAt: NOW,
    answeredAt: NOW + 3_000,
    endedAt: NOW + 23_000,
    outcome: 'answered',
    endedBy: 'callee',
    reason: 'The callee hung up, "politely"',
    status: 200,
    legs: [leg, far],
    redirections: [{ by: '102', to: '103', refused: 'Nobody has this number' }],
    because: [{ rule: 'country-allowed', verdict: 'allow', text: 'It belongs to GB' }],
    asked: [
      {
        by: '101',
        cause: 'dialled',
        from: 'extension',
        dialled: '02079460123',
        at: NOW,
        verdict: 'allow',
        rule: 'country-allowed',
        number: '+442079460123',
      },
    ],
    transfers: [{ by: '101', how: 'blind', to: '104', at: NOW, failed: '486 Busy Here', joined: null }],
  };
  const answers = {
    'calls.record': async () => ok({ record }),
    'calls.records': async () => ok({ records: [record], next: null }),
  };
  const { out, asked } = await runOn({ answers }, 'records', 'show', record.id);
  assert.deepEqual(asked[0]?.request, { id: record.id });
  for (const line of [
    'Caller 101:',
    '  Signalling: TLS with 192.0.2.7, encrypted',
    '  Sound: PCMA, encrypted with AES_CM_128_HMAC_SHA1_80',
    '  Times: began at 0:00, answered at 0:03, ended at 0:23',
    '  Heard from there: Poor: words were hard to follow (4.0 % lost, jitter 12 ms). 77 packets whose protection was wrong or missing were refused.',
    'Callee +442079460123 "Bob\\u{1b}[2J" through acme:',
    '  Sound: PCMA, not encrypted',
    '  Heard from there: Good (0.0 % lost, jitter 2 ms).',
    'The phone of 102 sent the call on to 103, which was refused: Nobody has this number',
    '101 wanted to transfer the call to 104 (blind): 486 Busy Here',
    'The call policy was asked for 101 (dialled) about 02079460123, +442079460123: allow (country-allowed)',
    '  + It belongs to GB (country-allowed)',
  ]) {
    assert.ok(out.includes(`${line}\n`), `${line}\n${out}`);
  }
  const [title = '', row = ''] = (await runOn({ answers }, 'records', '--csv')).out.split('\r\n');
  assert.ok(title.startsWith('id,began,answered,ended,talked seconds,caller,'), title);
  assert.ok(row.startsWith('c0ffee00aa,2026-11-22T14:00:00.000Z,2026-11-22T14:00:03.000Z,'), row);
  assert.ok(row.includes(",'=cmd(),'+442079460123,'+442079460123,answered,callee,200,"), row);
  assert.ok(row.includes(',"The callee hung up, ""politely""",,acme,1,1,tls,PCMA,'), row);
  assert.ok(row.endsWith(',960,40,12.3,udp,PCMA,none,1000,0,2'), row);
});
