import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, MonotonicMs, WallMs } from '@ringwall/base';
import type { CallId, CallRecord, ExtensionNumber, PbxEvent } from '@ringwall/pbx';
import type { Flow } from '@ringwall/sip';
import { EventLog, logEvent } from './event-log.ts';
import { describeEvent } from './event-text.ts';
import { Log, type LogLevel } from './log.ts';

const EVIL = '\u001b[31mred\r\nfake line\u202e';
const flow: Flow = {
  transport: 'tls',
  local: { address: '192.0.2.1', port: 5061 },
  remote: { address: '2001:db8::9', port: 40_000 },
  connection: 7,
};
const extension = '101' as ExtensionNumber;
const call = 'c1' as CallId;

const record: CallRecord = {
  id: call,
  caller: extension,
  callerAddress: '192.0.2.9',
  dialled: EVIL,
  answeredBy: '102' as ExtensionNumber,
  startedAt: 1_000 as WallMs,
  answeredAt: 3_000 as WallMs,
  endedAt: 37_000 as WallMs,
  outcome: 'answered',
  endedBy: 'caller',
  reason: 'The caller hung up',
  status: 200,
  legs: [],
  redirections: [],
  asked: [],
  transfers: [],
  because: [],
};

const EVERY_KIND: readonly (readonly [PbxEvent, LogLevel, RegExp])[] = [
  [
    { kind: 'registered', extension, flow, contact: EVIL, expiresSeconds: 120, userAgent: EVIL },
    'info',
    /101 registered from \[2001:db8::9\]:40000 over TLS/,
  ],
  [{ kind: 'unregistered', extension, contact: EVIL, because: 'expired' }, 'info', /did not renew in time/],
  [{ kind: 'registration-refused', extension, flow, reason: EVIL }, 'warn', /may not register/],
  [{ kind: 'authentication-failed', authId: EVIL, flow, method: 'REGISTER' }, 'warn', /Wrong password/],
  [{ kind: 'malformed', flow, code: 'VIA_SYNTAX' }, 'debug', /VIA_SYNTAX/],
  [{ kind: 'ignored', flow, why: 'not-our-domain' }, 'debug', /domain of ours/],
  [{ kind: 'call-started', call, caller: extension, dialled: EVIL }, 'info', /101 dials/],
  [{ kind: 'call-ringing', call, callee: extension, phones: 2 }, 'info', /rings on 2 phones/],
  [
    {
      kind: 'call-answered',
      call,
      callee: extension,
      codec: 'OPUS',
      callerProtected: true,
      calleeProtected: false,
    },
    'info',
    /encrypted on the caller's side only/,
  ],
  [{ kind: 'call-held', call, by: 'callee' }, 'info', /held by the callee/],
  [{ kind: 'call-resumed', call, by: 'caller' }, 'info', /resumed by the caller/],
  [
    { kind: 'call-transferred', call, by: extension, to: EVIL, how: 'attended' },
    'info',
    /101 transferred it/,
  ],
  [{ kind: 'call-ended', record }, 'info', /answered, 34 s.*The caller hung up/],
  [
    { kind: 'internal-error', text: EVIL, stack: `Error: ${EVIL}\n    at x` },
    'error',
    /mistake of the program/,
  ],
];

test('every kind of event has its level and a sentence', () => {
  for (const [event, level, text] of EVERY_KIND) {
    const line = describeEvent(event);
    assert.equal(line.level, level, event.kind);
    assert.match(line.text, text);
    assert.equal(line.fields['event'], event.kind);
  }
});

test('nothing that a peer wrote reaches the log unescaped', () => {
  for (const [event] of EVERY_KIND) {
    const { text, fields } = describeEvent(event);
    for (const shown of [text, ...Object.values(fields).map(String)]) {
      // The stack alone has lines, and they are the program's own.
      assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u, event.kind);
    }
    assert.ok(!text.includes('\n'));
  }
});

test('a call that failed for us is a warning', () => {
  assert.equal(describeEvent({ kind: 'call-ended', record: { ...record, outcome: 'failed' } }).level, 'warn');
});

interface Line {
  readonly msg: string;
  readonly event: string;
  readonly lines?: number;
}

function listen() {
  const lines: Line[] = [];
  const log = new Log({
    level: 'info',
    format: 'json',
    write: (line) => lines.push(JSON.parse(line) as Line),
  });
  return { lines, logger: log.part('sip') };
}

test('an event is written at its level with its fields', () => {
  const { lines, logger } = listen();
  logEvent(logger, { kind: 'call-held', call, by: 'callee' });
  logEvent(logger, { kind: 'malformed', flow, code: 'VIA_SYNTAX' }); // debug: not shown
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.event, 'call-held');
});

test('a scanner gets fifty lines, then ten a second, and what was left out is told', () => {
  const { lines, logger } = listen();
  let now = 0;
  const clock: Clock = { monotonic: () => now as MonotonicMs, wall: () => 0 as WallMs };
  const events = new EventLog(logger, clock);
  const guess = { kind: 'authentication-failed', authId: 'x', flow, method: 'REGISTER' } as const;
  for (let i = 0; i < 1_000; i++) events.report(guess);
  assert.equal(lines.length, 50);
  events.report({ kind: 'call-held', call, by: 'callee' });
  assert.equal(lines.length, 51, 'what no stranger can cause is never left out');
  now += 1_000;
  for (let i = 0; i < 1_000; i++) events.report(guess);
  const later = lines.slice(51);
  assert.equal(later.length, 11);
  assert.deepEqual([later[0]?.event, later[0]?.lines], ['suppressed', 950]);
});
