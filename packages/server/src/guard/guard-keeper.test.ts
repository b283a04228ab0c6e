import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { type MonotonicMs, networkText, type WallMs } from '@ringwall/base';
import { type GuardEntryChange, type SecurityEvent, StoreError } from '@ringwall/pbx';
import { type GuardEffect, type ListEntry, parseListNetwork } from '@ringwall/policy';
import type { Logger } from 'pino';
import { GuardFigureCounts } from './guard-figures.ts';
import { GuardKeeper } from './guard-keeper.ts';

const NOW = 1_900_000_000_000 as WallMs;

function entry(network: string, changes: Partial<ListEntry> = {}): ListEntry {
  const read = parseListNetwork(network);
  assert.ok(read.ok);
  return {
    network: read.value,
    action: 'block',
    description: '',
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: NOW,
    expiresAt: (NOW + 60_000) as WallMs,
    times: 1,
    evidence: [],
    ...changes,
  };
}

const save = (network: string, changes: Partial<ListEntry> = {}): GuardEffect => ({
  do: 'save-entry',
  entry: entry(network, changes),
});
const forget = (network: string): GuardEffect => ({ do: 'forget-entry', ...entry(network) });
const throttle = (source: string): GuardEffect => ({
  do: 'report-throttle',
  source,
  scope: 'udp',
  rule: 'barrier-amber',
  forMs: 5_000,
});
const alarm = (isOn: boolean): GuardEffect => ({
  do: 'alarm',
  alarm: 'guessing',
  isOn,
  text: isOn ? 'Guessing' : 'No more',
});

function changeText(change: GuardEntryChange): string {
  return change.do === 'save-entry'
    ? `+${networkText(change.entry.network)}`
    : `-${networkText(change.network)}`;
}

/** A keeper among parts that write down what they are given, with a store that fails while `full`. */
function desk() {
  const saved: string[] = [];
  const events: SecurityEvent[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const planned: { readonly ms: number; readonly run: () => void }[] = [];
  const state = { full: false, now: 0, wall: NOW as number, mistakes: 0 };
  const written = async (act: () => void): Promise<void> => {
    await turn();
    if (state.full) throw new StoreError('STORE_FULL', 'The disk is full.');
    act();
  };
  const log = (_: unknown, text: string): void => void logged.push(text);
  const figures = new GuardFigureCounts();
  const keeper = new GuardKeeper({
    store: {
      changeGuardEntries: (changes) => written(() => void saved.push(changes.map(changeText).join(' '))),
      addSecurityEvents: (more) => written(() => void events.push(...more)),
    },
    clock: { monotonic: () => state.now as MonotonicMs, wall: () => state.wall as WallMs },
    figures,
    log: { info: log, warn: log, error: log } as unknown as Logger,
    later: (ms, run) => void planned.push({ ms, run }),
    onMistake: () => state.mistakes++,
  });
  keeper.connect({
    onBan: ({ network }) => told.push(`ban ${networkText(network)}`),
    onAllow: ({ network }) => told.push(`allow ${networkText(network)}`),
    onForget: (network, action) => told.push(`forget ${action} ${networkText(network)}`),
    onDropUdp: (source, forMs) => told.push(`drop ${source} ${forMs}`),
  });
  return {
    keeper,
    figures,
    saved,
    events,
    told,
    logged,
    planned,
    state,
    runPlanned: async () => {
      for (const { run } of planned.splice(0)) run();
      for (let i = 0; i < 5; i++) await turn(); // eslint-disable-line no-await-in-loop
    },
  };
}

test('bans are told at once and saved together within a second, the last state of each network', async () => {
  const { keeper, told, saved, planned, runPlanned } = desk();
  keeper.perform([save('192.0.2.7'), save('192.0.2.8'), forget('192.0.2.7')]);
  assert.deepEqual(told, ['ban 192.0.2.7', 'ban 192.0.2.8', 'forget block 192.0.2.7']);
  assert.deepEqual([saved, planned.map(({ ms }) => ms < 1_000)], [[], [true]]);
  await runPlanned();
  assert.deepEqual(saved, ['+192.0.2.8 -192.0.2.7']);
});

test('what an administrator wants is on disk before the answer, together with what waited', async () => {
  const { keeper, told, saved, logged } = desk();
  keeper.perform([save('192.0.2.7'), save('192.0.2.8')]);
  const done = keeper.performSaved([forget('192.0.2.7'), save('203.0.113.0/24', { action: 'allow' })]);
  assert.deepEqual(told, ['ban 192.0.2.7', 'ban 192.0.2.8']);
  assert.ok((await done).ok);
  assert.deepEqual(saved, ['+192.0.2.8 -192.0.2.7 +203.0.113.0/24']);
  assert.deepEqual(logged, [
    'An administrator changed the lists: 192.0.2.7 is no longer on the blacklist, and 1 more',
  ]);
  assert.deepEqual(told.slice(2), ['forget block 192.0.2.7', 'allow 203.0.113.0/24']);
});

test('what cannot be saved for an administrator is refused, told nobody, and never saved later', async () => {
  const { keeper, told, saved, state, runPlanned } = desk();
  keeper.perform([save('192.0.2.7')]);
  state.full = true;
  const refused = await keeper.performSaved([forget('192.0.2.7'), save('192.0.2.9')]);
  assert.equal(refused.ok ? 'ok' : refused.error.code, 'STORE_FULL');
  assert.deepEqual(told, ['ban 192.0.2.7']);
  state.full = false;
  await runPlanned();
  assert.deepEqual(saved, ['+192.0.2.7']);
});

test('a full disk is tried again after a while, without undoing what came later', async () => {
  const { keeper, saved, logged, state, planned, runPlanned } = desk();
  state.full = true;
  keeper.perform([save('192.0.2.7'), save('192.0.2.8')]);
  await runPlanned();
  assert.match(logged.join(), /wait to be saved: The disk is full/);
  assert.ok(planned.some(({ ms }) => ms >= 5_000));
  keeper.perform([forget('192.0.2.7')]);
  state.full = false;
  await runPlanned();
  assert.deepEqual(saved, ['+192.0.2.8 -192.0.2.7']);
});

test('a ban and an alarm are kept as events and logged, with what was seen', async () => {
  const { keeper, events, logged, runPlanned } = desk();
  const evidence = [{ at: NOW, rule: 'wrong-digest', seen: 'A wrong password for "105"' }];
  keeper.perform([
    { do: 'report-ban', rule: 'failed-authentication', entry: entry('192.0.2.7', { times: 2, evidence }) },
    { do: 'tell-owner', source: '192.0.2.7', rule: 'failed-authentication', text: 'Phones go on' },
    { do: 'drop-udp', source: '192.0.2.9', rule: 'barrier-red', forMs: 60_000 },
  ]);
  await runPlanned();
  assert.deepEqual(
    events.map(({ kind, source, isForgeable }) => [kind, source, isForgeable]),
    [
      ['ban', '192.0.2.7', false],
      ['owner-told', '192.0.2.7', false],
      ['udp-drop', '192.0.2.9', true],
    ],
  );
  assert.match(logged[0] ?? '', /blacklisted until 2030-.*, ban 2 in a row: too many wrong passwords/);
  assert.match(logged[0] ?? '', /Last seen: A wrong password for "105"/);
});

test('who forges addresses fills neither the disk nor the log, and everything is counted', async () => {
  const { keeper, figures, events, told, state, runPlanned } = desk();
  for (let i = 0; i < 5_000; i++) keeper.perform([throttle(`192.0.2.${i % 256}`)]);
  keeper.perform([{ do: 'drop-udp', source: '192.0.2.9', rule: 'barrier-red', forMs: 60_000 }]);
  assert.deepEqual(told, ['drop 192.0.2.9 60000']);
  state.now = 1_000;
  keeper.perform([throttle('192.0.2.1')]);
  await runPlanned();
  assert.equal(events.length, 51);
  const { throttles, lost } = figures.read();
  assert.deepEqual([throttles.get('barrier-amber'), lost.unwritten], [5_001, 4_951]);
});

test('the guessing alarm stands until it is over, the others for a day', () => {
  const { keeper, state } = desk();
  keeper.perform([alarm(true), { do: 'alarm', alarm: 'canary', isOn: true, text: 'Canary' }]);
  const standing = () => keeper.alarms().map(({ alarm: name }) => name);
  assert.deepEqual(standing(), ['guessing', 'canary']);
  state.wall += 86_400_001;
  assert.deepEqual(standing(), ['guessing']);
  keeper.perform([alarm(false)]);
  assert.deepEqual(standing(), []);
});

test('of events that cannot be saved ten thousand wait; beyond, the oldest are given up and counted', async () => {
  const { keeper, figures, events, state, runPlanned } = desk();
  state.full = true;
  for (let i = 0; i < 10_002; i++) {
    keeper.perform([{ do: 'tell-owner', source: '192.0.2.7', rule: 'canary', text: `event ${i}` }]);
  }
  await runPlanned();
  assert.equal(figures.read().lost.events, 2);
  state.full = false;
  assert.equal(await keeper.settle(), 0);
  assert.deepEqual([events.length, events[0]?.text, events.at(-1)?.text], [10_000, 'event 2', 'event 10001']);
});

test('settling says how much is left', async () => {
  const { keeper, state } = desk();
  state.full = true;
  keeper.perform([save('192.0.2.7'), alarm(true)]);
  assert.equal(await keeper.settle(), 2);
});

test('a hook that fails by a mistake of ours takes no other effect with it', () => {
  const { keeper, told, state } = desk();
  keeper.connect({
    onBan: () => {
      throw new Error('of no use');
    },
    onAllow: () => {},
    onForget: () => {},
    onDropUdp: () => {},
  });
  keeper.perform([save('192.0.2.7'), forget('192.0.2.7')]);
  assert.deepEqual([told, state.mistakes], [['ban 192.0.2.7', 'forget block 192.0.2.7'], 1]);
});

test('entries that were there before are announced, and not saved again', async () => {
  const { keeper, told, saved, planned } = desk();
  keeper.announce([entry('192.0.2.7'), entry('192.0.2.0/24', { action: 'allow' })]);
  assert.deepEqual(told, ['ban 192.0.2.7', 'allow 192.0.2.0/24']);
  assert.deepEqual([saved, planned], [[], []]);
});

test('a change that nobody confirmed, and was taken back, is a security event', async () => {
  const { keeper, events, logged, runPlanned } = desk();
  keeper.reverted('a change that shuts out 192.0.2.7 (a phone of 101)');
  await runPlanned();
  const text = 'Nobody confirmed a change that shuts out 192.0.2.7 (a phone of 101): it was taken back';
  assert.deepEqual(
    events.map((event) => [event.kind, event.rule, event.text, event.isForgeable]),
    [['owner-told', 'unconfirmed', text, false]],
  );
  assert.deepEqual(logged, [text]);
});
