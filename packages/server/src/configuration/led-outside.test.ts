import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InboundDocument } from '@ringwall/contract';
import { askAs } from './asked.ts';
import { InboundAdministration } from './inbound-administration.ts';
import { OFFICE, office, SECRETS } from './text/text-test-support.ts';

const LONDON = OFFICE.replace('strip: 1', 'strip: 0');

function leading(number: string, owner = '101'): InboundDocument {
  return {
    trunks: [],
    called: ['0199'],
    callers: [],
    open: { to: 'extension', number: '101' },
    closed: { to: 'outside', number, owner },
    holiday: null,
  };
}

async function aHouse() {
  const at = office();
  await at.apply(LONDON, SECRETS);
  const inbound = new InboundAdministration({ store: at.commands, onChanged: () => {} });
  const lead = (name: string, rule: InboundDocument, mustBeNew = true) =>
    inbound.save(name, rule, mustBeNew, undefined);
  const maySend = (mayForwardOutside: boolean) =>
    at.extensions.change('101', { calling: { mayForwardOutside } });
  const refusal = async (asked: ReturnType<typeof lead>): Promise<string> => {
    const answer = await asked;
    return answer.ok ? '' : `${answer.error.code} ${answer.error.text}`;
  };
  return { ...at, inbound, lead, maySend, refusal };
}

test('a rule that leads outside is judged as a call of its owner when it is saved, and refused with why', async () => {
  const { lead, maySend, refusal, exported } = await aHouse();
  const before = await exported();
  const refused = await refusal(lead('away', leading('02079460958')));
  assert.match(refused, /^INBOUND_OUTSIDE .*away to 02079460958 as a call of 101 \(.*101 may not lead calls/);
  assert.equal(await exported(), before);
  await maySend(true);
  assert.match(await refusal(lead('away', leading('0033142685300'))), /FR, which is not among/);
  assert.match(await refusal(lead('away', leading('0900', '102'))), /102/);
  assert.match(await refusal(lead('away', leading('999'))), /away to 999/);
  assert.equal(await refusal(lead('away', leading('02079460958'))), '');
});

test('it is judged for all hours: an office that is closed now refuses none', async () => {
  const { lead, maySend, refusal, storedSettings } = await aHouse();
  await maySend(true);
  assert.ok((await storedSettings.set('hours.forced', 'closed')).ok);
  assert.ok((await storedSettings.set('outside.outOfHours', 'nowhere')).ok);
  assert.equal(await refusal(lead('away', leading('02079460958'))), '');
});

test('what was there is not judged again, so that rules can be moved and changed; and --force insists', async () => {
  const { lead, maySend, refusal, inbound } = await aHouse();
  await maySend(true);
  await lead('away', leading('02079460958'));
  await maySend(false);
  assert.ok((await inbound.move({ name: 'away', place: 1 })).ok);
  assert.equal(await refusal(lead('away', { ...leading('02079460958'), called: ['0198'] }, false)), '');
  assert.match(await refusal(lead('away', leading('02079460959'), false)), /^INBOUND_OUTSIDE/);
  const forced = askAs({ words: 'inbound set', force: true }, 'x', () =>
    lead('away', leading('02079460959'), false),
  );
  assert.equal(await refusal(forced), '');
});

test('a file is judged by what it says itself: with the right of the owner it is taken, without it refused unless insisted', async () => {
  const at = await aHouse();
  const rule = `  - { name: away, called: [0199], open: { to: outside, number: 02079460958, owner: 101 } }\n`;
  const file = LONDON.replace('caller-blacklist:', `${rule}caller-blacklist:`);
  const allowed = file.replace('{ name: Anna }', '{ name: Anna, calling: { mayForwardOutside: true } }');
  const plan = await at.planned(file, SECRETS);
  assert.match(plan.remarks.join(), /would be refused: away to 02079460958/);
  const agreed = { expected: await at.store.configurationVersion(), force: false };
  const applied = await at.whole.apply(file, SECRETS, agreed);
  assert.ok(!applied.ok && applied.error.code === 'INBOUND_OUTSIDE');
  assert.doesNotMatch((await at.planned(allowed, SECRETS)).remarks.join(), /refused/);
  await at.apply(allowed, SECRETS);
  // It stays as it is when the right goes: calls are refused then.
  await at.apply(file, SECRETS);
  assert.match(await at.exported(), /02079460958/);
  const other = await aHouse();
  await other.apply(file, SECRETS, true);
  assert.match(await other.exported(), /02079460958/);
});
