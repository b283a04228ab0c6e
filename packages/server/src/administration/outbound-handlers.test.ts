import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
import type { Result } from '@ringwall/base';
import { type AdminError, newOutboundRuleDocument, newTrunkDocument } from '@ringwall/contract';
import { DEFAULT_LIMITS, levelsOf, matchRule, rateFor } from '@ringwall/policy';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { readConfiguration } from '../program/configuration.ts';
import { openData } from '../program/open-data.ts';
import { handlers, type RunningSide } from './handlers.ts';

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
  return { ask, built, data, clock };
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
    {
      to: 'trunk',
      trunkId: 'acme',
      stripDigits: 0,
      prepend: '',
      append: '',
      callerId: undefined,
      showsOriginal: false,
    },
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

test('limits of a trunk, an extension and a group are set, shown and taken away, and calls are made by them', async (t) => {
  const { ask, built } = await office(t);
  const set = (of: string, ...levels: string[]) => ask['limits.save']({ of, closed: false, levels });
  const levels = async (of: string) => {
    const { limits } = (await built()).snapshot.dialling;
    assert.ok(limits !== undefined);
    return levelsOf(limits, of, 'all');
  };
  assert.equal(code(await set('trunk:acme', 'calls most 5', 'cost-of-day frozen 20')), 'ok');
  assert.equal(code(await set('trunk:acme', 'calls most 7')), 'ok');
  assert.equal((await levels('trunk:acme')).calls.most, 7);
  assert.equal((await levels('trunk:acme'))['cost-of-day'].critical, 20, 'that of another counter stays');
  assert.equal((await levels('trunk:acme'))['same-number'].critical, undefined);
  for (const [of, wrong] of [
    ['trunk:acne', 'TRUNK_UNKNOWN'],
    ['101', 'EXTENSION_UNKNOWN'],
    ['group:sales', 'GROUP_UNKNOWN'],
    ['system', 'EXTENSION_UNKNOWN'],
  ] as const) {
    assert.equal(code(await set(of, 'calls most 5')), wrong);
  }
  assert.ok((await ask['extension.add']({ number: '101' })).ok);
  assert.ok((await ask['extension.set']({ number: '101', calling: { groups: ['sales'] } })).ok);
  assert.equal(code(await set('101', 'calls most 9')), 'ok');
  assert.equal(code(await set('group:sales', 'calls most 3')), 'ok');
  assert.equal((await levels('101')).calls.most, 9);
  assert.equal((await levels('101'))['same-number'].critical, 8, 'all others are the usual ones');
  const listed = await ask['limits.levels']({});
  const rows = listed.ok ? listed.value.levels.filter(({ of }) => of === 'group:sales') : [];
  assert.deepEqual(
    rows.map(({ counter, most }) => [counter, most]),
    [['calls', 3]],
  );
  assert.equal(code(await ask['limits.unset']({ of: 'trunk:acme' })), 'ok');
  assert.equal(code(await ask['limits.unset']({ of: 'trunk:acme' })), 'LIMITS_UNKNOWN');
  assert.equal((await levels('trunk:acme')).calls.most, undefined);
});

test('every limit is a setting, those of before hold, and what makes no sense is refused in words', async (t) => {
  const { ask, built } = await office(t);
  const limits = async () => {
    const made = (await built()).snapshot.dialling.limits;
    assert.ok(made !== undefined);
    return made;
  };
  const { currency, rates, own, ...usual } = await limits();
  const { currency: _, rates: __, own: ___, ...byDefault } = DEFAULT_LIMITS;
  assert.deepEqual(usual, byDefault);
  assert.deepEqual([currency, rates.byPrefix.size, own.size], ['', 0, 0]);
  const set = (name: string, value: string) => ask['setting.set']({ name, value });
  assert.equal(code(await set('outside.callsAtOnce', '5')), 'ok');
  assert.equal(code(await set('limits.extension', 'calls-a-minute told 20 frozen 40, probes off')), 'ok');
  assert.equal(code(await set('limits.systemClosed', 'calls most 4')), 'ok');
  assert.equal(code(await set('limits.newDevices', 'allowed')), 'ok');
  const changed = await limits();
  assert.deepEqual(changed.levels.extension['calls-a-minute'], {
    warning: 20,
    most: undefined,
    critical: 40,
  });
  assert.equal(changed.levels.extension.probes.critical, undefined);
  assert.equal(changed.levels.extension.calls.most, 5);
  assert.equal(changed.closedLevels.system.calls.most, 4);
  assert.equal(changed.newDevicesCallAbroad, true);
  const wrong = await set('limits.extension', 'probes told 9 frozen 3');
  assert.match(wrong.ok ? '' : wrong.error.text, /would tell at 9 what is frozen at 3 already: tell at less/);
  const unknown = await set('limits.system', 'call most 3');
  assert.match(unknown.ok ? '' : unknown.error.text, /names no counter: these are calls, /);
});

test('two commands at once are one after the other: what one looked at is still so when it writes', async (t) => {
  const { ask } = await office(t);
  const rule = ask['outbound.save']({ name: 'national', rule: RULE, mustBeNew: true });
  const trunk = ask['trunk.remove']({ name: 'acme' });
  assert.deepEqual([code(await rule), code(await trunk)], ['ok', 'TRUNK_IN_USE']);
  const names = ['a', 'b', 'c', 'd'];
  const added = names.map((name) => ask['outbound.save']({ name, rule: RULE, mustBeNew: true, place: 1 }));
  assert.deepEqual((await Promise.all(added)).map(code), ['ok', 'ok', 'ok', 'ok']);
  const listed = await ask['outbound.list']({});
  assert.deepEqual(listed.ok && listed.value.rules.map(({ name }) => name), ['d', 'c', 'b', 'a', 'national']);
});

test('the next command waits until the one before is on disk, and not until calls are made by it', async (t) => {
  const { data, clock } = await office(t);
  const configured = Promise.withResolvers<void>();
  const running = { configured: () => configured.promise, trunks: () => [] } as unknown as RunningSide;
  const ask = handlers({ data, clock, version: '1.2.3', running });
  const first = ask['outbound.save']({ name: 'first', rule: RULE, mustBeNew: true });
  const second = ask['outbound.save']({ name: 'second', rule: RULE, mustBeNew: true });
  const kinds = async () => (await data.store.items()).filter(({ kind }) => kind === 'outbound-rule').length;
  while ((await kinds()) < 2) await soon(); // eslint-disable-line no-await-in-loop -- it ends, or the test does
  configured.resolve();
  assert.deepEqual([code(await first), code(await second)], ['ok', 'ok']);
});
