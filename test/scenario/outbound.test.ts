import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dialling, type ExtensionNumber, OfficeClock, replayAsked, type TrunkName } from '@ringwall/pbx';
import { DEFAULT_LIMITS, type OfficeHours } from '@ringwall/policy';
import { testTrunk, type TestExtension, World, type WorldOptions } from '@ringwall/testkit';
import { assertNothingLeft, EXTENSIONS, lastCall } from './office.ts';
import { london, route, rule, strangerAt } from './outside.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { RawPhone } from './raw-phone.ts';

const ACME = testTrunk('acme', {
  caller: { number: '442079460000', format: 'e164', domain: undefined, asserted: 'p-asserted-identity' },
});
const OTHER = testTrunk('other', { host: '198.51.100.201', account: undefined, kind: 'address' });
const PASSWORD = ACME.account?.password ?? '';
const RIGHTS = {
  isInternalOnly: false,
  mayForwardOutside: false,
  mayCallOutOfHours: false,
  isPinProtected: false,
  callerId: undefined,
  groups: [],
};

interface Site {
  readonly world: World;
  readonly acme: Provider;
  readonly other: Provider;
}

function site(
  dialling: Dialling,
  behaviour: ProviderBehaviour = {},
  options: Partial<WorldOptions> = {},
): Site {
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [ACME, OTHER], dialling, ...options });
  const acme = new Provider(world, { password: PASSWORD, ...behaviour });
  const other = new Provider(world, {}, OTHER.host);
  world.perform(world.pbx.startTrunks());
  world.runFor(2_000);
  return { world, acme, other };
}

function withRights(changes: Partial<TestExtension>): TestExtension[] {
  return EXTENSIONS.map((each) => ({ ...each, ...changes }));
}

/** Dials as 101. @returns the status at the end, or 200 once they talk. */
function dial({ world }: Site, number: string): number {
  const anna = world.phones.find(({ options }) => options.number === '101') ?? world.registered('101');
  const call = world.dial(anna, number);
  world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
  return call.state === 'talking' ? 200 : (call.status ?? 0);
}

test('a number outside is called through the trunk, with its password and who calls', () => {
  const made = site(london(rule(route('acme'))));
  assert.equal(dial(made, '902079460958'), 200);
  const { world, acme } = made;
  const [invitation] = acme.invitations();
  assert.ok(invitation !== undefined);
  assert.equal(invitation.uri.scheme === 'sip' && invitation.uri.user, '+442079460958');
  assert.match(invitation.headers.get('p-asserted-identity') ?? '', /^"Phone 101" <sip:\+442079460000@/);
  world.runFor(5_000);
  const anna = world.phones[0];
  assert.ok(anna !== undefined);
  world.act(anna, () => lastCall(anna).hangUp());
  world.runFor(5_000);
  assert.ok(acme.methods().includes('BYE'));
  assertNothingLeft(world, 1);
  const [record] = world.records;
  assert.deepEqual(record?.legs[1]?.outside, { trunk: 'acme', number: '+442079460958', name: '' });
  assert.deepEqual(
    record?.because.map((reason) => reason.rule),
    ['country-allowed', 'class-allowed', 'limits-off'],
  );
  const { at, ...asked } = record?.asked?.[0] ?? { at: 0 };
  assert.equal(at, record?.startedAt);
  assert.deepEqual(asked, {
    by: '101',
    cause: 'dialled',
    from: 'extension',
    dialled: '902079460958',
    isCut: false,
    verdict: 'allow',
    rule: 'country-allowed',
    number: '+442079460958',
  });
});

test('the extension is shown as its own number, or as the route has it', () => {
  const calling = { ...RIGHTS, callerId: '+442079460101' };
  const own = site(london(rule(route('acme'))), {}, { extensions: withRights({ calling }) });
  dial(own, '902079460958');
  assert.match(own.acme.invitations()[0]?.headers.get('from') ?? '', /sip:\+442079460101@/);
  const set = { ...route('acme'), callerId: '+442079460100' };
  const ofRoute = site(london(rule(set)), {}, { extensions: withRights({ calling }) });
  dial(ofRoute, '902079460958');
  assert.match(ofRoute.acme.invitations()[0]?.headers.get('from') ?? '', /sip:\+442079460100@/);
});

test('what is not allowed by name never reaches a provider, and the record says why', () => {
  const made = site(london(rule(route('acme'))));
  for (const [dialled, gate] of [
    ['90033142685300', 'country-not-allowed'],
    ['900881612345678', 'country-not-allowed'],
    ['909098790123', 'class-not-allowed'],
    ['9*6702079460958', 'number-unreadable'],
  ] as const) {
    assert.equal(dial(made, dialled), 403, dialled);
    assert.equal(made.world.records.at(-1)?.because[0]?.rule, gate);
    const [asked] = made.world.records.at(-1)?.asked ?? [];
    assert.deepEqual([asked?.dialled, asked?.verdict, asked?.rule], [dialled, 'deny', gate]);
  }
  assert.equal(dial(made, '02079460958'), 404, 'no rule fits it');
  assert.equal(made.acme.methods().includes('INVITE'), false);
});

test('while no country is set nothing leaves', () => {
  const { policy } = london(rule(route('acme')));
  const made = site({ ...london(), policy: { ...policy, home: { ...policy.home, country: '' } } });
  assert.equal(dial(made, '902079460958'), 403);
  assert.equal(made.acme.methods().includes('INVITE'), false);
});

test('the next route is tried when the provider refuses, and when it says nothing', () => {
  for (const status of [403, 503, 0]) {
    const made = site(london(rule(route('acme'), route('other'))), { answers: { INVITE: status } });
    assert.equal(dial(made, '902079460958'), 200, String(status));
    assert.equal(made.other.invitations().length, 1);
  }
});

test('nobody is called twice who is busy or declines', () => {
  for (const status of [486, 603]) {
    const made = site(london(rule(route('acme'), route('other'))), { answers: { INVITE: status } });
    assert.equal(dial(made, '902079460958'), status);
    assert.equal(made.other.invitations().length, 0);
  }
});

test('a trunk that is down, full or unknown is passed over; without any the caller is told, and so is the record', () => {
  const down = site(london(rule(route('acme'), route('none'), route('other'))), { silent: true });
  assert.equal(dial(down, '902079460958'), 200);
  assert.equal(down.other.invitations().length, 1);
  const alone = site(london(rule(route('none'))));
  assert.equal(dial(alone, '902079460958'), 503);
  assert.match(alone.world.records.at(-1)?.reason ?? '', /there is no trunk none/);
});

test('of twenty calls at once exactly as many leave as the trunk may carry', () => {
  const trunks = [testTrunk('acme', { callsAtOnce: 3, callsPerSecond: 100 })];
  const made = site(london(rule(route('acme'))), {}, { trunks, settings: { callsPerExtension: 50 } });
  const anna = made.world.registered('101');
  for (let i = 0; i < 20; i++) made.world.dial(anna, '902079460958');
  made.world.runFor(10_000);
  assert.equal(made.acme.invitations().length, 3);
});

test('a call for help passes every gate, and has a call ended that holds the last channel', () => {
  const trunks = [testTrunk('acme', { callsAtOnce: 1 })];
  const calling = { ...RIGHTS, isInternalOnly: true };
  const [first, ...others] = EXTENSIONS;
  assert.ok(first !== undefined);
  const made = site(
    london(rule(route('acme'))),
    {},
    {
      trunks,
      extensions: [{ ...first, calling }, ...others],
      settings: { callsPerExtension: 1, callsAtOnce: 1 },
    },
  );
  const ben = made.world.registered('102');
  const talk = made.world.dial(ben, '902079460958');
  assert.ok(made.world.runUntil(() => talk.state === 'talking', 10_000));
  assert.equal(dial(made, '902079460958'), 503, 'the house is full');
  assert.equal(dial(made, '999'), 200);
  assert.equal(talk.state, 'ended');
  const { uri } = made.acme.invitations().at(-1) ?? { uri: undefined };
  assert.equal(uri?.scheme === 'sip' && uri.user, '999');
  assert.match(made.world.records.find(({ reason }) => reason.includes('emergency'))?.dialled ?? '', /^902/);
});

test('a provider cannot have us call out: not by an INVITE, a REFER or a 302', () => {
  const trunks = [testTrunk('acme', { transfersAllowed: true })];
  const made = site(
    london(rule(route('acme'))),
    {
      answers: { INVITE: 302 },
      headers: [['contact', '<sip:900442079460958@10.0.0.1>']],
    },
    { trunks },
  );
  const caller = new RawPhone(made.world, ACME.host);
  const invite = {
    uri: 'sip:902079460958@10.0.0.1',
    from: '<sip:+442079460123@198.51.100.200>;tag=p',
    to: '<sip:902079460958@10.0.0.1>',
    callId: 'c',
    cseq: 1,
  };
  assert.equal(caller.ask('INVITE', invite), 404);
  dial(made, '902079460958');
  made.world.runFor(5_000);
  assert.equal(made.acme.invitations().length, 1, 'the 302 was not followed');
});

test('who forwards on his phone leads a call out only where he may', () => {
  for (const mayForwardOutside of [false, true]) {
    const calling = { ...RIGHTS, mayForwardOutside };
    const made = site(london(rule(route('acme'))), {}, { extensions: withRights({ calling }) });
    made.world.registered('102', { forwardsTo: ['sip:902079460958@pbx.example.com'] });
    assert.equal(dial(made, '102') === 200, mayForwardOutside);
    assert.equal(made.acme.invitations().length, mayForwardOutside ? 1 : 0);
  }
});

test('a call outside ends after its own time, sooner abroad', () => {
  const { policy, ...others } = london(rule(route('acme')));
  const dialling = {
    ...others,
    policy: { ...policy, calls: { ...policy.calls, allowedCountries: ['GB', 'FR'] } },
    nationalSeconds: 600,
    internationalSeconds: 120,
  };
  for (const [dialled, seconds] of [
    ['902079460958', 600],
    ['90033142685300', 120],
  ] as const) {
    const made = site(dialling);
    assert.equal(dial(made, dialled), 200);
    made.world.runFor(seconds * 1_000 + 5_000);
    const [record] = made.world.records;
    const lasted = (record?.endedAt ?? 0) - (record?.answeredAt ?? 0);
    assert.ok(Math.abs(lasted / 1_000 - seconds) < 2, `${lasted} ms`);
  }
});

test('a message to a number outside goes nowhere', () => {
  const made = site(london(rule(route('acme'))));
  const [account] = EXTENSIONS;
  assert.ok(account !== undefined);
  const phone = new RawPhone(made.world, '10.0.0.77', account);
  phone.register('101');
  const status = phone.ask('MESSAGE', {
    uri: 'sip:902079460958@pbx.example.com',
    from: '<sip:101@pbx.example.com>;tag=m',
    to: '<sip:902079460958@pbx.example.com>',
    callId: 'm',
    cseq: 1,
    more: ['Content-Type: text/plain'],
    body: 'hello',
  });
  assert.ok(status >= 400);
  assert.equal(made.acme.methods().includes('MESSAGE'), false);
});

test('a trunk named for emergencies carries them; where it is down or refuses, another does', () => {
  const dialling = { ...london(), emergencyTrunks: ['acme' as TrunkName] };
  const named = site(dialling);
  assert.equal(dial(named, '112'), 200);
  assert.deepEqual([named.acme.invitations().length, named.other.invitations().length], [1, 0]);
  for (const behaviour of [{ silent: true }, { answers: { INVITE: 503 } }, { answers: { INVITE: 0 } }]) {
    const broken = site(dialling, behaviour);
    assert.equal(dial(broken, '112'), 200);
    assert.equal(broken.other.invitations().length, 1);
  }
});

test('a stranger who called is transferred outside only by an extension that may lead calls out', () => {
  for (const how of ['blind', 'attended']) {
    for (const mayForwardOutside of [false, true]) {
      const calling = { ...RIGHTS, mayForwardOutside };
      const made = site(london(rule(route('acme'))), {}, { extensions: withRights({ calling }) });
      const { world, acme } = made;
      const anna = world.registered('101');
      const stranger = strangerAt(world, anna);
      const outside = anna.uriOf('902079460958');
      if (how === 'attended') {
        assert.equal(dial(made, '902079460958'), 200);
        const consulted = lastCall(anna);
        world.act(anna, () => stranger.transferTo(consulted, outside));
      } else {
        world.act(anna, () => stranger.transfer(outside));
      }
      world.runFor(3_000);
      const refused = stranger.transferProgress.some((line) => line.includes('403'));
      assert.equal(refused, !mayForwardOutside, `${how}: ${stranger.transferProgress}`);
      assert.equal(acme.invitations().length, how === 'attended' || mayForwardOutside ? 1 : 0);
    }
  }
});

test('who dials a number that nobody has is told so, and the record says who said it', () => {
  const made = site(london(rule(route('acme'))), { answers: { INVITE: 404 } });
  assert.equal(dial(made, '902079460958'), 404);
  assert.equal(made.world.records.at(-1)?.reason, 'The trunk acme says 404');
});

test('a call for help is told to those who get notices', () => {
  const made = site(london());
  dial(made, '9112');
  assert.deepEqual(
    made.world.events.filter(({ kind }) => kind === 'emergency-called'),
    [{ kind: 'emergency-called', extension: '101', name: 'Phone 101', location: '', number: '112' }],
  );
});

test('a trunk that only says that it tries is not the last way for a call for help', () => {
  const dialling = { ...london(), emergencyTrunks: ['acme' as TrunkName] };
  const made = site(dialling, { answers: { INVITE: 100 } });
  assert.equal(dial(made, '112'), 200);
  assert.equal(made.other.invitations().length, 1);
});

test('how trunks fare is not told to a phone', () => {
  const made = site(london(rule(route('none'))));
  const told: string[] = [];
  made.world.taps.add((_, bytes) => told.push(Buffer.from(bytes).toString('latin1')));
  assert.equal(dial(made, '902079460958'), 503);
  assert.ok(!told.some((text) => text.includes('none')));
  assert.equal(dial(made, '90033142685300'), 403);
  assert.ok(told.some((text) => /^reason: SIP;cause=403;text="\+33142685300 belongs to FR/im.test(text)));
});

test('out of hours the gate goes by the hours of the first group of the caller that keeps some', () => {
  const always = Array.from({ length: 7 }, () => [{ from: 0, to: 1_440 }]);
  const hours = {
    timeZone: 'UTC',
    weekdays: always,
    breaks: [],
    holidays: new Set<string>(),
    forced: undefined,
  };
  const shut = { ...hours, forced: 'closed' } as const;
  const led = london(rule(route('acme')));
  const { policy } = led;
  const closedForAll = { ...policy, calls: { ...policy.calls, outOfHours: 'nowhere' } } as const;
  const groupHours = new Map<string, OfficeHours>([
    ['late', hours],
    ['shut', shut],
  ]);
  for (const [house, groups, status] of [
    [shut, [], 403],
    [shut, ['late'], 200],
    [shut, ['sales', 'late', 'shut'], 200],
    [undefined, [], 200],
    [undefined, ['shut', 'late'], 403],
  ] as const) {
    const extensions = withRights({ calling: { ...RIGHTS, groups } });
    const made = site(
      { ...led, policy: closedForAll, hours: house, groupHours, limits: DEFAULT_LIMITS },
      {},
      { extensions },
    );
    assert.equal(dial(made, '902079460958'), status, groups.join());
    const now = made.world.wall();
    const forecast = made.world.pbx.forecasts.call('101' as ExtensionNumber, '902079460958', now);
    assert.deepEqual(
      [forecast?.hoursOf, forecast?.isOfficeOpen],
      [groups.find((each) => groupHours.has(each)), status === 200],
    );
    const counted = made.world.limitRecords.get('101')?.attempts.at(-1);
    assert.equal(counted?.isClosed, status === 200 ? false : undefined, 'the limits go by the same hours');
    assert.equal(dial(made, '999'), 200, 'a call for help passes at any hour');
  }
});

test('numbers in records are judged again as they were then, and otherwise by another policy', () => {
  const dialling = london(rule(route('acme')));
  const made = site(dialling);
  for (const number of ['902079460958', '9004930123456', '900', '101', '9112']) {
    dial(made, number);
    const anna = made.world.phones[0];
    assert.ok(anna !== undefined);
    if (lastCall(anna).state === 'talking') made.world.act(anna, () => lastCall(anna).hangUp());
    made.world.runFor(5_000);
  }
  const { extensions } = made.world.pbx.snapshot;
  const asked = made.world.records.flatMap((record) => record.asked ?? []);
  assert.equal(asked.length, 4, 'a number of the house is not asked about');
  const clock = new OfficeClock();
  const again = (changed: Dialling, who = extensions) =>
    asked.map((each) =>
      replayAsked(each, { dialling: changed, extensions: who, ringGroups: new Map() }, clock),
    );
  assert.deepEqual(
    again(dialling).map((each) => each.is === 'judged' && [each.verdict, each.rule]),
    asked.map(({ verdict, rule: gate }) => [verdict, gate]),
  );
  const { policy } = dialling;
  const abroad = { ...policy.calls, allowedCountries: ['DE'] };
  const german = { ...dialling, policy: { ...policy, calls: abroad } };
  const verdicts = again(german).map((each) => each.is === 'judged' && each.verdict);
  assert.deepEqual(verdicts, ['deny', 'allow', 'deny', 'allow'], 'a call for help passes');
  assert.ok(again(dialling, new Map()).every(({ is }) => is === 'extension-gone'));
  const [first] = asked;
  assert.ok(first !== undefined);
  const { is } = replayAsked(
    { ...first, isCut: true },
    { dialling, extensions, ringGroups: new Map() },
    clock,
  );
  assert.equal(is, 'cut');
});
