import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import type { Binding, CallRecord, Effect, ExtensionNumber } from '@ringwall/pbx';
import { Performer } from './perform.ts';

const flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.2', port: 5060 },
  connection: 0,
} as const;

const send: Effect = { do: 'send', flow, bytes: new Uint8Array(1) };
const sound: Effect = { do: 'media', command: { do: 'close-leg', leg: 'leg' as never } };
const report: Effect = { do: 'report', event: { kind: 'malformed', flow, code: 'X' } };

function bindingsOf(extension: string, ...contacts: readonly string[]): Effect {
  const bindings = contacts.map((contact) => ({ contact }) as Binding);
  return { do: 'save-bindings', extension: extension as ExtensionNumber, bindings };
}

function record(id: number | string): Effect {
  return { do: 'save-call-record', record: { id: String(id) } as unknown as CallRecord };
}

/** A performer among targets that write down what they are given, with a store that fails while `full`. */
function office() {
  const told: string[] = [];
  const saved: string[] = [];
  const planned: { readonly ms: number; readonly run: () => void }[] = [];
  const state = { full: false, requests: 0 };
  const written = async (text: string): Promise<void> => {
    state.requests++;
    await turn();
    if (state.full) throw new Error('no space');
    saved.push(text);
  };
  const performer = new Performer(
    {
      sockets: { send: () => told.push('send') > 0 },
      media: { perform: () => void told.push('media') },
      store: {
        saveBindings: (changes) =>
          written(
            [...changes].map(([at, own]) => `${at}:${own.map((one) => one.contact).join('+')}`).join(' '),
          ),
        addCallRecords: (records) => written(records.map(({ id }) => id).join(' ')),
      },
      onLimits: () => {},
      pins: { check: ({ leg }) => told.push(`check ${leg}`), save: ({ of }) => told.push(`tries of ${of}`) },
      onGuard: (effect) => told.push(`guard ${effect.do}`),
      onEvent: ({ kind }) => {
        if (kind === 'internal-error') throw new Error('a reporter of no use');
        told.push(kind);
      },
      onBindings: (extension, bindings) => told.push(`${extension} at ${bindings.length}`),
      onSaveFailed: (what) => told.push(`${what} not saved`),
      onRecordsLost: (count) => told.push(`${count} lost`),
      onReachPhone: () => {},
      onReachTrunk: () => undefined,
      onMistake: (error) => told.push(`mistake: ${(error as Error).message}`),
    },
    (ms, run) => planned.push({ ms, run }),
  );
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await turn(); // eslint-disable-line no-await-in-loop
  };
  return {
    performer,
    told,
    saved,
    state,
    settled,
    planned,
    /** Lets the time come of everything that is planned. */
    runPlanned: async () => {
      for (const { run } of planned.splice(0)) run();
      await settled();
    },
  };
}

test('effects are carried out in their order, and none waits for the disk', () => {
  const { performer, told } = office();
  performer.perform([report, bindingsOf('101', 'a'), send, record(1), sound, send]);
  assert.deepEqual(told, ['malformed', '101 at 1', 'send', 'media', 'send']);
});

test('an effect that fails by a mistake of ours takes no other with it', () => {
  const { performer, told } = office();
  performer.perform([{ do: 'report', event: { kind: 'internal-error', text: '', stack: '' } }, send]);
  assert.deepEqual(told, ['mistake: a reporter of no use', 'send']);
});

test('bindings are saved together within a second, the last state of each extension', async () => {
  const { performer, saved, planned, runPlanned, state } = office();
  performer.perform([bindingsOf('101', 'a'), bindingsOf('102', 'b'), bindingsOf('101', 'a', 'c')]);
  assert.equal(planned.length, 1);
  assert.ok((planned[0]?.ms ?? 0) < 1_000);
  await runPlanned();
  assert.deepEqual([saved, state.requests], [['101:a+c 102:b'], 1]);
});

test('bindings that could not be saved are tried again, without undoing what came later', async () => {
  const { performer, saved, told, runPlanned, state } = office();
  state.full = true;
  performer.perform([bindingsOf('101', 'a'), bindingsOf('102', 'b')]);
  await runPlanned();
  assert.ok(told.includes('bindings not saved'));
  performer.perform([bindingsOf('101')]);
  state.full = false;
  await runPlanned();
  assert.deepEqual(saved, ['101: 102:b']);
});

test('call records that could not be saved are kept, tried again after a while, and saved in their order', async () => {
  const { performer, saved, told, planned, runPlanned, settled, state } = office();
  state.full = true;
  performer.perform([record(1)]);
  await settled();
  performer.perform([record(2), record(3)]);
  await runPlanned();
  assert.deepEqual(told, ['call-records not saved']);
  assert.deepEqual([state.requests, planned.length], [1, 1], 'a full disk is not asked for each record');
  state.full = false;
  await runPlanned();
  assert.deepEqual(saved, ['1 2 3']);
});

test('of call records that cannot be saved ten thousand wait; beyond, the oldest are given up, and that is said', async () => {
  const { performer, saved, told, runPlanned, settled, state } = office();
  state.full = true;
  for (let id = 1; id <= 10_002; id++) performer.perform([record(id)]);
  await runPlanned();
  assert.equal(
    told.filter((text) => text.endsWith(' lost')).reduce((sum, text) => sum + Number.parseInt(text, 10), 0),
    2,
  );
  state.full = false;
  for (let i = 0; i < 3; i++) await runPlanned();
  for (let i = 0; i < 30; i++) await settled(); // eslint-disable-line no-await-in-loop
  const ids = saved.join(' ').split(' ');
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [10_000, '3', '10002']);
  assert.ok(saved.every((text) => text.split(' ').length <= 500));
});

test('call records of a moment go to the disk together', async () => {
  const { performer, saved, planned, runPlanned } = office();
  performer.perform([record(1), record(2)]);
  performer.perform([record(3)]);
  assert.deepEqual([saved, planned.map(({ ms }) => ms <= 100)], [[], [true]]);
  await runPlanned();
  assert.deepEqual(saved, ['1 2 3']);
});

test('settling saves what waits, and says how many call records were lost', async () => {
  const { performer, saved, state, settled } = office();
  state.full = true;
  performer.perform([bindingsOf('101', 'a'), record(1), record(2)]);
  await settled();
  assert.equal(await performer.settle(), 2);
  state.full = false;
  assert.equal(await performer.settle(), 0);
  assert.deepEqual(saved, ['101:a', '1 2']);
});
