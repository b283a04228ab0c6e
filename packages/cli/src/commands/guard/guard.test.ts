import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import {
  adminError,
  type GuardEntryView,
  type GuardStatusView,
  type SecurityEventView,
} from '@ringwall/contract';
import { NOW, runOn } from '../../test-support.ts';

function entry(network: string, changes: Partial<GuardEntryView> = {}): GuardEntryView {
  return {
    network,
    action: 'block',
    description: 'Too many wrong passwords or broken messages',
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: NOW - 3_600_000,
    expiresAt: NOW + 86_400_000,
    times: 1,
    hits: 12_345,
    lastHitAt: NOW,
    evidence: [{ at: NOW, rule: 'wrong-digest', seen: 'A wrong password for "105\u001b[2J"' }],
    ...changes,
  };
}

function event(id: number, changes: Partial<SecurityEventView> = {}): SecurityEventView {
  return {
    id,
    at: NOW,
    kind: 'ban',
    source: '192.0.2.7',
    rule: 'failed-authentication',
    text: `192.0.2.7 is blacklisted ${id}`,
    ...changes,
  };
}

const STATUS: GuardStatusView = {
  policy: ['A source is blacklisted for one day.', 'There are no canaries.'],
  lists: { blacklisted: 1, whitelisted: 0, limit: 65_536 },
  admitted: [
    { rule: 'registered-flow', packets: 1_000 },
    { rule: 'blacklisted', packets: 77 },
  ],
  repliesRefused: 5,
  alarms: [{ alarm: 'guessing', at: NOW, text: 'Passwords are being guessed: 200 wrong ones' }],
  kernel: { by: 'sockets', text: 'The kernel still hands it over.', dropped: null },
};

test('status shows alarms first, then lists, packets by what became of them, and the policy', async () => {
  const answers = { 'guard.status': async () => ok(STATUS) };
  const ran = await runOn({ answers }, 'guard', 'status');
  assert.equal(ran.code, 0);
  for (const line of [
    /^Alarm since 2026-11-22 14:00:00: Passwords are being guessed/,
    /Blacklist +one network/,
    /Dropped by +the program\. The kernel still hands it over\./,
    /77 +dropped: on the blacklist/,
    /5 +answers to strangers left out/,
    /In force:\n\n {2}A source is blacklisted for one day\./,
  ])
    assert.match(ran.out, line);
  assert.deepEqual(JSON.parse((await runOn({ answers }, 'guard', 'status', '--json')).out), STATUS);
});

test('what needs the running program says so with exit code 3', async () => {
  for (const args of [['status'], ['why', '192.0.2.7']]) {
    assert.equal((await runOn({ running: false }, 'guard', ...args)).code, 3);
  }
});

test('events are fetched page by page up to the limit', async () => {
  const pages = [[event(9), event(8)], [event(7)]];
  let asked = 0;
  const answers = {
    'guard.events': async () => ok({ events: pages[asked++] ?? [], more: asked < 2 }),
  };
  const ran = await runOn({ answers }, 'guard', 'events', '--address', '192.0.2.7', '--limit', '3');
  assert.deepEqual(
    ran.asked.map(({ request }) => request),
    [
      { limit: 3, address: '192.0.2.7' },
      { limit: 1, address: '192.0.2.7', before: 8 },
    ],
  );
  assert.match(ran.out, /2026-11-22 14:00:00 +blacklisted +192\.0\.2\.7 +192\.0\.2\.7 is blacklisted 9/);
  const none = await runOn(
    { answers: { 'guard.events': async () => ok({ events: [], more: false }) } },
    'guard',
    'events',
  );
  assert.equal(none.out, 'Nothing has happened.\n');
});

test('why says first whether the address is let in, then what decides, harmless for a terminal', async () => {
  const because = [{ rule: 'blacklisted', verdict: 'deny' as const, text: 'On the blacklist\u001b[2J' }];
  const answers = {
    'guard.why': async () => ok({ source: '192.0.2.7', verdict: 'deny' as const, because }),
  };
  const ran = await runOn({ answers }, 'guard', 'why', '192.0.2.7');
  assert.equal(ran.out, '192.0.2.7 is shut out.\n  On the blacklist\\u{1b}[2J (blacklisted)\n');
});

test('unban says what was let go, and what keeps the address out all the same', async () => {
  const still = entry('192.0.2.0/24', { origin: 'manual', addedBy: 'anna', expiresAt: null });
  const answers = { 'guard.unban': async () => ok({ released: ['192.0.2.7'], stillBlockedBy: still }) };
  const ran = await runOn({ answers }, 'guard', 'unban', '192.0.2.7');
  assert.equal(ran.out, 'No longer blacklisted: 192.0.2.7.\n');
  assert.match(ran.err, /192\.0\.2\.0\/24 is on the blacklist, added by anna, for good.*blacklist remove/);
  const nothing = { 'guard.unban': async () => ok({ released: [], stillBlockedBy: null }) };
  assert.match((await runOn({ answers: nothing }, 'guard', 'unban', '192.0.2.7')).out, /had not blacklisted/);
});

test('a network is added with its time, its reason and who wants it', async () => {
  const answers = {
    'guard.add': async () => ok({ entry: entry('192.0.2.0/24'), replaced: true, confirmWithin: null }),
  };
  const add = ['guard', 'blacklist', 'add', '192.0.2.0/24'];
  const env = { NO_COLOR: '1', USER: 'root', SUDO_USER: 'anna' };
  const ran = await runOn({ answers, env }, ...add, '--for', '12h', '--description', 'Scanners', '--yes');
  assert.deepEqual(ran.asked[0]?.request, {
    list: 'blacklist',
    network: '192.0.2.0/24',
    by: 'anna',
    description: 'Scanners',
    seconds: 43_200,
    confirmed: true,
  });
  assert.match(ran.out, /192\.0\.2\.0\/24 is on the blacklist in place of .*, until 2026-11-23 14:00:00/);
  assert.equal((await runOn({ answers }, ...add, '--for', 'long')).code, 2);
  assert.equal((await runOn({ answers }, 'guard', 'whitelist', 'add', '192.0.2.7', '--for', '1d')).code, 2);
});

test('what would shut somebody out is refused with the way to mean it', async () => {
  const places = '192.0.2.7 (a phone of 101)';
  const answers = { 'guard.add': async () => err(adminError('GUARD_SHUTS_OUT', { places })) };
  const ran = await runOn({ answers }, 'guard', 'blacklist', 'add', '192.0.2.0/24');
  assert.equal(ran.code, 1);
  assert.match(ran.err, /would shut out 192\.0\.2\.7 \(a phone of 101\)\..*--yes/);
});

test('ten thousand entries are fetched in pages, and the table fits the terminal', async () => {
  const all = Array.from({ length: 10_000 }, (_, i) => entry(`10.0.${i >> 8}.${i & 255}`));
  const answers = {
    'guard.list': async ({ limit, skip = 0 }: { readonly limit: number; readonly skip?: number }) =>
      ok({ entries: all.slice(skip, skip + limit), matching: all.length }),
  };
  const ran = await runOn({ answers, columns: 80 }, 'guard', 'blacklist', 'list', '--limit', '10000');
  assert.equal(ran.asked.length, 20);
  const lines = ran.out.trimEnd().split('\n');
  assert.equal(lines.length, 10_001);
  assert.ok(lines.every((line) => line.length <= 80));
  assert.match(lines.at(-1) ?? '', /^10\.0\.39\.15 +2026-11-23 14:00:00 +60 min ago +guard +12345 +Too/);
  const some = await runOn({ answers }, 'guard', 'blacklist', 'list');
  assert.match(some.err, /100 of 10000 shown/);
});

test('an empty list, a removal, and an entry that is not there', async () => {
  const empty = { 'guard.list': async () => ok({ entries: [], matching: 0 }) };
  assert.equal(
    (await runOn({ answers: empty }, 'guard', 'whitelist', 'list')).out,
    'The whitelist is empty.\n',
  );
  const removed = { 'guard.remove': async () => ok({ entry: entry('192.0.2.7'), confirmWithin: 60 }) };
  const ran = await runOn({ answers: removed }, 'guard', 'whitelist', 'remove', '192.0.2.7', '--yes');
  assert.deepEqual(ran.asked[0]?.request, { list: 'whitelist', network: '192.0.2.7', confirmed: true });
  assert.match(ran.err, /taken back in 60 s unless you type: ringwall guard confirm/);
  assert.equal(ran.out, '192.0.2.7 is no longer on the whitelist.\n');
  const unknown = {
    'guard.remove': async () =>
      err(adminError('GUARD_ENTRY_UNKNOWN', { network: '192.0.2.7', list: 'blacklist' })),
  };
  assert.equal((await runOn({ answers: unknown }, 'guard', 'blacklist', 'remove', '192.0.2.7')).code, 1);
});

test('an export is written in pieces as the file that they make', async () => {
  const pieces = [
    { text: 'network\r\n', next: 'x' },
    { text: '192.0.2.7\r\n', next: null },
  ];
  let asked = 0;
  const answers = { 'guard.export': async () => ok(pieces[asked++] ?? { text: '', next: null }) };
  const ran = await runOn({ answers }, 'guard', 'blacklist', 'export', '--format', 'csv');
  assert.equal(ran.out, 'network\r\n192.0.2.7\r\n');
  assert.deepEqual(ran.asked.at(-1)?.request, { format: 'csv', after: 'x' });
});

test('a long file is sent in pieces of one upload, whole, and the format is that of its name', async () => {
  const text = `network\n${'192.0.2.7 äöü "\n'.repeat(10_000)}`;
  const pieces: { readonly upload: string; readonly piece: string; readonly last: boolean }[] = [];
  const answers = {
    'guard.import': async (request: (typeof pieces)[number]) => {
      pieces.push(request);
      return ok({ added: request.last ? 3 : 0, expired: request.last ? 1 : 0, confirmWithin: null });
    },
  };
  const ran = await runOn({ answers, files: { 'a.CSV': text } }, 'guard', 'blacklist', 'import', 'a.CSV');
  assert.equal(pieces.map(({ piece }) => piece).join(''), text);
  assert.equal(new Set(pieces.map(({ upload }) => upload)).size, 1);
  assert.deepEqual(
    pieces.map(({ last }) => last),
    [false, true],
  );
  assert.equal(ran.out, '3 networks were added to the blacklist.\n');
  assert.match(ran.err, /because they are over: 1/);
  const missing = await runOn({}, 'guard', 'blacklist', 'import', 'nowhere.json');
  assert.equal(missing.code, 1);
  assert.match(missing.err, /nowhere\.json cannot be read: it is not there/);
});
