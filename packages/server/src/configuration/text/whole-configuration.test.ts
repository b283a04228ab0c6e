import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_CALLING_RIGHTS } from '@ringwall/pbx';
import { CA, EXPIRED, OFFICE, office, PASSWORD, SECRETS } from './text-test-support.ts';

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
  const wanted = [{ owner: 'trunk acme', what: 'password', from: 'env', name: 'ACME' }];
  assert.deepEqual(unread.value, { wanted });
});

test('a CA is given in the text or in a file beside it, checked, and exported so that the text stands alone', async () => {
  const trunk = 'trunks:\n  acme: { host: a.example, kind: address, transport: tls, ca: { file: ca.pem } }';
  const from = { from: 'file', name: 'ca.pem' } as const;
  const { apply, exported, planned, whole } = office();
  const asked = await whole.plan(trunk, []);
  assert.ok(asked.ok);
  assert.deepEqual(asked.value.wanted, [{ owner: 'trunk acme', what: 'CA', ...from }]);
  const none = await whole.plan(trunk, [{ ...from, secret: CA.slice(0, 200) }]);
  assert.ok(!none.ok);
  assert.match(
    none.error.text,
    /line 2: The CA for the trunk acme cannot be used: it holds no certificate\./,
  );
  assert.ok(!none.error.text.includes(CA.slice(30, 60)));
  await apply(trunk, [{ ...from, secret: CA }]);
  const text = await exported();
  assert.ok(text.includes('ca: |\n      -----BEGIN CERTIFICATE-----\n'));
  assert.deepEqual((await planned(text)).changes, []);
  assert.deepEqual((await planned(trunk, [{ ...from, secret: CA }])).changes, []);
  const other = office();
  await other.apply(text);
  assert.equal(await other.exported(), text);
  const old = await planned(trunk, [{ ...from, secret: EXPIRED }]);
  assert.deepEqual(old.remarks, [
    'The CA for the trunk acme has expired: the provider will not be believed.',
  ]);
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
    'guard-blacklist',
    'guard-whitelist',
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
