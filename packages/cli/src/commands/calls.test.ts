import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRecordView, ControlEvent } from '@ringwall/contract';
import { NOW, runOn } from '../test-support.ts';

test('calls --follow tells one line for each event, and with --json one object', async () => {
  const record: CallRecordView = {
    id: 'c0ffee00aa',
    caller: '101',
    callerAddress: '192.0.2.7',
    dialled: '102',
    answeredBy: '102',
    startedAt: NOW,
    answeredAt: NOW + 3_000,
    endedAt: NOW + 68_000,
    outcome: 'answered',
    endedBy: 'caller',
    reason: 'The caller hung up.',
    status: 200,
    legs: [],
    redirections: [],
    because: [],
    asked: [],
    transfers: [],
  };
  const events: ControlEvent[] = [
    { kind: 'call-started', at: NOW, call: record.id, caller: '101', dialled: '102\u001b[31m' },
    { kind: 'call-ended', at: NOW + 68_000, record },
  ];
  const ran = await runOn({ events }, 'calls', '--follow', '--extension', '101');
  assert.deepEqual(ran.asked, [
    { name: 'calls.follow', request: { registrations: false, extension: '101' } },
  ]);
  assert.equal(
    ran.out,
    '14:00:00  [c0ffee00]  101 calls 102\\u{1b}[31m\n' +
      '14:01:08  [c0ffee00]  ended by the caller after 1:05: answered. The caller hung up.\n',
  );
  const json = await runOn({ events }, 'calls', '--follow', '--json');
  assert.deepEqual(
    json.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    events,
  );
});
