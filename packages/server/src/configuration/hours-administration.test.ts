import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok, type WallMs } from '@ringwall/base';
import { defaultSettings, type InboundDocument, type SettingView } from '@ringwall/contract';
import { DEFAULT_CALLING_RIGHTS, type StoredExtension } from '@ringwall/pbx';
import { hoursFor } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { buildDialling } from './build-dialling.ts';
import { buildInbound } from './build-inbound.ts';
import { HoursAdministration } from './hours-administration.ts';
import { InboundAdministration } from './inbound-administration.ts';

const { values } = defaultSettings();
const RULE: InboundDocument = {
  trunks: [],
  called: ['123'],
  callers: [],
  hoursOf: 'sales',
  open: { to: 'hang-up' },
  closed: null,
  holiday: null,
};

/** Friday 2027-01-15, 08:00 in London. */
const NOW = 1_800_000_000_000 as WallMs;

function office(groups: Readonly<Record<string, readonly string[]>> = {}) {
  const memory = new MemoryStore();
  const house = { ...values.hours, week: ['mon-fri 09:00-17:00'], timeZone: 'Europe/London' };
  const inEffect = { ...values, hours: house };
  const told: (readonly [string, string | undefined])[] = [];
  let source: SettingView['source'] = 'default';
  const store = {
    items: () => memory.items(),
    changeItems: (changes: Parameters<MemoryStore['changeItems']>[0]) => memory.changeItems(changes),
    extensions: async () =>
      Object.entries(groups).map(
        ([number, of]) => ({ number, calling: { ...DEFAULT_CALLING_RIGHTS, groups: of } }) as StoredExtension,
      ),
  };
  const settings = {
    inEffect,
    show: (key: string) => ok({ key, source } as SettingView),
    set: async (key: string, text: string) => {
      told.push([key, text]);
      return ok({} as SettingView);
    },
    unset: async (key: string) => {
      told.push([key, undefined]);
      return ok({} as SettingView);
    },
  };
  const parts = { store, onChanged: () => {} };
  const hours = new HoursAdministration({ ...parts, settings, clock: { wall: () => NOW } });
  const inbound = new InboundAdministration(parts);
  const dialling = async () => buildDialling(inEffect, [], new Map(), undefined, await memory.items());
  const comeFrom = (next: SettingView['source']) => void (source = next);
  return { memory, hours, inbound, dialling, told, comeFrom };
}

async function refusal(asked: Promise<{ readonly ok: boolean; readonly error?: { readonly code: string } }>) {
  const answer = await asked;
  return answer.ok ? '' : (answer.error?.code ?? '');
}

test('a group keeps what it says itself, and has the rest from the house', async () => {
  const { hours, dialling } = office({ '101': ['night', 'sales'], '102': ['sales'], '103': [] });
  const set = await hours.set('sales', { week: ['fri 08:00-09:00'] });
  assert.ok(set.ok);
  const { own, state, extensions, hours: all } = set.value;
  assert.deepEqual([own?.week, own?.holidays, state, extensions], [['fri 08:00-09:00'], null, 'open', 2]);
  assert.equal(all.timeZone, 'Europe/London');
  const house = await hours.show(null);
  assert.deepEqual(house.ok && [house.value.state, house.value.extensions], ['closed', 1]);
  const built = (await dialling()).dialling;
  assert.deepEqual(hoursFor(['night', 'sales'], built)?.weekdays[5], [{ from: 480, to: 540 }]);
  assert.deepEqual(hoursFor(['night'], built)?.weekdays[5], [{ from: 540, to: 1_020 }]);
});

test('a change keeps what is not named, null leaves it to the house again, and a group may be always open', async () => {
  const { hours, dialling } = office();
  await hours.set('sales', { week: [], forced: 'closed' });
  const forced = await hours.set('sales', { holidays: ['12-25'] });
  assert.deepEqual(forced.ok && [forced.value.state, forced.value.own?.week], ['forced-closed', []]);
  await hours.set('sales', { forced: null, holidays: null });
  const { groupHours } = (await dialling()).dialling;
  assert.deepEqual([groupHours.has('sales'), groupHours.get('sales')], [true, undefined], 'never closed');
  const listed = await hours.list();
  assert.deepEqual(listed.ok && listed.value.map(({ group }) => group), [null, 'sales']);
});

test('the hours of the house are settings: each is set or taken back, and what a file has is told before', async () => {
  const { hours, told, comeFrom } = office();
  assert.equal(
    await refusal(hours.set(null, { week: ['mon 08:00-12:00', 'tue 08:00-12:00'], forced: null })),
    '',
  );
  assert.deepEqual(told, [
    ['hours.week', 'mon 08:00-12:00,tue 08:00-12:00'],
    ['hours.forced', undefined],
  ]);
  comeFrom('file');
  assert.equal(await refusal(hours.set(null, { forced: 'closed' })), 'SETTING_OVERRIDDEN');
  assert.equal(told.length, 2);
});

test('a rule goes by the hours of a group that keeps some, which then cannot lose them', async () => {
  const { hours, inbound, memory } = office();
  assert.equal(await refusal(inbound.save('desk', RULE, true, undefined)), 'INBOUND_HOURS');
  await hours.set('sales', { forced: 'open' });
  assert.equal(await refusal(inbound.save('desk', RULE, true, undefined)), '');
  const { index } = buildInbound(await memory.items(), []);
  assert.equal(index.byCalled.get('123')?.[0]?.rule.hoursOf, 'sales');
  assert.equal(await refusal(hours.remove('sales')), 'HOURS_IN_USE');
  const { hoursOf: _, ...byTheHouse } = RULE;
  assert.equal(await refusal(inbound.save('desk', byTheHouse, false, undefined)), '');
  assert.equal(await refusal(hours.remove('sales')), '');
  assert.equal(await refusal(hours.remove('sales')), 'HOURS_UNKNOWN');
});

test('hours that cannot be read are named, those of the house hold, and they can be set or removed', async () => {
  const { hours, memory, dialling } = office();
  const item = { kind: 'hours' as const, name: 'sales', json: '{"week":["x"]}', sealed: undefined };
  await memory.changeItems([{ do: 'save-item', ...item }]);
  const { dialling: built, warnings } = await dialling();
  assert.equal(built.groupHours.size, 0);
  assert.match(warnings[0]?.text ?? '', /hours of the house hold for them: sales\./);
  assert.equal(await refusal(hours.set('sales', { forced: 'open' })), '');
  assert.deepEqual((await dialling()).warnings, []);
});
