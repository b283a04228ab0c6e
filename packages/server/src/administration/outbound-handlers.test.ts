import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Result } from '@ringwall/base';
import { type AdminError, newOutboundRuleDocument, newTrunkDocument } from '@ringwall/contract';
import { matchRule, rateFor } from '@ringwall/policy';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { readConfiguration } from '../program/configuration.ts';
import { openData } from '../program/open-data.ts';
import { handlers } from './handlers.ts';

const CALLER = { extension: '101', groups: [] };
const ROUTE = { trunk: 'acme', strip: 0, prepend: '', append: '', callerId: '' };
const RULE = { ...newOutboundRuleDocument(), prefixes: ['0'], routes: [ROUTE] };

async function office(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'ringwall-'));
  const clock = new SystemClock();
  const opened = await openData({
    place: { config: undefined, cwd: directory, env: { RINGWALL_STORAGE_DIRECTORY: directory } },
    clock,
    random: new SystemRandom(),
    make: true,
    onChanged: () => {},
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.error[0]?.text);
  const data = opened.value;
  t.after(async () => {
    await data.store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const ask = handlers({ data, clock, version: '1.2.3', running: undefined });
  const built = async () => {
    const read = await readConfiguration(data, []);
    assert.ok(read.ok, read.ok ? '' : read.error.text);
    return read.value;
  };
  const trunk = newTrunkDocument('sip.provider.example', 'address');
  assert.ok((await ask['trunk.save']({ name: 'acme', trunk, mustBeNew: true })).ok);
  return { ask, built };
}

function code(result: Result<unknown, AdminError>): string {
  return result.ok ? 'ok' : result.error.code;
}

test('a rule that an administrator adds is in the snapshot that calls are made by, and gone when it is removed', async (t) => {
  const { ask, built } = await office(t);
  assert.equal(code(await ask['outbound.save']({ name: 'national', rule: RULE, mustBeNew: true })), 'ok');
  const first = await built();
  const { rules } = first.snapshot.dialling.policy;
  assert.deepEqual(matchRule(rules, '02079460958', CALLER)?.routes, [
    { to: 'trunk', trunkId: 'acme', stripDigits: 0, prepend: '', append: '', callerId: undefined },
  ]);
  assert.equal(matchRule(rules, '2079460958', CALLER), undefined);
  assert.deepEqual(
    first.warnings.map((warning) => warning.code),
    ['COUNTRY_MISSING'],
  );

  assert.equal(code(await ask['setting.set']({ name: 'numbering.country', value: 'GB' })), 'ok');
  const second = await built();
  assert.deepEqual(second.warnings, []);
  assert.equal(second.snapshot.dialling.policy.home.internationalPrefix, '00');

  assert.equal(code(await ask['trunk.remove']({ name: 'acme' })), 'TRUNK_IN_USE');
  assert.equal(code(await ask['outbound.remove']({ name: 'national' })), 'ok');
  assert.equal(matchRule((await built()).snapshot.dialling.policy.rules, '02079460958', CALLER), undefined);
  assert.equal(code(await ask['trunk.remove']({ name: 'acme' })), 'ok');
});

test('an extension cannot take a number that people call for help, also behind an outside prefix', async (t) => {
  const { ask, built } = await office(t);
  await ask['setting.set']({ name: 'numbering.country', value: 'ZA' });
  await ask['setting.set']({ name: 'numbering.outsidePrefixes', value: '9' });
  for (const number of ['10111', '910111', '9112']) {
    assert.equal(code(await ask['extension.add']({ number })), 'NUMBER_FOR_HELP', number);
  }
  assert.equal(code(await ask['extension.add']({ number: '101' })), 'ok');
  await ask['setting.set']({ name: 'numbering.country', value: 'IN' });
  assert.deepEqual(
    (await built()).warnings.map((warning) => warning.code),
    ['EXTENSION_FOR_HELP'],
    '101 is the fire brigade there',
  );
});

test('what an extension may do outside comes out in the snapshot', async (t) => {
  const { ask, built } = await office(t);
  await ask['extension.add']({ number: '101' });
  const calling = { isInternalOnly: true, callerId: '+442079460101', groups: ['sales'] };
  assert.equal(code(await ask['extension.set']({ number: '101', calling })), 'ok');
  const [extension] = [...(await built()).snapshot.extensions.values()];
  assert.deepEqual(extension?.calling, {
    ...calling,
    mayForwardOutside: false,
    mayCallOutOfHours: false,
    isPinProtected: false,
  });
});

test('what calls cost is set, imported and removed, and is in the snapshot that calls are made by', async (t) => {
  const { ask, built } = await office(t);
  const perMinute = async (number: string): Promise<number | undefined> => {
    const { limits } = (await built()).snapshot.dialling;
    assert.ok(limits !== undefined);
    return rateFor(limits.rates, number)?.perMinute;
  };
  const rate = { prefix: '+44', perMinute: 0.02, perCall: 0, name: '' };
  assert.equal(code(await ask['rates.set']({ rate })), 'ok');
  assert.equal(await perMinute('+442079460958'), 0.02);
  const file = (piece: string, last: boolean) => ask['rates.import']({ upload: 'a', piece, last });
  await file('prefix,minute\n447,0.1\n+4', false);
  assert.equal(await perMinute('+447400123456'), 0.02, 'half a file changes nothing');
  const imported = await file('4,0.03\n', true);
  assert.deepEqual(imported.ok && imported.value, { imported: 2, replaced: 1 });
  assert.equal(await perMinute('+447400123456'), 0.1);
  assert.equal(code(await file('prefix,minute\n447,cheap\n', true)), 'RATES_FILE');
  assert.equal(code(await ask['rates.remove']({ prefix: '+447' })), 'ok');
  assert.equal(code(await ask['rates.remove']({ prefix: '+447' })), 'RATE_UNKNOWN');
  const listed = await ask['rates.list']({ limit: 10 });
  assert.deepEqual(listed.ok && listed.value.rates.map(({ prefix }) => prefix), ['+44']);
  assert.equal(await perMinute('+447400123456'), 0.03);
});
