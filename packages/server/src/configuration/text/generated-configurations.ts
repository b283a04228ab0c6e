import { newTrunkDocument } from '@ringwall/contract';
import fc from 'fast-check';
import type { ConfigurationDocument } from './document.ts';
import { CA } from './text-test-support.ts';

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
export const configuration: fc.Arbitrary<ConfigurationDocument> = fc
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
    const listed = <Until>(networks: readonly string[], until: fc.Arbitrary<Until> | undefined) =>
      fc.subarray([...networks]).chain((some) =>
        fc.tuple(
          ...some.map((network) =>
            fc
              .record({
                description: words.map((text) => text.replace(/\p{Cf}/gu, '')),
                by: fc.constantFrom('an administrator', 'Zoë: 7'),
                ...(until === undefined ? {} : { until }),
              })
              .map((fields) => ({ name: network, fields: { network, ...fields } as never })),
          ),
        ),
      );
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
            fromDomain: fc.constantFrom(null, '7', 'b.example'),
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
      'guard-blacklist': listed(
        ['192.0.2.0/24', '192.0.2.7', '2001:db8::/32'],
        fc.constantFrom(null, '2031-03-08T10:00:00Z', '2031-03-08T10:00:00.250Z'),
      ),
      'guard-whitelist': listed(['192.0.2.7', '203.0.113.9'], undefined),
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
