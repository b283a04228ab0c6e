import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dialling, NO_DIALLING } from '@ringwall/pbx';
import {
  CallerBlacklist,
  indexRules,
  type InboundDestination,
  type InboundRule,
  type OutboundRule,
} from '@ringwall/policy';
import { testTrunk, type TestExtension, World, type WorldOptions } from '@ringwall/testkit';
import { EXTENSIONS, lastCall } from './office.ts';
import { Provider } from './provider.ts';
import { RawPhone, SDP, sdp } from './raw-phone.ts';

const ACME = testTrunk('acme', { kind: 'address', account: undefined });
const OTHER = testTrunk('other', { host: '198.51.100.201', kind: 'address', account: undefined });
const DID = '+442079460123';
const HOME = '+442079460958';

const to = (number: string): InboundDestination => ({ to: 'extension', number });
const group = (strategy: 'all' | 'hunt'): InboundDestination => ({
  to: 'ring-group',
  extensions: ['101', '102', '103'],
  strategy,
  ringSeconds: 10,
});
const away: InboundDestination = { to: 'outside', number: HOME, owner: '101' };

function rule(open: InboundDestination, changes: Partial<InboundRule> = {}): InboundRule {
  const conditions = { trunks: [], called: ['2079460123'], callers: [] };
  return { name: 'sales', ...conditions, open, closed: undefined, holiday: undefined, ...changes };
}

function site(inbound: readonly InboundRule[], options: Partial<WorldOptions> = {}) {
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [ACME, OTHER], inbound, ...options });
  const provider = new Provider(world);
  const other = new Provider(world, {}, OTHER.host);
  world.perform(world.pbx.startTrunks());
  const phones = ['101', '102', '103'].map((number) => world.registered(number));
  const [anna, bo, cleo] = phones;
  assert.ok(anna !== undefined && bo !== undefined && cleo !== undefined);
  world.runFor(2_000);
  const caller = new RawPhone(world, ACME.host);
  const rung = (): number[] => phones.map(({ calls }) => calls.length);
  return { world, provider, other, caller, anna, bo, cleo, rung };
}

let calls = 0;

function call(caller: RawPhone, called = DID, from = '+15550100'): number {
  return caller.ask('INVITE', {
    uri: `sip:${called}@10.0.0.1`,
    from: `<sip:${from}@198.51.100.200>;tag=p`,
    to: `<sip:${called}@10.0.0.1>`,
    callId: `in-${++calls}`,
    cseq: 1,
    more: [SDP, `Contact: <${caller.contact}>`],
    body: sdp('198.51.100.200', 4_000),
  });
}

/** The newest final status that the provider heard for an INVITE. */
function final({ heard }: RawPhone): number {
  const answers = heard.filter((text) => /^SIP\/2\.0 [2-6]/.test(text) && /^CSeq: \d+ INVITE/im.test(text));
  return Number(answers.at(-1)?.slice(8, 11) ?? 0);
}

test('a number rings the extension of its rule, however the provider writes it', () => {
  for (const called of [DID, '02079460123', '00442079460123', '442079460123']) {
    const { world, caller, bo, rung } = site([rule(to('102'))]);
    assert.equal(call(caller, called), 100, called);
    assert.ok(
      world.runUntil(() => bo.calls.length === 1, 5_000),
      called,
    );
    world.act(bo, () => lastCall(bo).answer());
    world.runFor(1_000);
    assert.deepEqual([final(caller), ...rung()], [200, 0, 1, 0]);
    const [record] = world.pbx.calls();
    assert.equal(record?.dialled, called);
  }
});

test('without a rule that fits, the extension whose number was called rings, and other numbers are nobody', () => {
  const { world, caller, rung } = site([rule(to('102'))]);
  assert.equal(call(caller, '103'), 100);
  world.runFor(1_000);
  assert.deepEqual(rung(), [0, 0, 1]);
  assert.equal(call(caller, '+442079469999'), 404);
});

test('all of a group ring, the first who answers has the call, and one who declines does so for himself', () => {
  const { world, caller, anna, bo, cleo, rung } = site([rule(group('all'))]);
  assert.equal(call(caller), 100);
  assert.ok(world.runUntil(() => rung().every((count) => count === 1), 5_000));
  world.act(anna, () => lastCall(anna).refuse(603));
  world.runFor(1_000);
  assert.deepEqual(
    [bo, cleo].map((phone) => lastCall(phone).state),
    ['incoming', 'incoming'],
  );
  world.act(cleo, () => lastCall(cleo).answer());
  world.runFor(1_000);
  assert.equal(final(caller), 200);
  assert.equal(lastCall(bo).state, 'ended');
});

test('a group that nobody answers is over after its own time', () => {
  const { world, caller, rung } = site([rule(group('all'))]);
  call(caller);
  world.runFor(9_000);
  assert.equal(final(caller), 0);
  world.runFor(3_000);
  assert.deepEqual([final(caller), ...rung()], [480, 1, 1, 1]);
});

test('a hunt goes on when one is busy, when one declines and when one does not answer', () => {
  const { world, caller, anna, bo, cleo, rung } = site([rule(group('hunt'))]);
  call(caller);
  assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
  assert.deepEqual(rung(), [1, 0, 0], 'one after another');
  world.act(anna, () => lastCall(anna).refuse(486));
  assert.ok(world.runUntil(() => bo.calls.length === 1, 5_000));
  world.act(bo, () => lastCall(bo).refuse(603));
  assert.ok(world.runUntil(() => cleo.calls.length === 1, 5_000));
  world.act(cleo, () => lastCall(cleo).answer());
  world.runFor(1_000);
  assert.equal(final(caller), 200);

  call(caller);
  assert.ok(world.runUntil(() => anna.calls.length === 2, 5_000));
  world.runFor(8_000);
  assert.equal(bo.calls.length, 1);
  assert.ok(
    world.runUntil(() => bo.calls.length === 2, 5_000),
    'after ten seconds',
  );
  assert.equal(lastCall(anna).state, 'ended');
});

test('a member who is away is passed over', () => {
  const { world, caller, anna, rung } = site([rule(group('hunt'))]);
  world.say(anna, anna.register(0));
  world.runFor(2_000);
  call(caller);
  world.runFor(2_000);
  assert.deepEqual(rung(), [0, 1, 0]);
});

/** The world's clock stands at 2027-01-15, a Friday, 08:00 in London. */
function london(
  weekdays: Record<number, readonly [number, number]>,
  holidays: readonly string[] = [],
): Dialling {
  const spans = Array.from({ length: 7 }, (_, day) => {
    const span = weekdays[day];
    return span === undefined ? [] : [{ from: span[0], to: span[1] }];
  });
  const hours = {
    timeZone: 'Europe/London',
    weekdays: spans,
    breaks: Array.from({ length: 7 }, () => []),
    holidays: new Set(holidays),
    forced: undefined,
  };
  return { ...NO_DIALLING, hours };
}

test('out of hours, and on a holiday, the call goes where the rule says', () => {
  const rules = [rule(to('101'), { closed: to('102'), holiday: to('103') })];
  const cases = [
    [london({ 5: [7 * 60, 17 * 60] }), [1, 0, 0]],
    [london({ 5: [9 * 60, 17 * 60] }), [0, 1, 0]],
    [london({ 5: [7 * 60, 17 * 60] }, ['2027-01-15']), [0, 0, 1]],
  ] as const;
  for (const [dialling, expected] of cases) {
    const { world, caller, rung } = site(rules, { dialling });
    call(caller);
    world.runFor(1_000);
    assert.deepEqual(rung(), expected);
  }
});

test('a rule of a group goes by its hours, and every other by those of the house', () => {
  const [closed, open] = [london({ 5: [9 * 60, 17 * 60] }), london({ 5: [7 * 60, 17 * 60] })];
  const groupHours = new Map([['early', open.hours]]);
  for (const [hoursOf, expected] of [
    ['early', [1, 0, 0]],
    ['nobody', [0, 1, 0]],
    [undefined, [0, 1, 0]],
  ] as const) {
    const rules = [rule(to('101'), { hoursOf, closed: to('102') })];
    const { world, caller, rung } = site(rules, { dialling: { ...closed, groupHours } });
    call(caller);
    world.runFor(1_000);
    assert.deepEqual(rung(), expected, hoursOf);
  }
});

test('a rule leads to a ring group that has a number, and the number itself may be called from outside', () => {
  const ringGroups = [
    { number: '600', name: 'Desk', members: ['101', '102'], strategy: 'hunt', ringSeconds: 10, next: '103' },
  ] as const;
  for (const called of [DID, '600']) {
    const { world, caller, anna, bo, cleo, rung } = site([rule(to('600'))], { ringGroups });
    assert.equal(call(caller, called), 100);
    assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
    world.act(anna, () => lastCall(anna).refuse(486));
    assert.ok(world.runUntil(() => bo.calls.length === 1, 5_000));
    assert.ok(world.runUntil(() => cleo.calls.length === 1, 12_000));
    world.act(cleo, () => lastCall(cleo).answer());
    world.runFor(1_000);
    assert.deepEqual([final(caller), ...rung()], [200, 1, 1, 1]);
  }
});

test('a rule that hangs up declines with 603, and the record names it', () => {
  const { world, caller, rung } = site([
    rule({ to: 'hang-up' }, { name: 'pest', called: [], callers: ['5550100'] }),
  ]);
  assert.equal(call(caller, '101'), 603);
  assert.match(world.records.at(-1)?.reason ?? '', /The inbound rule pest hangs up/);
  assert.deepEqual(rung(), [0, 0, 0]);
  assert.equal(call(caller, '101', '+15550199'), 100, 'others pass');
});

test('the caller blacklist holds for rules: of the house for all, of a member for him alone', () => {
  const { world, caller, rung } = site([rule(group('all'))]);
  const blacklist = (extension: string | undefined) => {
    const callerBlacklist = new CallerBlacklist([{ pattern: '+15550100', extension }]);
    const { snapshot } = world.pbx;
    world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: snapshot.version + 1, callerBlacklist }));
  };
  blacklist(undefined);
  assert.equal(call(caller), 603);
  const { callerHits, forecasts } = world.pbx;
  assert.equal(
    callerHits.of('+15550100', undefined)?.hits,
    1,
    'once for a call, however many members it keeps',
  );
  const asked = { called: DID, caller: '+15550100', at: world.wall() };
  const forecast = forecasts.inbound(ACME.name, asked);
  assert.ok(forecast !== undefined && !forecast.plan.ok);
  assert.equal(callerHits.of('+15550100', undefined)?.hits, 1, 'what is only tried is no hit');
  blacklist('102');
  assert.equal(callerHits.of('+15550100', undefined), undefined, 'it went with its entry');
  assert.equal(call(caller), 100);
  world.runFor(1_000);
  assert.deepEqual(rung(), [1, 0, 1]);
  const hit = callerHits.of('+15550100', '102');
  assert.equal(hit?.hits, 1, 'a member who is passed over');
  assert.ok(hit !== undefined && hit.lastHitAt <= world.wall() && hit.lastHitAt > world.wall() - 2_000);
});

const OUT: OutboundRule = {
  id: 'out',
  prefixes: [],
  lengths: [],
  extensions: [],
  groups: [],
  routes: [{ to: 'trunk', trunkId: 'other', stripDigits: 0, prepend: '', append: '', callerId: undefined }],
  goesOnAfter: [],
};
const WAY_OUT: Dialling = {
  ...NO_DIALLING,
  policy: {
    ...NO_DIALLING.policy,
    home: { country: 'GB', internationalPrefix: '00', nationalPrefix: '0', areaCode: '20' },
    emergency: { numbers: ['999'], outsidePrefixes: [] },
    rules: indexRules([OUT]),
  },
};

function withForwarding(mayForwardOutside: boolean): TestExtension[] {
  return EXTENSIONS.map((each) => ({
    ...each,
    calling: {
      isInternalOnly: false,
      mayForwardOutside,
      mayCallOutOfHours: false,
      isPinProtected: false,
      callerId: undefined,
      groups: [],
    },
  }));
}

test('a rule leads outside for an extension that may do so, and for no other', () => {
  const refused = site([rule(away)], { dialling: WAY_OUT, extensions: withForwarding(false) });
  assert.equal(call(refused.caller), 403);
  assert.match(
    refused.world.records.at(-1)?.reason ?? '',
    /extension 101 may not lead calls out of the house/,
  );
  assert.deepEqual(refused.other.invitations(), []);
  const allowed = site([rule(away)], { dialling: WAY_OUT, extensions: withForwarding(true) });
  assert.equal(call(allowed.caller), 100);
  allowed.world.runFor(2_000);
  const [invitation] = allowed.other.invitations();
  assert.equal(invitation?.uri.scheme === 'sip' ? invitation.uri.user : '', HOME);
});

test('no number that a provider writes makes a call leave: not those of the outbound rules, not for help', () => {
  const { world, caller, provider, other } = site([rule(to('101'), { called: ['*1'] })], {
    dialling: WAY_OUT,
    extensions: withForwarding(true),
  });
  const written = [HOME, '02079460958', '999', '112', '00', `${HOME};phone-context=1`, '*72', '1', '201'];
  for (const called of written) {
    const status = call(caller, called);
    assert.ok([100, 403, 404, 480, 484, 486, 503].includes(status), `${called}: ${status}`);
    world.runFor(1_000);
  }
  assert.deepEqual([...provider.invitations(), ...other.invitations()], []);
});

test('who shows the number of an extension is somebody outside all the same, and may nothing that it may', () => {
  const { world, caller, anna, provider, other } = site([], {
    dialling: WAY_OUT,
    extensions: withForwarding(true),
  });
  for (const from of ['101', '102', DID]) {
    for (const called of ['02079460958', '902079460958', '999', '*72', '777']) {
      assert.ok(call(caller, called, from) >= 400, `${from} calls ${called}`);
    }
  }
  assert.deepEqual([...provider.invitations(), ...other.invitations()], []);
  assert.equal(call(caller, '101', '102'), 100);
  assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
  world.act(anna, () => lastCall(anna).answer());
  world.runFor(500);
  world.act(anna, () => lastCall(anna).hangUp());
  world.runFor(2_000);
  for (const { legs } of world.records) {
    const [leg] = legs;
    assert.deepEqual([leg?.extension, leg?.outside?.trunk], [undefined, 'acme']);
  }
});

test('a rule to an emergency number is refused when it is called', () => {
  const { caller, other } = site([rule({ ...away, number: '999' })], {
    dialling: WAY_OUT,
    extensions: withForwarding(true),
  });
  assert.equal(call(caller), 403);
  assert.deepEqual(other.invitations(), []);
});

test('what is forecast of a call from outside is what then happens to it', () => {
  const rules = [
    rule(to('103'), { name: 'others', trunks: ['other'] }),
    rule(to('103'), { name: 'lines', called: ['999'] }),
    rule(to('103'), { name: 'known', callers: ['+15550199'] }),
    rule(group('hunt'), { name: 'desk' }),
    rule(to('103'), { name: 'never' }),
  ];
  const { world, caller, rung } = site(rules);
  const at = world.wall();
  const acme = ACME.name;
  const forecast = world.pbx.forecasts.inbound(acme, { called: DID, caller: '+15550100', at });
  assert.deepEqual(
    forecast?.rules.map(({ rule: { name }, misfit }) => [name, misfit]),
    [
      ['others', 'trunk'],
      ['lines', 'called'],
      ['known', 'caller'],
      ['desk', undefined],
    ],
  );
  assert.deepEqual(
    forecast.stages.map(({ rings, seconds }) => [rings[0]?.who, rings[0]?.phones, seconds]),
    [
      ['101', 1, 10],
      ['102', 1, 10],
      ['103', 1, 10],
    ],
  );
  assert.deepEqual(rung(), [0, 0, 0], 'nothing is placed');
  call(caller);
  world.runUntil(() => rung()[0] === 1, 5_000);
  assert.deepEqual(rung(), [1, 0, 0]);
  const nobody = world.pbx.forecasts.inbound(acme, { called: '+15550199', caller: '', at });
  assert.deepEqual([nobody?.destination, nobody?.plan.ok], [undefined, false]);
  assert.equal(call(caller, '+15550199'), 404);
  assert.equal(
    world.pbx.forecasts.inbound('none' as typeof acme, { called: DID, caller: '', at }),
    undefined,
  );
});
