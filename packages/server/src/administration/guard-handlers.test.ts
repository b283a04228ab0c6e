import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, parseCidr, type Result } from '@ringwall/base';
import { type AdminError, adminError, type ControlHandlers } from '@ringwall/contract';
import { type Binding, type ExtensionNumber, type RunningTrunk, StoreError } from '@ringwall/pbx';
import { ADMISSION_RULES, explainSource } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { guardHandlers } from './guard-handlers.ts';
import { aGuardSide, GUARD_NOW } from './guard-test-support.ts';

const GUESS = { kind: 'wrong-digest', account: '105' } as const;

/** A store whose disk is full while `full`. */
class FillingStore extends MemoryStore {
  full = false;

  override async changeGuardEntries(
    changes: Parameters<MemoryStore['changeGuardEntries']>[0],
  ): Promise<void> {
    if (this.full) throw new StoreError('STORE_FULL', 'The disk is full.');
    return super.changeGuardEntries(changes);
  }
}

function binding(address: string): Binding {
  return {
    extension: '101' as ExtensionNumber,
    flow: { transport: 'tls', remote: { address, port: 40_000 } },
  } as unknown as Binding;
}

function trunk(name: string, network: string, address: string): RunningTrunk {
  const read = parseCidr(network);
  assert.ok(read.ok);
  return {
    trunk: { name, enabled: true, networks: [read.value] },
    link: { addresses: [address], flow: undefined },
  } as unknown as RunningTrunk;
}

/** The handlers of a program that runs, with a phone at 198.51.100.7, or of a stopped one on the same store. */
function office() {
  const running = aGuardSide(new FillingStore());
  const { store, clock, side } = running;
  const bindings = [binding('198.51.100.7')];
  const trunks = [trunk('main', '100.64.2.32/28', '100.64.1.80')];
  const parts = {
    store,
    clock,
    notRunning: err(adminError('NOT_RUNNING', { directory: '/data' })),
    ownAddresses: () => ['127.0.0.1', 'fe80::1%eth0'],
    canaries: () => ['999'],
  };
  return {
    ...running,
    store: store as FillingStore,
    ask: guardHandlers({
      ...parts,
      running: { guard: side, bindings: () => bindings, trunks: () => trunks },
    }),
    offline: () => guardHandlers({ ...parts, running: undefined }),
  };
}

function value<Value>(result: Result<Value, AdminError>): Value {
  assert.ok(result.ok, result.ok ? '' : result.error.text);
  return result.value;
}

function refusal(result: Result<unknown, AdminError>): string {
  return result.ok ? 'ok' : `${result.error.code} ${result.error.text}`;
}

type Ask = Pick<ControlHandlers, 'guard.list' | 'guard.import'>;

async function networks(ask: Ask, list: 'blacklist' | 'whitelist' = 'blacklist', more = {}) {
  return value(await ask['guard.list']({ list, limit: 500, ...more })).entries.map(({ network }) => network);
}

test('a network is blacklisted, listed, stored at once, and removed again', async () => {
  const { ask, store } = office();
  const added = value(
    await ask['guard.add']({
      list: 'blacklist',
      network: '203.0.113.0/24',
      description: 'Scanners',
      by: 'Anna',
      seconds: 600,
    }),
  );
  const { entry } = added;
  assert.deepEqual(
    [entry.network, entry.origin, entry.addedBy, entry.expiresAt, added.replaced],
    ['203.0.113.0/24', 'manual', 'Anna', GUARD_NOW + 600_000, false],
  );
  assert.equal((await store.guardEntries()).length, 1);
  const again = await ask['guard.add']({ list: 'blacklist', network: '203.0.113.0/24' });
  assert.equal(value(again).replaced, true);
  assert.deepEqual(await networks(ask), ['203.0.113.0/24']);
  const removed = await ask['guard.remove']({ list: 'blacklist', network: '203.0.113.0/24' });
  assert.equal(value(removed).entry.network, '203.0.113.0/24');
  assert.deepEqual([await networks(ask), await store.guardEntries()], [[], []]);
  assert.match(
    refusal(await ask['guard.remove']({ list: 'blacklist', network: '203.0.113.0/24' })),
    /^GUARD_ENTRY_UNKNOWN 203\.0\.113\.0\/24 is not on the blacklist/,
  );
});

test('host bits are refused with both readings, and what is no network with a sentence', async () => {
  const { ask } = office();
  const both = refusal(await ask['guard.add']({ list: 'blacklist', network: '217.14.138.0/12' }));
  assert.match(both, /217\.0\.0\.0\/12, which is 1,048,576 addresses, or 217\.14\.138\.0\/24/);
  assert.match(refusal(await ask['guard.add']({ list: 'blacklist', network: 'office' })), /^GUARD_NETWORK /);
  const expiring = { list: 'whitelist', network: '192.0.2.7', seconds: 60 } as const;
  assert.match(refusal(await ask['guard.add'](expiring)), /^GUARD_ALLOW_EXPIRES /);
});

test('what would shut out registered phones or this machine is refused, named, and done if it is meant', async () => {
  const { ask, store } = office();
  const phones = { list: 'blacklist', network: '198.51.100.0/24' } as const;
  assert.match(
    refusal(await ask['guard.add'](phones)),
    /^GUARD_SHUTS_OUT .*198\.51\.100\.7 \(a phone of 101\)\..*--yes/,
  );
  assert.match(
    refusal(await ask['guard.add']({ list: 'blacklist', network: '127.0.0.1' })),
    /127\.0\.0\.1 \(this machine\)/,
  );
  assert.deepEqual(await networks(ask), []);
  const tried = value(await ask['guard.add']({ ...phones, confirmed: true }));
  assert.equal(tried.confirmWithin, 60);
  assert.deepEqual(
    [await networks(ask), await store.guardEntries()],
    [['198.51.100.0/24'], []],
    'a restart reverts it',
  );
  assert.deepEqual(value(await ask['guard.confirm']({})), { kept: 1 });
  assert.equal((await store.guardEntries()).length, 1);
  value(await ask['guard.add']({ ...phones, list: 'whitelist' }));
  assert.deepEqual(await networks(ask), ['198.51.100.0/24']);
});

test('where a trunk is can not be shut out by the way, by its name or by its networks', async () => {
  const { ask } = office();
  for (const [network, named] of [
    ['100.64.1.80', /100\.64\.1\.80 \(the trunk main\)/],
    ['100.64.2.0/24', /100\.64\.2\.32\/28 \(the trunk main\)/],
    ['100.64.2.40', /100\.64\.2\.32\/28 \(the trunk main\)/],
  ] as const) {
    assert.match(refusal(await ask['guard.add']({ list: 'blacklist', network })), named); // eslint-disable-line no-await-in-loop -- one after the other
  }
  value(await ask['guard.add']({ list: 'blacklist', network: '100.64.2.48/28' }));
});

test('what is taken off the whitelist, and is blacklisted then, is on trial; what is not, is gone at once', async () => {
  const { ask, store, side } = office();
  const phone = { list: 'whitelist', network: '198.51.100.7' } as const;
  value(await ask['guard.add'](phone));
  assert.equal(value(await ask['guard.remove'](phone)).confirmWithin, null);
  value(await ask['guard.add'](phone));
  value(await ask['guard.add']({ list: 'blacklist', network: '198.51.100.0/24', confirmed: true }));
  value(await ask['guard.confirm']({}));
  const kept = async () => (await store.guardEntries()).filter(({ action }) => action === 'allow').length;
  assert.match(
    refusal(await ask['guard.remove'](phone)),
    /^GUARD_SHUTS_OUT .*198\.51\.100\.7 \(a phone of 101\)/,
  );
  assert.deepEqual([await networks(ask, 'whitelist'), await kept()], [['198.51.100.7'], 1]);
  const tried = value(await ask['guard.remove']({ ...phone, confirmed: true }));
  assert.equal(tried.confirmWithin, 60);
  assert.deepEqual([await networks(ask, 'whitelist'), await kept()], [[], 1], 'a restart brings it back');
  assert.equal(explainSource(side.guard, '198.51.100.7', side.now()).verdict, 'deny');
  value(await ask['guard.confirm']({}));
  assert.equal(await kept(), 0);
});

test('what is on trial twice is gone when nobody confirms, and was taken back once', async () => {
  const { ask, side, plan, reverted } = office();
  const phones = { list: 'blacklist', network: '198.51.100.0/24', confirmed: true } as const;
  value(await ask['guard.add']({ ...phones, description: 'first' }));
  value(await ask['guard.add']({ ...phones, description: 'second' }));
  for (const run of plan) run();
  assert.deepEqual(await networks(ask), []);
  assert.equal(reverted.length, 1);
  assert.equal(side.probation.isIdle, true);
});

test('whom an entry on trial keeps out anyway is asked for when the whitelist loses him', async () => {
  const { ask, plan } = office();
  const allowed = { list: 'whitelist', network: '198.51.100.0/28' } as const;
  value(await ask['guard.add'](allowed));
  value(await ask['guard.add']({ list: 'blacklist', network: '198.51.100.0/24', confirmed: true }));
  value(await ask['guard.confirm']({}));
  value(await ask['guard.add']({ list: 'blacklist', network: '198.51.100.7', confirmed: true }));
  assert.match(
    refusal(await ask['guard.remove'](allowed)),
    /^GUARD_SHUTS_OUT .*198\.51\.100\.7 \(a phone of 101\)/,
  );
  for (const run of plan) run();
  assert.deepEqual(await networks(ask, 'whitelist'), ['198.51.100.0/28']);
});

test('what the disk refuses is undone, and a refusal means that nothing was changed', async () => {
  const { ask, store } = office();
  value(await ask['guard.add']({ list: 'blacklist', network: '203.0.113.7', description: 'before' }));
  store.full = true;
  for (const network of ['203.0.113.7', '203.0.113.8']) {
    const refused = await ask['guard.add']({ list: 'blacklist', network, description: 'after' });
    assert.match(refusal(refused), /^STORE_FULL /);
  }
  assert.match(
    refusal(await ask['guard.remove']({ list: 'blacklist', network: '203.0.113.7' })),
    /STORE_FULL/,
  );
  const { entries } = value(await ask['guard.list']({ list: 'blacklist', limit: 9 }));
  assert.deepEqual(
    entries.map(({ network, description }) => [network, description]),
    [['203.0.113.7', 'before']],
  );
});

test('a ban is explained, found among the events of its address, and ended', async () => {
  const { ask, see, keeper, store } = office();
  see('192.0.2.7', GUESS, 10);
  await keeper.settle();
  const why = value(await ask['guard.why']({ address: '192.0.2.7' }));
  assert.equal(why.verdict, 'deny');
  assert.match(why.because[0]?.text ?? '', /on the blacklist, added by guard.*A wrong password for "105"/);
  const { events } = value(await ask['guard.events']({ limit: 9, address: '192.0.2.7' }));
  assert.deepEqual(
    events.map(({ kind, rule }) => [kind, rule]),
    [['ban', 'failed-authentication']],
  );
  assert.deepEqual(value(await ask['guard.events']({ limit: 9, address: '192.0.2.8' })).events, []);
  value(await ask['guard.add']({ list: 'blacklist', network: '192.0.2.0/24' }));
  const freed = value(await ask['guard.unban']({ address: '192.0.2.7' }));
  assert.deepEqual(freed.released, ['192.0.2.7']);
  assert.equal(freed.stillBlockedBy?.network, '192.0.2.0/24');
  assert.equal((await store.guardEntries()).length, 1);
  assert.match(refusal(await ask['guard.unban']({ address: 'x' })), /^GUARD_ADDRESS "?x/);
});

test('events come in pages, newest first, and say whether there are older ones', async () => {
  const { ask, see, keeper } = office();
  for (const last of [1, 2, 3]) see(`192.0.2.${last}`, GUESS, 10);
  await keeper.settle();
  const first = value(await ask['guard.events']({ limit: 2 }));
  assert.deepEqual(
    [first.events.map(({ source }) => source), first.more],
    [['192.0.2.3', '192.0.2.2'], true],
  );
  const before = first.events.at(-1)?.id ?? 0;
  const second = value(await ask['guard.events']({ limit: 2, before }));
  assert.deepEqual([second.events.map(({ source }) => source), second.more], [['192.0.2.1'], false]);
});

test('the status says what is in force, in words', async () => {
  const { ask, see } = office();
  see('192.0.2.7', GUESS, 200);
  const status = value(await ask['guard.status']({}));
  const words = status.policy.join(' ');
  for (const part of [
    /blacklisted for one day/,
    /25 wrong passwords within one day, or 10 within 10 minutes/,
    /999/,
  ])
    assert.match(words, part);
  assert.deepEqual(status.lists, { blacklisted: 1, whitelisted: 0, limit: 20_000 });
  assert.deepEqual(
    status.alarms.map(({ alarm }) => alarm),
    ['guessing'],
  );
  assert.equal(status.admitted.length, ADMISSION_RULES.length);
  const dropped = { banned: 7, metered: 5, budget: 3 };
  assert.deepEqual(status.kernel, { by: 'kernel', text: 'It drops them.', dropped });
});

test('entries are searched by text and by address, sorted, and paged', async () => {
  const { ask } = office();
  for (const [network, description] of [
    ['203.0.113.9', 'b'],
    ['203.0.113.0/24', 'Scanners'],
    ['2001:db8::/32', 'c'],
    ['192.0.2.10', 'd'],
  ] as const)
    value(await ask['guard.add']({ list: 'blacklist', network, description }));
  assert.deepEqual(await networks(ask), ['192.0.2.10', '203.0.113.0/24', '203.0.113.9', '2001:db8::/32']);
  assert.deepEqual(await networks(ask, 'blacklist', { search: 'SCAN' }), ['203.0.113.0/24']);
  assert.deepEqual(await networks(ask, 'blacklist', { search: '203.0.113.9' }), [
    '203.0.113.0/24',
    '203.0.113.9',
  ]);
  const page = value(await ask['guard.list']({ list: 'blacklist', limit: 1, skip: 1, sort: 'hits' }));
  assert.deepEqual([page.entries.length, page.matching], [1, 4]);
});

/** Puts the pieces of an export together. */
async function exported(ask: Pick<ControlHandlers, 'guard.export'>, format: 'json' | 'csv'): Promise<string> {
  let [text, after]: [string, string | null] = ['', null];
  do {
    const request: Parameters<(typeof ask)['guard.export']>[0] =
      after === null ? { format } : { format, after };
    const piece = value(await ask['guard.export'](request)); // eslint-disable-line no-await-in-loop
    text += piece.text;
    after = piece.next;
  } while (after !== null);
  return text;
}

function upload(ask: Ask, file: string, format: 'json' | 'csv', confirmed = false) {
  const size = 50_000;
  const pieces = Array.from({ length: Math.max(1, Math.ceil(file.length / size)) }, (_, i) =>
    file.slice(i * size, (i + 1) * size),
  );
  return pieces.reduce<ReturnType<Ask['guard.import']>>(
    async (before, piece, index) => {
      await before;
      const last = index === pieces.length - 1;
      return ask['guard.import']({ upload: 'upload-1', format, piece, last, confirmed });
    },
    Promise.resolve({ ok: true, value: { added: 0, expired: 0, confirmWithin: null } }),
  );
}

test('ten thousand entries go out in pieces and come in again, in either format, all or none', async () => {
  for (const format of ['json', 'csv'] as const) {
    const [from, to] = [office(), office()];
    const lines = Array.from({ length: 10_000 }, (_, i) => `11.${i >> 8}.${i & 255}.0/24`);
    const file = `network\n${lines.join('\n')}\n`;
    assert.deepEqual(value(await upload(from.ask, file, 'csv', true)), {
      added: 10_000,
      expired: 0,
      confirmWithin: null,
    });
    const text = await exported(from.ask, format);
    assert.deepEqual(value(await upload(to.ask, text, format, true)), {
      added: 10_000,
      expired: 0,
      confirmWithin: null,
    });
    assert.equal((await to.store.guardEntries()).length, 10_000);
    assert.equal(await exported(to.ask, format), text);
    const wrong = `${file}10.0.0.1/24\n`;
    assert.match(refusal(await upload(office().ask, wrong, 'csv')), /^GUARD_FILE Line 10002: .*two ways/);
  }
});

test('an empty blacklist is a file too', async () => {
  const { ask } = office();
  assert.deepEqual(JSON.parse(await exported(ask, 'json')), []);
  assert.match(await exported(ask, 'csv'), /^network,action,[^\n]*\r\n$/);
  assert.deepEqual(value(await upload(ask, '[]', 'json')), { added: 0, expired: 0, confirmWithin: null });
});

test('an import leaves out what is over, and refuses whitelisting and shutting out phones as a whole', async () => {
  const { ask } = office();
  const file = (lines: string) => `network,action,expires at\n${lines}`;
  const over = file('203.0.113.7,block,2001-01-01T00:00:00Z\n203.0.113.8,block,\n');
  assert.deepEqual(value(await upload(ask, over, 'csv')), { added: 1, expired: 1, confirmWithin: null });
  const allowing = file('203.0.113.9,block,\n203.0.113.10,allow,\n');
  assert.match(refusal(await upload(ask, allowing, 'csv')), /203\.0\.113\.10 is to be allowed/);
  const phones = file('203.0.113.9,block,\n198.51.100.0/24,block,\n');
  assert.match(refusal(await upload(ask, phones, 'csv')), /^GUARD_SHUTS_OUT /);
  assert.deepEqual(await networks(ask), ['203.0.113.8']);
});

test('a file that another one interrupts is forgotten', async () => {
  const { ask } = office();
  const piece = { format: 'csv', last: false } as const;
  value(await ask['guard.import']({ ...piece, upload: 'upload-1', piece: 'network\n203.0.113.7\n' }));
  const other = await ask['guard.import']({
    ...piece,
    upload: 'upload-2',
    piece: 'network\n192.0.2.1\n',
    last: true,
  });
  assert.equal(value(other).added, 1);
  const rest = await ask['guard.import']({
    ...piece,
    upload: 'upload-1',
    piece: '203.0.113.8\n',
    last: true,
  });
  assert.match(refusal(rest), /^GUARD_FILE /);
});

test('of a stopped program the lists are shown and changed, and what needs it running says so', async () => {
  const { ask, offline, see, keeper } = office();
  value(await ask['guard.add']({ list: 'whitelist', network: '192.0.2.0/28' }));
  see('203.0.113.7', GUESS, 10);
  await keeper.settle();
  const stopped = offline();
  assert.deepEqual(await networks(stopped, 'whitelist'), ['192.0.2.0/28']);
  assert.deepEqual(await networks(stopped), ['203.0.113.7']);
  value(await stopped['guard.unban']({ address: '203.0.113.7' }));
  value(await stopped['guard.add']({ list: 'blacklist', network: '203.0.113.8' }));
  assert.deepEqual(await networks(offline()), ['203.0.113.8']);
  assert.equal(value(await stopped['guard.events']({ limit: 9 })).events.length, 1);
  assert.match(refusal(await stopped['guard.status']({})), /^NOT_RUNNING/);
  assert.match(refusal(await stopped['guard.why']({ address: '192.0.2.1' })), /^NOT_RUNNING/);
});
