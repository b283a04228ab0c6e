import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import {
  adminError,
  type CallRecordView,
  type ControlEvent,
  type RequestOf,
  type StatusView,
} from '@ringwall/contract';
import type { Command } from 'commander';
import { examplesOf } from './commands/command.ts';
import { buildProgram } from './program.ts';
import { NOW, runOn } from './test-support.ts';
import { VERSION } from './version.ts';

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

async function everyCommand(): Promise<readonly Command[]> {
  const output = { write: () => {}, isTty: false, columns: undefined };
  const surroundings = { out: output, err: output, env: {}, connector: {} };
  return commandsOf(buildProgram({ surroundings: surroundings as never, exitCode: 0 }));
}

test('every command has a sentence, an example that begins with ringwall, and help on stdout', async () => {
  for (const command of await everyCommand()) {
    const path: string[] = [];
    for (let at: Command | null = command; at?.parent; at = at.parent) path.unshift(at.name());
    assert.notEqual(command.description(), '', path.join(' '));
    if (command.commands.length > 0 && path.length > 0) continue; // its sub-commands have them
    const examples = examplesOf(command);
    assert.ok(examples.length > 0 && examples.every((line) => line.startsWith('ringwall ')), path.join(' '));
    const ran = await runOn({}, ...path, '--help');
    assert.equal(ran.code, 0);
    assert.match(ran.out, /Usage: ringwall/);
    assert.ok(ran.out.includes(examples[0] ?? '?'), path.join(' '));
    assert.match(ran.out, /--json/);
    assert.equal(ran.err, '');
  }
});

test('the examples are command lines that are understood', async () => {
  for (const command of await everyCommand()) {
    for (const example of examplesOf(command)) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
      const ran = await runOn({ running: false }, ...words.slice(1));
      assert.notEqual(ran.code, 2, `${example}\n${ran.err}`);
    }
  }
});

test('--version and version tell the version; version also that of the running program', async () => {
  assert.equal((await runOn({}, '--version')).out, `ringwall ${VERSION}\n`);
  const answers = { version: async () => ok({ version: '0.0.1', node: 'v24.0.0' }) };
  const ran = await runOn({ answers }, 'version', '--json');
  assert.deepEqual(JSON.parse(ran.out), {
    command: { version: VERSION, node: process.version },
    running: { version: '0.0.1', node: 'v24.0.0' },
  });
  assert.match((await runOn({ answers }, 'version')).err, /restart the program/);
  const stopped = await runOn({ running: false }, 'version');
  assert.equal(stopped.code, 0);
  assert.match(stopped.out, /not running/);
});

test('help is a command too', async () => {
  const ran = await runOn({}, 'help', 'records');
  assert.equal(ran.code, 0);
  assert.match(ran.out, /Usage: ringwall records/);
});

test('the help of all puts every command under a heading, those that come first above', async () => {
  const { out } = await runOn({}, '--help');
  const headings = out.split('\n').filter((line) => /^\S.*:$/.test(line));
  assert.deepEqual(headings.slice(0, 3), ['Options:', 'The program:', 'Phones and their calls:']);
  assert.ok(!headings.includes('Commands:'), 'a command without a heading');
  for (const command of ['start', 'try', 'help']) {
    const at = out.search(new RegExp(`^  ${command} `, 'm'));
    assert.ok(at > out.indexOf('The program:') && at < out.indexOf('Phones and their calls:'), command);
  }
});

test('without a command, the help is shown and the exit code says usage', async () => {
  const ran = await runOn({});
  assert.equal(ran.code, 2);
  assert.match(ran.err, /Usage: ringwall/);
});

test('a usage error is one sentence with what to do, and a mistyped command gets a suggestion', async () => {
  const ran = await runOn({}, 'extention', 'list');
  assert.equal(ran.code, 2);
  assert.match(
    ran.err,
    /^ringwall: Unknown command 'extention' \(Did you mean extension\?\)\. Add --help .*\(USAGE\)\n$/,
  );
  const json = await runOn({}, 'records', '--json', '--before', 'yesterday');
  assert.match((JSON.parse(json.err) as { error: { text: string } }).error.text, /2026-11-22 14:03/);
});

test('what needs the running program says so with exit code 3', async () => {
  for (const args of [['bindings'], ['calls'], ['calls', '--follow'], ['stop'], ['certificate', 'reload']]) {
    const ran = await runOn({ running: false }, ...args);
    assert.equal(ran.code, 3, args.join(' '));
    assert.match(ran.err, /not running on \/srv\/data/);
  }
});

test('a mistake of ours is told as one, with exit code 70', async () => {
  const answers = {
    status: async () => {
      throw new Error('the moon fell');
    },
  };
  const ran = await runOn({ answers }, 'status');
  assert.equal(ran.code, 70);
  assert.match(ran.err, /The program made a mistake: the moon fell/);
});

test('start gives the exit code of the program, and all errors of the settings', async () => {
  assert.equal((await runOn({ start: async () => ok(0) }, 'start')).code, 0);
  const errors = [
    adminError('SETTINGS_FILE_MISSING', { file: '/x' }),
    adminError('SETTING_CONFLICT', { problem: 'A', remedy: 'B' }),
  ];
  const ran = await runOn({ start: async () => err(errors) }, 'start');
  assert.equal(ran.code, 4);
  assert.equal(ran.err.split('\n').length, 3);
});

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

const STATUS: StatusView = {
  running: true,
  version: '0.1.0',
  node: 'v24.21.0',
  pid: 4711,
  startedAt: NOW - 3_600_000,
  dataDirectory: '/srv/data',
  listeners: ['udp:0.0.0.0:5060', 'tls:0.0.0.0:5061'],
  metrics: '127.0.0.1:9464',
  extensions: { total: 3, enabled: 2, registered: 1 },
  bindings: 1,
  calls: 0,
  mediaPorts: { first: 16_384, last: 16_783, pairsInUse: 4 },
  certificate: {
    subject: 'CN=pbx',
    selfSigned: true,
    notAfter: NOW + 86_400_000 * 90,
    fingerprint: 'ab'.repeat(32),
  },
  settings: [{ key: 'calls.atOnce', value: '7', source: 'environment' }],
  lastStop: null,
  warnings: ['The disk is nearly full.'],
};

test('status shows where it listens, what is set and what to know', async () => {
  const ran = await runOn({ answers: { status: async () => ok(STATUS) } }, 'status');
  assert.equal(ran.code, 0);
  for (const line of [
    /Ringwall 0\.1\.0 is running\./,
    /Started +2026-11-22 13:00:00 \(60 min ago\), process 4711/,
    /Listens on +udp:0\.0\.0\.0:5060\n +tls:0\.0\.0\.0:5061/,
    /4 of 200 pairs in use/,
    /calls\.atOnce +7 +environment/,
    /Warning: The disk is nearly full\./,
    /CN=pbx, self-signed, ends .*\(in 90 days\)/,
  ]) {
    assert.match(ran.out, line);
  }
});

test('status of a stopped program is an answer with exit code 3', async () => {
  const stopped: StatusView = {
    ...STATUS,
    running: false,
    pid: null,
    startedAt: null,
    listeners: [],
    metrics: null,
    extensions: { total: 3, enabled: 2, registered: null },
    bindings: null,
    calls: null,
    mediaPorts: null,
    certificate: null,
    settings: [],
    lastStop: 'It was asked to stop.',
    warnings: [],
  };
  const ran = await runOn({ running: false, answers: { status: async () => ok(stopped) } }, 'status');
  assert.equal(ran.code, 3);
  assert.match(ran.out, /is stopped/);
  assert.match(ran.out, /Last stop +It was asked to stop\./);
  assert.match(ran.out, /Every setting is at its default/);
});
