import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { newTrunkDocument } from '@ringwall/contract';
import { DEFAULT_CALLING_RIGHTS } from '@ringwall/pbx';
import { MemoryStore } from '@ringwall/store';
import fc from 'fast-check';
import { makeSelfSigned } from '../../certificate/self-signed.ts';
import { ExtensionSecrets } from '../../extensions/extension-secrets.ts';
import { Extensions } from '../../extensions/extensions.ts';
import { Sealer } from '../../secrets/sealer.ts';
import { loadSettings } from '../../settings/load-settings.ts';
import { SealedSettings } from '../../settings/sealed-settings.ts';
import { StoredSettings } from '../../settings/stored-settings.ts';
import { PinSecrets } from '../../pins/pin-secrets.ts';
import { codeSetting } from '../build-codes.ts';
import { emergencyInTheWay } from '../build-dialling.ts';
import { OutboundAdministration } from '../outbound-rules.ts';
import { PolicyGuardedStore } from '../policy-guard.ts';
import { TrunkAdministration } from '../trunk-administration.ts';
import { TrunkSecrets } from '../trunk-secrets.ts';
import type { ConfigurationDocument } from './document.ts';
import { renderConfiguration } from './render.ts';
import type { GivenSecret } from './resolve.ts';
import { WholeConfiguration } from './whole-configuration.ts';

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const clock = { wall: () => 1_800_000_000_000 as WallMs };
const { certificate: CA } = makeSelfSigned(['root.example'], clock.wall(), random);
const PASSWORD = 'Secret-of-the-trunk-4711';
const SECRETS: readonly GivenSecret[] = [{ from: 'env', name: 'ACME', secret: PASSWORD }];

function office(env: Readonly<Record<string, string>> = {}) {
  const store = new MemoryStore();
  const sealer = new Sealer(createSecretKey(Buffer.alloc(32, 1)), random);
  const loaded = loadSettings({ config: undefined, env, cwd: '/nowhere' });
  assert.ok(loaded.ok);
  const state = { changes: 0 };
  const onChanged = () => void state.changes++;
  const trunkSecrets = new TrunkSecrets(sealer);
  const sealedSettings = new SealedSettings(store, sealer);
  const guarded: PolicyGuardedStore = new PolicyGuardedStore({
    store,
    sealedSettings,
    trunkSecrets,
    settings: () => storedSettings,
    now: () => clock.wall(),
  });
  const storedSettings = new StoredSettings({ store: guarded, loaded: loaded.value, onChanged });
  const extensions = new Extensions({
    store: guarded,
    judgeChange: guarded.judgeChange,
    secrets: new ExtensionSecrets(sealer),
    random,
    clock,
    realm: () => 'example',
    passwordLength: () => 20,
    isForHelp: (number) => emergencyInTheWay(storedSettings.inEffect, number) !== undefined,
    isRingGroup: () => Promise.resolve(false),
    pins: new PinSecrets(sealer, random),
    codeSetting: (number) => codeSetting(storedSettings.inEffect, number),
    onChanged,
  });
  const outbound = new OutboundAdministration({ store: guarded, onChanged });
  const trunks = new TrunkAdministration({ store: guarded, secrets: trunkSecrets, onChanged });
  const whole = new WholeConfiguration({
    store,
    sealedSettings,
    storedSettings,
    trunkSecrets,
    extensions,
    clock,
  });
  const exported = async () => {
    const text = await whole.export();
    assert.ok(text.ok);
    return text.value.text;
  };
  const planned = async (text: string, secrets: readonly GivenSecret[] = []) => {
    const plan = await whole.plan(text, secrets);
    assert.ok(plan.ok, plan.ok ? '' : plan.error.text);
    assert.ok('value' in plan.value);
    return plan.value.value;
  };
  const apply = async (text: string, secrets: readonly GivenSecret[] = [], force = false) => {
    const applied = await whole.apply(text, secrets, { expected: await store.configurationVersion(), force });
    assert.ok(applied.ok, applied.ok ? '' : applied.error.text);
    assert.ok('value' in applied.value);
    return applied.value.value;
  };
  const refused = async (text: string) => {
    const plan = await whole.plan(text, SECRETS);
    return plan.ok ? '' : `${plan.error.code} ${plan.error.text}`;
  };
  const back = async (to: number) => {
    const done = await whole.rollBack(to, { expected: await store.configurationVersion(), force: true });
    assert.ok(done.ok, done.ok ? '' : done.error.text);
    return done.value;
  };
  return {
    store,
    storedSettings,
    extensions,
    outbound,
    trunks,
    trunkSecrets,
    whole,
    exported,
    planned,
    apply,
    refused,
    back,
    state,
  };
}

const numberOf = fc.integer({ min: 200, max: 260 }).map(String);
const nameOf = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,9}$/);
const digits = fc.stringMatching(/^\+?[0-9]{0,8}$/);
const words = fc
  .oneof(
    fc.string({ maxLength: 20, unit: 'grapheme' }),
    fc.constantFrom('true', '0044', '~', 'null', '# x', '- y', '1e3', 'kept', '"', "'"),
  )
  .map((text) =>
    text
      .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
      .normalize('NFC')
      .trim(),
  );
const span = fc.tuple(fc.nat(999), fc.nat(999)).map(([from, more]) => ({ from, to: from + more }));
const few = <Value>(one: fc.Arbitrary<Value>) =>
  fc.uniqueArray(one, { maxLength: 3, comparator: 'SameValue' });

/** Configurations that an administrator may have, each part with references to the others. */
const configuration: fc.Arbitrary<ConfigurationDocument> = fc
  .record({
    numbers: fc.uniqueArray(numberOf, { minLength: 1, maxLength: 5 }),
    trunks: fc.uniqueArray(nameOf, { minLength: 1, maxLength: 3 }),
    outbound: few(nameOf),
    inbound: few(nameOf),
    ringGroups: few(numberOf),
    groups: fc.constantFrom([], ['sales'], ['007', 'sales: all']),
    rates: few(fc.constantFrom('+', '+44', '+4487', '+1')),
  })
  .chain(({ numbers, trunks, outbound, inbound, ringGroups, groups, rates }) => {
    const number = fc.constantFrom(...numbers);
    const trunk = fc.constantFrom(...trunks);
    const destination = fc.oneof(
      fc.record({ to: fc.constant('extension' as const), number }),
      fc.record({
        to: fc.constant('ring-group' as const),
        extensions: fc.uniqueArray(number, { minLength: 1, maxLength: 3 }),
        strategy: fc.constantFrom('all' as const, 'hunt' as const),
        ringSeconds: fc.integer({ min: 5, max: 300 }),
      }),
      fc.constant({ to: 'hang-up' as const }),
      fc.record({
        to: fc.constant('outside' as const),
        number: fc.stringMatching(/^\+?[0-9]{2,9}$/),
        owner: number,
      }),
    );
    const entries = <Fields>(names: readonly string[], fields: fc.Arbitrary<Fields>) =>
      fc.tuple(...names.map((name) => fields.map((each) => ({ name, fields: each }))));
    const settings = fc.record(
      {
        'numbering.country': fc.constantFrom('GB', 'DE'),
        'calls.atOnce': fc.integer({ min: 1, max: 100 }),
        'hours.holidays': few(fc.constantFrom('12-25', '2027-04-02')),
        'notify.webhooks': few(fc.constantFrom('https://a.example/', 'https://b.example/')),
        'security.lanNetworks': few(fc.constantFrom('10.0.0.0/8', 'fd00::/8')),
        'outside.deniedPrefixes': few(fc.constantFrom('+4487', '+1900')),
      },
      { requiredKeys: [] },
    );
    return fc.record({
      settings: settings.map((set) => {
        const order = ['calls.atOnce', 'numbering.country', 'outside.deniedPrefixes', 'hours.holidays'];
        const all = [...order, 'security.lanNetworks', 'notify.webhooks'] as (keyof typeof set)[];
        return all.flatMap((name) => {
          const value = set[name];
          return value === undefined ? [] : [{ name, fields: { value } }];
        });
      }),
      extensions: entries(
        numbers.toSorted(),
        fc.record({
          name: words.filter((text) => text !== ''),
          enabled: fc.boolean(),
          lanOnly: fc.boolean(),
          secureTransportOnly: fc.boolean(),
          rtpMode: fc.constantFrom(null, 'off' as const, 'required' as const),
          calling: fc.record({
            isInternalOnly: fc.boolean(),
            mayForwardOutside: fc.boolean(),
            mayCallOutOfHours: fc.boolean(),
            isPinProtected: fc.boolean(),
            location: fc.constantFrom('Building 2, floor: 3', '2'),
            callerId: digits.filter((text) => text !== '+'),
            groups: few(words.filter((text) => text !== '')),
          }),
        }),
      ),
      'own-limits': entries(
        [...numbers.toSorted(), ...trunks.toSorted().map((name) => `trunk:${name}`)],
        fc.record({
          levels: few(fc.constantFrom('calls most 2', 'calls-a-minute told 5 frozen 10')),
          closed: few(fc.constant('probes frozen 2')),
        }),
      ),
      'group-hours': entries(
        groups,
        fc.record({
          timeZone: fc.constantFrom(null, 'Europe/Berlin'),
          week: fc.constantFrom(null, [], ['mon-fri 09:00-17:30']),
          breaks: fc.constant(null),
          holidays: fc.oneof(fc.constant(null), few(fc.constantFrom('12-25', '2027-04-02'))),
          forced: fc.constantFrom(null, 'no' as const, 'closed' as const),
        }),
      ),
      'ring-groups': entries(
        ringGroups.filter((each) => !numbers.includes(each)).toSorted(),
        fc.record({
          name: words.filter((text) => text !== ''),
          members: fc.uniqueArray(number, { minLength: 1, maxLength: 3 }),
          strategy: fc.constantFrom('all' as const, 'hunt' as const),
          ringSeconds: fc.integer({ min: 5, max: 300 }),
          next: fc.oneof(fc.constant(null), number),
        }),
      ),
      trunks: entries(
        trunks.toSorted(),
        fc
          .record({
            user: fc.constantFrom('', '0044', 'alice', '~'),
            realm: fc.constantFrom('a.example', 'other'),
            port: fc.constantFrom(null, 5070),
            outboundProxy: fc.constantFrom(null, { host: 'p.example', port: null }),
            networks: few(fc.constantFrom('192.0.2.0/24', '2001:db8::/32')),
            callsAtOnce: fc.integer({ min: 1, max: 50 }),
            isSecure: fc.boolean(),
            callerNumber: digits,
          })
          .map(({ isSecure, ...fields }) => ({
            ...newTrunkDocument('a.example', fields.user === '' ? 'address' : 'register'),
            ...fields,
            transport: isSecure ? ('tls' as const) : ('udp' as const),
            password: fields.user === '' ? ('none' as const) : { env: 'ACME' },
            ca: isSecure ? CA : null,
          })),
      ),
      'outbound-rules': entries(
        outbound,
        fc.record({
          prefixes: few(digits),
          lengths: few(span),
          extensions: few(span),
          groups: few(words.filter((text) => text !== '')),
          routes: fc.array(
            fc.oneof(
              fc.constant({ trunk: null, strip: 0, prepend: '', append: '', callerId: '' }),
              fc.record({ trunk, strip: fc.nat(3), prepend: digits, append: digits, callerId: digits }),
            ),
            { minLength: 1, maxLength: 3 },
          ),
          goesOnAfter: few(
            fc.constantFrom('4xx' as const, '5xx' as const, '6xx' as const, 'no-answer' as const),
          ),
        }),
      ),
      'inbound-rules': entries(
        inbound,
        fc.record({
          trunks: few(trunk),
          called: few(fc.constantFrom('0044', '*12', '+44')),
          callers: few(fc.constantFrom('withheld', '100')),
          open: destination,
          closed: fc.oneof(fc.constant(null), destination),
          holiday: fc.oneof(fc.constant(null), destination),
        }),
      ),
      'policy-tests': entries(
        ['holds'],
        fc.record({
          from: number,
          dials: fc.constant('112'),
          at: fc.constantFrom(null, '2027-03-06T22:00'),
          expect: fc.constantFrom('allow' as const, 'deny' as const),
          through: fc.constantFrom(null, 'acme'),
          because: words.filter((text) => text !== ''),
        }),
      ),
      'caller-blacklist': fc.constantFrom(
        [],
        [
          { name: ' *55', fields: { caller: '*55', extension: null, description: 'why: not' } },
          {
            name: `${numbers[0]} 0044`,
            fields: { caller: '0044', extension: numbers[0] ?? null, description: '' },
          },
        ],
      ),
      rates: entries(
        rates.toSorted(),
        fc.record({
          perMinute: fc.constantFrom(0, 0.05, 12),
          perCall: fc.constantFrom(0, 0.1),
          name: fc.constantFrom('', 'mobile: all'),
        }),
      ),
    });
  });

/** As it is exported: what came from a place is kept. */
function kept(document: ConfigurationDocument): string {
  const trunks = document.trunks.map(({ name, fields }) => ({
    name,
    fields: { ...fields, password: fields.password === 'none' ? ('none' as const) : ('kept' as const) },
  }));
  return renderConfiguration({ ...document, trunks });
}

test('what was applied is exported as it was written, would change nothing again, and can be gone back from', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, configuration, async (first, second) => {
      const { exported, planned, apply, back, store } = office();
      await apply(renderConfiguration(first), SECRETS, true);
      assert.equal(await exported(), kept(first));
      for (const text of [renderConfiguration(first), kept(first)]) {
        assert.deepEqual((await planned(text, SECRETS)).changes, []);
      }
      const version = await store.configurationVersion();
      const { plan } = await apply(renderConfiguration(second), SECRETS, true);
      assert.equal(await exported(), kept(second));
      if (plan.changes.length === 0) return;
      const gone = (await back(version)).plan.remarks;
      if (gone.length === 0) assert.equal(await exported(), kept(first));
      assert.deepEqual((await planned(await exported())).changes, [], 'what came back is what is there');
    }),
    { numRuns: 10 },
  );
});

const OFFICE = `
settings:
  numbering: { country: GB }
extensions:
  101: { name: Anna }
  102:
trunks:
  acme: { host: sip.provider.example, user: 442079460000, password: { env: ACME } }
outbound-rules:
  - { name: national, prefixes: [0, 00], lengths: [7-15, 3], extensions: [100-199], routes: [{ trunk: acme, strip: 1 }] }
  - { name: no-premium, prefixes: [09], routes: [block: true] }
inbound-rules:
  - { name: main, called: [0100], open: { to: ring-group, extensions: [101, 102] } }
caller-blacklist:
  - { caller: 0044*, extension: 101 }
`;

test('numbers are taken as they are written, leading zeros and all', async () => {
  const { store, apply } = office();
  await apply(OFFICE, SECRETS);
  const items = (await store.items()).map(({ name, json }) => [name, JSON.parse(json) as unknown] as const);
  const national = items.find(([name]) => name === 'national')?.[1];
  assert.ok(national !== undefined);
  const { rule } = national as { readonly rule: Readonly<Record<string, unknown>> };
  assert.deepEqual(rule['prefixes'], ['0', '00']);
  assert.deepEqual(rule['lengths'], [
    { from: 7, to: 15 },
    { from: 3, to: 3 },
  ]);
  assert.ok(items.some(([name]) => name === '101 0044*'));
  const [anna, second] = await store.extensions();
  assert.deepEqual([anna?.name, second?.name], ['Anna', '102']);
  assert.deepEqual(
    [second?.lanOnly, second?.calling],
    [true, DEFAULT_CALLING_RIGHTS],
    'as a new extension is',
  );
});

test('no secret is in what is exported, planned or kept, and new extensions get theirs once', async () => {
  const { apply, exported, whole, store, trunkSecrets, storedSettings } = office();
  await storedSettings.set('notify.webhooks', 'https://hook.example/very-secret-token');
  const withHook = OFFICE.replace('settings:', 'settings:\n  notify: { webhooks: kept }');
  const { issued, plan } = await apply(withHook, SECRETS);
  assert.deepEqual(
    issued.map(({ extension }) => extension.number),
    ['101', '102'],
  );
  const again = await apply(withHook.replace('Anna', 'Bob'), SECRETS);
  assert.deepEqual(again.issued, []);
  await apply(
    OFFICE.replace('settings:', 'settings:\n  notify: { webhooks: [https://b.example/token] }'),
    SECRETS,
  );
  assert.match((await store.settings()).get('notify.webhooks') ?? '', /^\{"sealed":/);
  const shown = [JSON.stringify([plan, again.plan]), await exported()];
  for (const { version } of await store.keptConfigurations()) {
    shown.push((await store.keptConfiguration(version))?.text ?? '');
  }
  const secrets = [
    PASSWORD,
    'very-secret-token',
    ...issued.flatMap(({ authId, password }) => [authId, password]),
  ];
  for (const text of shown) for (const secret of secrets) assert.ok(!text.includes(secret));
  const acme = (await store.items()).find(({ name }) => name === 'acme');
  assert.equal(trunkSecrets.open('acme', acme?.sealed ?? new Uint8Array()), PASSWORD);
  const unread = await whole.plan(OFFICE, []);
  assert.ok(unread.ok);
  assert.deepEqual(unread.value, { wanted: [{ owner: 'trunk acme', from: 'env', name: 'ACME' }] });
});

test('a plan says what is added, changed field by field, removed and reordered, and what is left alone', async () => {
  const { apply, planned, store } = office();
  await apply(OFFICE, SECRETS);
  const before = await store.configurationVersion();
  const plan = await planned(`
extensions:
  101: { name: Anna, lanOnly: false, calling: { callerId: '+44' } }
outbound-rules:
  - { name: no-premium, prefixes: [09], routes: [block: true] }
  - { name: national, prefixes: [0, 00], lengths: [7-15], extensions: [100-199], routes: [{ trunk: acme }] }
inbound-rules: []
`);
  const rows = plan.changes.map(({ section, name, what, fields }) => [
    `${section} ${name} ${what}`,
    ...fields.map(({ field, before: was, after }) => `${field}: ${was} -> ${after}`),
  ]);
  assert.deepEqual(rows, [
    ['extensions 102 removed'],
    ['inbound-rules main removed'],
    ['extensions 101 changed', 'lanOnly: true -> false', 'calling.callerId: empty -> +44'],
    [
      'outbound-rules national changed',
      'lengths: 7-15, 3 -> 7-15',
      'routes: { trunk: acme, strip: 1, prepend: empty, append: empty, callerId: empty } -> { trunk: acme, strip: 0, prepend: empty, append: empty, callerId: empty }',
    ],
    ['outbound-rules  reordered', 'order: national, no-premium -> no-premium, national'],
  ]);
  assert.deepEqual([plan.added, plan.changed, plan.removed, plan.removedExtensions], [0, 3, 2, 1]);
  assert.deepEqual(plan.untouched, [
    'settings',
    'group-hours',
    'ring-groups',
    'trunks',
    'caller-blacklist',
    'rates',
    'own-limits',
    'policy-tests',
  ]);
  assert.equal(await store.configurationVersion(), before, 'nothing was changed');
});

test('what was removed comes back with new secrets, and a trunk without its password, disabled', async () => {
  const { apply, back, store, storedSettings, whole, state } = office();
  await apply(OFFICE, SECRETS);
  await storedSettings.set('notify.webhooks', 'https://hook.example/token');
  const version = await store.configurationVersion();
  const sealed = (await store.extensions())[0]?.sealedHa1;
  await apply('settings: {}\nextensions: {}\ntrunks: {}\noutbound-rules: []\ninbound-rules: []');
  assert.deepEqual(await store.extensions(), []);
  assert.deepEqual(await store.settings(), new Map());
  const changes = state.changes;
  const { plan, issued } = await back(version);
  assert.equal(state.changes, changes + 1, 'whoever makes calls by it is told once');
  assert.equal(issued.length, 2);
  assert.notDeepEqual((await store.extensions())[0]?.sealedHa1, sealed);
  assert.match(plan.remarks.join('\n'), /notify\.webhooks held addresses that were not kept/);
  assert.match(plan.remarks.join('\n'), /password of the trunk acme went with it, so it comes back disabled/);
  const acme = (await store.items()).find(({ name }) => name === 'acme');
  assert.equal((JSON.parse(acme?.json ?? '') as { enabled: boolean }).enabled, false);
  assert.equal(storedSettings.inEffect.numbering.country, 'GB');
  const versions = await whole.versions();
  assert.ok(versions.ok);
  assert.match(versions.value.versions[1]?.replacedBy ?? '', /^apply: removed numbering\.country/);
  assert.match(versions.value.versions[0]?.replacedBy ?? '', new RegExp(`^roll-back to ${version}: added`));
  const none = await whole.planRollBack(99);
  assert.ok(!none.ok && none.error.code === 'VERSION_UNKNOWN');
});

test('what was changed since the plan is not overwritten', async () => {
  const { apply, whole, extensions, store } = office();
  await apply(OFFICE, SECRETS);
  const version = await store.configurationVersion();
  await extensions.disable('101');
  const late = await whole.apply('extensions: {}', [], { expected: version, force: false });
  assert.ok(!late.ok && late.error.code === 'CONFIGURATION_CHANGED');
  assert.equal((await store.extensions()).length, 2);
});

test('what the single commands refuse is refused, with its line, and judged on the state after the whole change', async () => {
  const { apply, refused, planned, store } = office({ RINGWALL_CALLS_AT_ONCE: '5' });
  await apply(OFFICE, SECRETS);
  const version = await store.configurationVersion();
  const cases: readonly (readonly [string, RegExp])[] = [
    ['trunks: {}', /TRUNK|acme is used by outbound rules: national/],
    ['extensions: {}', /The inbound rule main sends calls to what would be no extension: 101, 102/],
    ['outbound-rules:\n  - { name: a, routes: [{ trunk: nope }] }', /line 2: There is no trunk nope/],
    [
      'inbound-rules:\n  - { name: a, open: { to: extension, number: 300 } }',
      /line 2: There is no extension or ring group 300/,
    ],
    ['extensions:\n  101:\n  102:\n  999:', /line 4: 999 cannot be an extension number: it is an emergency/],
    ['settings:\n  calls:\n    atOnce: 7', /line 3: calls\.atOnce is set by RINGWALL_CALLS_AT_ONCE/],
    [
      'settings:\n  registrar: { minExpiresSeconds: 3000, maxExpiresSeconds: 300 }',
      /registrar\.minExpiresSeconds/,
    ],
    [
      'trunks:\n  acme: { host: a.example, user: u, password: none }',
      /line 2: The trunk acme has a user and no password/,
    ],
    [
      'trunks:\n  acme: { host: a.example, user: u, password: kept }\n  b: { host: a.example, user: u, password: kept }',
      /line 3: There is no password to keep for the trunk b/,
    ],
    [
      'trunks:\n  acme: { host: a.example, kind: address, transport: tls, ca: x }',
      /line 2: The CA for the trunk acme cannot be used/,
    ],
    ['ring-groups:\n  101: { members: [102] }', /line 2: 101 is an extension, and can be no ring group/],
    ['extensions:\n  101:\n  102:\n  777:', /line 4: 777 is a code that is dialled/],
    ['ring-groups:\n  777: { members: [101] }', /line 2: 777 is a code that is dialled/],
    [
      'settings:\n  codes: { pinLock: "102" }',
      /line 2: The code 102 \(codes\.pinLock\) is the number of an extension/,
    ],
    ['ring-groups:\n  600: { members: [103] }', /line 2: There is no extension 103/],
    [
      'ring-groups:\n  600: { members: [101], next: 600 }',
      /line 2: A call that nobody takes would come back/,
    ],
    [
      'own-limits:\n  group:nobody: { levels: [calls most 1] }',
      /line 2: No extension is in the group nobody/,
    ],
    ['own-limits:\n  101: { levels: [calls often] }', /line 2: own-limits/],
    ['rates:\n  44: { perMinute: 1 }', /line 2: rates\."44" must be the beginning of a number with its plus/],
    ['caller-blacklist:\n  - caller: "*"', /line 2: That is nobody who could call/],
    ['settings:\n  notify: { webhooks: kept }', /line 2: There is nothing to keep for notify\.webhooks/],
  ];
  for (const [text, says] of cases) assert.match(await refused(text), says); // eslint-disable-line no-await-in-loop
  assert.equal(await store.configurationVersion(), version);
  const together = await planned('trunks: {}\noutbound-rules: []');
  assert.equal(together.removed, 3, 'a trunk goes with the rules that lead through it');
});

test('a file that is written wrong is refused with line and key and what was meant, and never by a secret', async () => {
  const { refused } = office();
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /it has no sections, such as settings, extensions/],
    ['setings: {}', /line 1: "setings" is not known: did you mean settings\?/],
    [
      'settings:\n  call: { atOnce: 1 }',
      /line 2: settings: "call\.atOnce" is not a setting\. Did you mean calls\.atOnce\?/,
    ],
    ['settings:\n  calls: { atOnce: many }', /line 2: calls\.atOnce is "many", and must be a whole number/],
    [
      'settings:\n  storage: { directory: /x }',
      /line 2: storage\.directory is needed before the database is open/,
    ],
    ['trunks:', /line 1: trunks is empty: write trunks: \{\} to remove all of it/],
    ['extensions:\n  1: {}', /line 2: extensions\."1" is "1", and must be 2 to 8 digits/],
    [
      'extensions:\n  101:\n    lan-only: true',
      /line 3: extensions\.101\."lan-only" is not known: did you mean lanOnly\?/,
    ],
    [
      'extensions:\n  101:\n    calling:\n      groups: []\n      group: []',
      /line 5: extensions\.101\.calling\."group" is not known: did you mean groups\?/,
    ],
    ['extensions:\n  101: {}\n  101: {}', /line 3: it is not valid YAML: Map keys must be unique/],
    ['trunks:\n  a: { kind: address }', /line 2: trunks\.a\.host is missing/],
    [
      'trunks:\n  a: { host: a.example, user: u, password: hunter2 }',
      /line 2: trunks\.a\.password must be kept, none, \{ env: NAME \}/,
    ],
    ['outbound-rules:\n  - routes: []', /line 2: outbound-rules\[0\]\.name is missing/],
    [
      'outbound-rules:\n  - { name: a, routes: [block: true] }\n  - { name: a, routes: [block: true] }',
      /line 3: outbound-rules has a twice/,
    ],
    [
      'inbound-rules:\n  - name: a\n    open: { to: voicemail }',
      /line 3: inbound-rules\.a\.open: a voicemail does not exist yet/,
    ],
    ['extensions: &a {}\ntrunks: *a', /aliases \(\*\) and tags \(!\) are not allowed/],
    ['extensions: !!set {}', /not valid YAML/],
    [`extensions: ${'['.repeat(20_000)}`, /CONFIGURATION_FILE/],
    ['x'.repeat(8_000_001), /CONFIGURATION_TOO_LONG/],
  ];
  for (const [text, says] of cases) {
    const told = await refused(text); // eslint-disable-line no-await-in-loop
    assert.match(told, says);
    assert.ok(!told.includes('hunter2'));
  }
});

const POLICY = `
settings:
  numbering: { country: GB }
  hours: { timeZone: Europe/London, week: [mon-fri 09:00-17:30] }
  outside: { outOfHours: nowhere }
policy-tests:
  - { name: national, from: 101, dials: 02079460100, at: 2027-03-08T10:00, expect: allow, through: acme, because: customers are called }
  - { name: at-night, from: 101, dials: 02079460100, at: 2027-07-05T17:45, expect: deny, because: thieves call at night }
  - { name: no-premium, from: 101, dials: 09061234567, at: 2027-03-08T10:00, expect: deny, because: we were billed for it }
  - { name: help, from: 101, dials: 999, at: 2027-03-06T22:00, expect: allow, because: it must always go }
  - { name: house, from: 101, dials: 102, expect: allow, because: they sit together }
`;

test('policy tests are tried on paper by what calls are judged by, at the time of the office', async () => {
  const { apply, whole } = office();
  await apply(OFFICE.replace('strip: 1', 'strip: 0'), SECRETS);
  await apply(POLICY);
  const ran = await whole.testPolicy();
  assert.ok(ran.ok);
  assert.deepEqual(
    ran.value.map(({ name, passed, got }) => `${name} ${passed} ${got}`),
    [
      'at-night true deny',
      'help true allow through acme',
      'house true allow',
      'national true allow through acme',
      'no-premium true deny',
    ],
  );
});

test('a change over which a policy test fails is refused with what decided, and made only by force', async () => {
  const { apply, planned, whole, store } = office();
  await apply(OFFICE.replace('strip: 1', 'strip: 0'), SECRETS);
  await apply(POLICY);
  const version = await store.configurationVersion();
  const change = 'outbound-rules:\n  - { name: national, prefixes: [0], routes: [block: true] }';
  assert.deepEqual(
    (await planned(change)).broken.map(({ name, expected, got, decided }) => [name, expected, got, decided]),
    [['national', 'allow through acme', 'deny', 'The outbound rule national blocks the call']],
  );
  const refusal = await whole.apply(change, [], { expected: version, force: false });
  assert.ok(!refusal.ok && refusal.error.code === 'POLICY_TESTS_BROKEN');
  assert.match(
    refusal.error.text,
    /national \(expected allow through acme, now deny: The outbound rule national/,
  );
  assert.equal(await store.configurationVersion(), version);
  await apply(change, [], true);
  // What fails already is no reason to refuse what has nothing to do with it; a test that is new has to hold.
  await apply('caller-blacklist: []');
  const fails = `policy-tests:\n  - { name: new, from: 300, dials: 102, expect: allow, because: x }`;
  assert.deepEqual(
    (await planned(fails)).broken.map(({ decided }) => decided),
    ['There is no extension 300'],
  );
});

test('a single command is refused where it lets through what a policy test denies, and never where it denies more', async () => {
  const { apply, outbound, extensions, storedSettings, whole, store } = office();
  const blocked =
    '  - { name: blocked, prefixes: ["02079460958"], routes: [block: true] }\n  - { name: national';
  await apply(OFFICE.replace('strip: 1', 'strip: 0').replace('  - { name: national', blocked), SECRETS);
  const test =
    '  - { name: blocked, from: 101, dials: 02079460958, at: 2027-03-08T10:00, expect: deny, because: why not }';
  await apply(`${POLICY}${test}`);
  const version = await store.configurationVersion();
  const refusals = [
    await outbound.remove('blocked'),
    await storedSettings.set('outside.classes', 'national-fixed,mobile,premium'),
    await storedSettings.unset('outside.outOfHours'),
    await extensions.change('101', { calling: { mayCallOutOfHours: true } }),
  ].map((each) => (each.ok ? 'done' : each.error.code));
  assert.deepEqual([refusals.length, new Set(refusals)], [4, new Set(['POLICY_TESTS_BROKEN'])]);
  assert.equal(await store.configurationVersion(), version);
  assert.ok((await extensions.disable('101')).ok);
  const ran = await whole.testPolicy();
  assert.ok(ran.ok);
  assert.ok(ran.value.some(({ name, passed }) => name === 'national' && !passed));
});

test('a long configuration is read and written as a short one is', async () => {
  const { apply, exported, planned } = office();
  const numbers = Array.from({ length: 600 }, (_, index) => String(2_000 + index));
  const { issued } = await apply(
    `extensions:\n${numbers.map((number) => `  ${number}: { name: ${'x'.repeat(60)} }\n`).join('')}`,
  );
  assert.equal(new Set(issued.map(({ authId }) => authId)).size, 600);
  assert.deepEqual((await planned(`${await exported()}${'# long\n'.repeat(8_000)}`)).changes, []);
});

test('items that cannot be read, and those of other kinds, are left alone', async () => {
  const { apply, exported, store } = office();
  const broken = { kind: 'trunk' as const, name: 'broken', json: '{', sealed: undefined };
  const secret = { kind: 'secret' as const, name: 'webhook-key', json: '{}', sealed: Uint8Array.of(1, 2, 3) };
  await store.changeItems([broken, secret].map((item) => ({ do: 'save-item', ...item })));
  assert.doesNotMatch(await exported(), /broken|webhook-key/);
  await apply('trunks: {}\noutbound-rules: []\ninbound-rules: []\ncaller-blacklist: []\nsettings: {}');
  assert.deepEqual(await store.items(), [secret, broken]);
});
