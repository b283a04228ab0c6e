import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { type Flow, parseMessage, type SipRequest } from '@ringwall/sip';
import fc from 'fast-check';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import { applyRegister, type RegisterInput, type RegisterOutcome } from './apply-register.ts';
import type { Binding } from './binding.ts';

const EXTENSION = '101' as ExtensionNumber;
const LIMITS = { bindings: 5, minSeconds: 60, maxSeconds: 3_600, defaultSeconds: 600 };
const NOON = 1_800_000_000_000 as WallMs;

function flowFrom(address: string, port = 5_060, transport: Flow['transport'] = 'udp', connection = 0): Flow {
  return { transport, local: { address: '192.0.2.1', port: 5_060 }, remote: { address, port }, connection };
}

const HOME = flowFrom('192.0.2.7');

/** A REGISTER with these fields; Call-ID and CSeq are `call-1` and `1` unless they are among them. */
function register(...fields: string[]): SipRequest {
  const lines = [
    'REGISTER sip:pbx.example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa',
    'From: <sip:101@pbx.example.com>;tag=a',
    'To: <sip:101@pbx.example.com>',
    ...(fields.some((field) => field.startsWith('Call-ID:')) ? [] : ['Call-ID: call-1']),
    ...(fields.some((field) => field.startsWith('CSeq:')) ? [] : ['CSeq: 1 REGISTER']),
    ...fields,
  ];
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  assert.ok(parsed.ok && parsed.value.kind === 'request', JSON.stringify(parsed));
  return parsed.value;
}

type Given = Partial<Omit<RegisterInput, 'request'>>;

function apply(request: SipRequest, given: Given = {}): ReturnType<typeof applyRegister> {
  const defaults = {
    bindings: [],
    flow: HOME,
    extension: EXTENSION,
    limits: LIMITS,
    trustedEdge: false,
    now: NOON,
  };
  return applyRegister({ ...defaults, ...given, request });
}

function applied(request: SipRequest, given: Given = {}): RegisterOutcome {
  const result = apply(request, given);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function refused(request: SipRequest, given: Given = {}): { code: string; status: number } {
  const result = apply(request, given);
  assert.ok(!result.ok, 'it was not refused');
  return { code: result.error.code, status: result.error.status };
}

function contacts(bindings: readonly Binding[]): string[] {
  return bindings.map(({ contact }) => contact);
}

/** Bindings of phones a, b, c …, each with its own Call-ID, made at NOON. */
function registered(...users: string[]): readonly Binding[] {
  let bindings: readonly Binding[] = [];
  for (const user of users) {
    const request = register(`Contact: <sip:${user}@192.0.2.7>`, `Call-ID: ${user}`, 'CSeq: 5 REGISTER');
    bindings = applied(request, { bindings }).bindings;
  }
  return bindings;
}

test('RFC 3261 10.3: a binding holds what calls to the phone will need', () => {
  const request = register(
    'Contact: "Anna \\"<A>\\"" <sip:Anna%20x@192.0.2.7;line=7>;expires=120;q=0.5',
    'Call-ID: reg@phone',
    'CSeq: 17 REGISTER',
    'User-Agent: Phone/1.0',
  );
  assert.deepEqual(applied(request).bindings, [
    {
      extension: EXTENSION,
      contact: 'sip:Anna%20x@192.0.2.7;line=7',
      key: 'sip:Anna%20x@192.0.2.7;line=7',
      instanceId: undefined,
      regId: undefined,
      flow: HOME,
      path: [],
      callId: 'reg@phone',
      cseq: 17,
      userAgent: 'Phone/1.0',
      registeredAt: NOON,
      expiresAt: NOON + 120_000,
      behindNat: false,
    },
  ]);
});

test('RFC 3261 10.2.3: without a Contact nothing changes, and the answer lists what there is', () => {
  const bindings = registered('a', 'b');
  const { headers, ...outcome } = applied(register(), { bindings, now: (NOON + 1_500) as WallMs });
  assert.deepEqual(outcome, { bindings, added: [], refreshed: [], removed: [] });
  assert.deepEqual(headers.all('contact'), [
    '<sip:a@192.0.2.7>;expires=599',
    '<sip:b@192.0.2.7>;expires=599',
  ]);
});

test('RFC 3261 10.2.1.1: the time of the Contact goes before Expires, and Expires before the default', () => {
  const granted = (...fields: string[]) => applied(register(...fields)).headers.all('contact');
  assert.deepEqual(granted('Contact: <sip:a@h>;expires=100', 'Expires: 200'), ['<sip:a@h>;expires=100']);
  assert.deepEqual(granted('Contact: <sip:a@h>', 'Expires: 200'), ['<sip:a@h>;expires=200']);
  assert.deepEqual(granted('Contact: <sip:a@h>'), ['<sip:a@h>;expires=600']);
  assert.deepEqual(granted('Contact: sip:a@h;expires=100'), ['<sip:a@h>;expires=100']);
});

test('RFC 3261 20.10: a malformed time counts as an hour', () => {
  for (const expires of ['soon', '-1', '1e3', '99999999999', '']) {
    const { headers } = applied(register(`Contact: <sip:a@h>;expires="${expires}"`));
    assert.equal(headers.get('contact'), '<sip:a@h>;expires=3600');
  }
});

test('a longer time than allowed is shortened', () => {
  const { headers } = applied(register('Contact: <sip:a@h>;expires=4294967295'));
  assert.equal(headers.get('contact'), '<sip:a@h>;expires=3600');
});

test('RFC 3261 10.3 step 7: a shorter time than allowed is 423 with Min-Expires, and 0 is not shorter', () => {
  const result = apply(register('Contact: <sip:a@h>;expires=59'));
  assert.ok(!result.ok);
  assert.equal(result.error.status, 423);
  assert.deepEqual([...result.error.headers], [['min-expires', '60']]);
  assert.deepEqual(applied(register('Contact: <sip:a@h>;expires=0')).bindings, []);
});

test('RFC 3261 10.2.2: expires=0 takes that Contact back and no other', () => {
  const bindings = registered('a', 'b');
  const outcome = applied(register('Contact: <sip:a@192.0.2.7>;expires=0', 'CSeq: 9 REGISTER'), { bindings });
  assert.deepEqual(contacts(outcome.bindings), ['sip:b@192.0.2.7']);
  assert.deepEqual(contacts(outcome.removed), ['sip:a@192.0.2.7']);
});

test('RFC 3261 10.2.2: * with Expires: 0 takes all back', () => {
  const bindings = registered('a', 'b');
  const outcome = applied(register('Contact: *', 'Expires: 0'), { bindings });
  assert.deepEqual(outcome.bindings, []);
  assert.deepEqual(outcome.removed, bindings);
  assert.deepEqual([...outcome.headers], []);
});

test('RFC 3261 10.3 step 6: * with another time, without one, or beside another Contact is refused', () => {
  const wildcard = { code: 'WILDCARD', status: 400 };
  assert.deepEqual(refused(register('Contact: *')), wildcard);
  assert.deepEqual(refused(register('Contact: *', 'Expires: 60')), wildcard);
  assert.deepEqual(refused(register('Contact: *', 'Expires: 0x0')), wildcard);
  assert.deepEqual(refused(register('Contact: *, <sip:a@h>', 'Expires: 0')), wildcard);
  assert.deepEqual(refused(register('Contact: <sip:a@h>', 'Contact: *', 'Expires: 0')), wildcard);
});

test('RFC 3261 10.3 step 7: of one Call-ID only a higher CSeq may change anything', () => {
  const bindings = registered('a');
  const older = { code: 'OUT_OF_ORDER', status: 500 };
  for (const cseq of [5, 4, 0]) {
    const again = register('Contact: <sip:a@192.0.2.7>', 'Call-ID: a', `CSeq: ${cseq} REGISTER`);
    assert.deepEqual(refused(again, { bindings }), older);
    const all = register('Contact: *', 'Expires: 0', 'Call-ID: a', `CSeq: ${cseq} REGISTER`);
    assert.deepEqual(refused(all, { bindings }), older);
  }
  const newer = register('Contact: <sip:a@192.0.2.7>', 'Call-ID: a', 'CSeq: 6 REGISTER');
  assert.equal(applied(newer, { bindings }).bindings[0]?.cseq, 6);
  const rebooted = register('Contact: <sip:a@192.0.2.7>', 'Call-ID: other', 'CSeq: 1 REGISTER');
  assert.equal(applied(rebooted, { bindings }).bindings[0]?.cseq, 1);
});

test('RFC 3261 10.3 step 6: one Contact that cannot be taken leaves all as it was', () => {
  const bindings = registered('a', 'b');
  const bad = register('Contact: <sip:c@h>, <sip:a@192.0.2.7>;expires=0, <sip:d@h>;expires=5', 'Call-ID: z');
  assert.deepEqual(refused(bad, { bindings }), { code: 'TOO_BRIEF', status: 423 });
  assert.deepEqual(contacts(bindings), ['sip:a@192.0.2.7', 'sip:b@192.0.2.7']);
});

test('a sixth phone is refused with 403, and the five go on', () => {
  const bindings = registered('a', 'b', 'c', 'd', 'e');
  const sixth = { code: 'TOO_MANY_BINDINGS', status: 403 };
  assert.deepEqual(refused(register('Contact: <sip:f@192.0.2.7>'), { bindings }), sixth);
  const again = applied(register('Contact: <sip:c@192.0.2.7>', 'CSeq: 9 REGISTER'), { bindings });
  assert.deepEqual(contacts(again.refreshed), ['sip:c@192.0.2.7']);
  const swap = register('Contact: <sip:a@192.0.2.7>;expires=0, <sip:f@192.0.2.7>');
  assert.equal(applied(swap, { bindings }).bindings.length, 5);
});

test('a sixth phone may come when one of the five has expired', () => {
  const bindings = registered('a', 'b', 'c', 'd', 'e');
  const later = (NOON + 600_000) as WallMs;
  assert.deepEqual(contacts(applied(register('Contact: <sip:f@h>'), { bindings, now: later }).bindings), [
    'sip:f@h',
  ]);
});

test('where the limit was lowered, phones that are there may go on and new ones may not come', () => {
  const bindings = registered('a', 'b', 'c', 'd');
  const limits = { ...LIMITS, bindings: 2 };
  const again = register('Contact: <sip:a@192.0.2.7>', 'CSeq: 9 REGISTER');
  assert.equal(applied(again, { bindings, limits }).bindings.length, 4);
  assert.equal(refused(register('Contact: <sip:f@h>'), { bindings, limits }).code, 'TOO_MANY_BINDINGS');
});

test('hundreds of Contacts in one request are refused before they are compared', () => {
  const list = Array.from({ length: 200 }, (_, i) => `<sip:a${i}@h>;expires=0`).join(', ');
  assert.equal(refused(register(`Contact: ${list}`)).code, 'TOO_MANY_BINDINGS');
});

test('RFC 3261 19.1.4: a phone without an instance is known by its Contact, however it is written', () => {
  const bindings = applied(register('Contact: <sip:a@Phone.Example.COM;ob>', 'Call-ID: x')).bindings;
  const moved = flowFrom('198.51.100.9', 40_000);
  const outcome = applied(register('Contact: <sip:%61@phone.example.com;ob>'), { bindings, flow: moved });
  assert.equal(outcome.bindings.length, 1);
  assert.deepEqual(outcome.bindings[0]?.flow, moved);
  assert.deepEqual(outcome.added, []);
  assert.deepEqual(outcome.removed, []);
});

test('RFC 5626 6: a phone with an instance is known by it, from wherever it comes', () => {
  const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"';
  const first = register(`Contact: <sip:a@10.0.0.1:40001>;${instance}`, 'Call-ID: x');
  const bindings = applied(first).bindings;
  const moved = flowFrom('198.51.100.9', 40_000, 'tcp', 7);
  const second = register(`Contact: <sip:a@10.9.9.9:50123>;${instance}`, 'Call-ID: y');
  const outcome = applied(second, { bindings, flow: moved });
  assert.deepEqual(contacts(outcome.bindings), ['sip:a@10.9.9.9:50123']);
  assert.deepEqual(outcome.bindings[0]?.flow, moved);
  assert.deepEqual(contacts(outcome.refreshed), ['sip:a@10.9.9.9:50123']);
  assert.deepEqual(outcome.removed, []);
});

test('RFC 5626 6: the flows of one phone, told apart by reg-id, stand side by side', () => {
  const one = register('Contact: <sip:a@h>;+sip.instance="<urn:uuid:1>";reg-id=1', 'Call-ID: x');
  const two = register(
    'Contact: <sip:a@h>;+sip.instance="<urn:uuid:1>";reg-id=2',
    'Call-ID: x',
    'CSeq: 2 REGISTER',
  );
  const outcome = applied(two, { bindings: applied(one).bindings });
  assert.deepEqual(outcome.headers.all('contact'), [
    '<sip:a@h>;expires=600;+sip.instance="<urn:uuid:1>";reg-id=2',
    '<sip:a@h>;expires=600;+sip.instance="<urn:uuid:1>";reg-id=1',
  ]);
});

test('two phones that have the same address behind two NATs are two, if they name their instance', () => {
  const one = register('Contact: <sip:101@192.168.1.10>;+sip.instance="<urn:uuid:1>"', 'Call-ID: x');
  const two = register('Contact: <sip:101@192.168.1.10>;+sip.instance="<urn:uuid:2>"', 'Call-ID: y');
  assert.equal(applied(two, { bindings: applied(one).bindings }).bindings.length, 2);
});

test('an instance, by which a phone is known, is told to no other phone of the extension', () => {
  const own = 'Contact: <sip:101@192.168.1.10>;+sip.instance="<urn:uuid:secret>";reg-id=1';
  const { bindings, headers } = applied(register(own, 'Call-ID: x'));
  assert.match(headers.get('contact') ?? '', /urn:uuid:secret/);
  const others = [register('Call-ID: y'), register('Contact: <sip:thief@192.0.2.9>', 'Call-ID: y')];
  for (const request of others) {
    const told = applied(request, { bindings }).headers.all('contact').join();
    assert.match(told, /<sip:101@192\.168\.1\.10>/);
    assert.doesNotMatch(told, /secret|reg-id/);
  }
});

test('a phone whose address changed may take the old one back and bring the new one, in either order', () => {
  const instance = '+sip.instance="<urn:uuid:1>"';
  const bindings = applied(register(`Contact: <sip:a@old>;${instance}`)).bindings;
  const gone = `<sip:a@old>;${instance};expires=0`;
  const fresh = `<sip:a@new>;${instance}`;
  for (const contact of [`${gone}, ${fresh}`, `${fresh}, ${gone}`]) {
    const outcome = applied(register(`Contact: ${contact}`, 'CSeq: 2 REGISTER'), { bindings });
    assert.deepEqual(contacts(outcome.bindings), ['sip:a@new']);
    assert.deepEqual(outcome.removed, []);
  }
});

test('a Contact that stands twice in one request makes one binding, and the later one counts', () => {
  const outcome = applied(register('Contact: <sip:a@h>;expires=100, <sip:%61@H>;expires=200'));
  assert.deepEqual(outcome.headers.all('contact'), ['<sip:%61@H>;expires=200']);
  assert.equal(outcome.added.length, 1);
});

test('a reg-id that is no number from 1 on, or comes without an instance, is none', () => {
  for (const contact of [
    '<sip:a@h>;reg-id=1',
    '<sip:a@h>;+sip.instance="<urn:x:1>";reg-id=0',
    '<sip:a@h>;+sip.instance="<urn:x:1>";reg-id=4294967296',
    '<sip:a@h>;+sip.instance="<urn:x:1>";reg-id=one',
  ]) {
    assert.equal(applied(register(`Contact: ${contact}`)).bindings[0]?.regId, undefined);
  }
});

test('RFC 5626: outbound is never required of anybody', () => {
  const request = register(
    'Contact: <sip:a@h>;+sip.instance="<urn:uuid:1>";reg-id=1;ob',
    'Supported: outbound, path',
  );
  assert.deepEqual(
    [...applied(request).headers].map(([name]) => name),
    ['contact'],
  );
});

test('RFC 3327 5.3: Path is kept and repeated if it comes from a trusted edge, and ignored otherwise', () => {
  const request = register(
    'Contact: <sip:a@h>',
    'Path: <sip:edge1.example.com;lr>, <sip:edge2.example.com;lr>',
  );
  const trusted = applied(request, { trustedEdge: true });
  const path = ['<sip:edge1.example.com;lr>', '<sip:edge2.example.com;lr>'];
  assert.deepEqual(trusted.bindings[0]?.path, path);
  assert.deepEqual(trusted.headers.all('path'), path);
  const stranger = applied(request);
  assert.deepEqual(stranger.bindings[0]?.path, []);
  assert.equal(stranger.headers.has('path'), false);
});

test('a Path that is malformed or endless is refused', () => {
  const edge = { trustedEdge: true };
  for (const path of ['sip:edge;lr', '<tel:1>', 'nonsense', `<sip:${'e'.repeat(600)};lr>`]) {
    assert.equal(refused(register('Contact: <sip:a@h>', `Path: ${path}`), edge).code, 'PATH_SYNTAX');
  }
  const many = Array.from({ length: 5 }, () => 'Path: <sip:e;lr>');
  assert.equal(refused(register('Contact: <sip:a@h>', ...many), edge).code, 'PATH_SYNTAX');
});

test('a phone whose Contact is not where its packets come from sits behind a NAT', () => {
  const behindNat = (contact: string, flow: Flow, trustedEdge = false) =>
    applied(register(`Contact: <${contact}>`, 'Path: <sip:edge;lr>'), { flow, trustedEdge }).bindings[0]
      ?.behindNat;
  assert.equal(behindNat('sip:a@192.0.2.7', HOME), false);
  assert.equal(behindNat('sip:a@192.0.2.7:5060', HOME), false);
  assert.equal(behindNat('sip:a@10.0.0.7', HOME), true);
  assert.equal(behindNat('sip:a@phone.example.com', HOME), true);
  assert.equal(behindNat('sip:a@192.0.2.7', flowFrom('192.0.2.7', 40_000)), true);
  assert.equal(behindNat('sip:a@192.0.2.7', flowFrom('192.0.2.7', 40_000, 'tcp', 1)), false);
  assert.equal(behindNat('sip:a@[2001:db8:0::7]', flowFrom('2001:db8::7')), false);
  assert.equal(behindNat('sip:a@10.0.0.7', HOME, true), false);
});

test('a Contact that is no SIP URI, or has what no request line may have, is refused', () => {
  const status = (contact: string) => refused(register(`Contact: ${contact}`)).code;
  assert.equal(status('<tel:+4930123>'), 'CONTACT_SCHEME');
  assert.equal(status('<mailto:a@example.com>'), 'CONTACT_SCHEME');
  assert.equal(status('<sip:a@h?Subject=x>'), 'CONTACT_HEADERS');
  assert.equal(status('nonsense'), 'CONTACT_SYNTAX');
  assert.equal(status(`<sip:a@h;x=${'y'.repeat(1_100)}>`), 'CONTACT_TOO_LONG');
  assert.equal(status(`<sip:a@h>;+sip.instance="<${'y'.repeat(300)}>"`), 'CONTACT_TOO_LONG');
  assert.equal(status('<sip:a@h>;+sip.instance="<urn x>"'), 'CONTACT_SYNTAX');
  const endless = register('Contact: <sip:a@h>', `Call-ID: ${'c'.repeat(300)}`);
  assert.equal(refused(endless).code, 'CONTACT_TOO_LONG');
});

test('a Contact that points back to us is refused, by name or by address and port', () => {
  const ownHosts = ['pbx.example.com', '192.0.2.1', '2001:db8::1'];
  const code = (contact: string) => {
    const result = apply(register(`Contact: <${contact}>`), { ownHosts });
    return result.ok ? 'taken' : result.error.code;
  };
  assert.equal(code('sip:101@PBX.example.com:9999'), 'CONTACT_LOOP');
  assert.equal(code('sip:101@192.0.2.1'), 'CONTACT_LOOP');
  assert.equal(code('sip:101@[2001:db8::1]:5060'), 'CONTACT_LOOP');
  assert.equal(code('sip:101@192.0.2.1:5070'), 'taken');
  assert.equal(code('sip:101@192.0.2.7'), 'taken');
});

test('what a phone calls itself is cut and cleaned before it is kept', () => {
  const { bindings } = applied(register('Contact: <sip:a@h>', `User-Agent: ${'\u202eevil'.repeat(100)}`));
  const { userAgent = '' } = bindings[0] ?? {};
  assert.ok(userAgent.length <= 128);
  assert.doesNotMatch(userAgent, /\u202e/);
});

// A few phones that come and go as they like, some with an instance, some behind each other's addresses.
const requests = fc.record({
  user: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  second: fc.option(fc.constantFrom('a', 'k', 'l'), { nil: undefined }),
  instance: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  expires: fc.constantFrom('0', '30', '60', '120', '99999', 'junk'),
  wildcard: fc.oneof(
    { weight: 12, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  callId: fc.constantFrom('x', 'y', 'z'),
  cseq: fc.nat(6),
  waitMs: fc.nat(90_000),
  port: fc.integer({ min: 5_060, max: 5_063 }),
});

test('whatever phones send: never more bindings than allowed, none expired, no key twice, all or nothing', () => {
  fc.assert(
    fc.property(fc.array(requests, { maxLength: 40 }), (steps) => {
      let bindings: readonly Binding[] = [];
      let now = NOON;
      for (const step of steps) {
        now = (now + step.waitMs) as WallMs;
        const instance = step.instance === undefined ? '' : `;+sip.instance="<urn:uuid:${step.instance}>"`;
        const second = step.second === undefined ? '' : `, <sip:${step.second}@10.0.0.1>`;
        const contact = step.wildcard ? '*' : `<sip:${step.user}@10.0.0.1>${instance}${second}`;
        const request = register(
          `Contact: ${contact}`,
          `Expires: ${step.wildcard ? '0' : step.expires}`,
          `Call-ID: ${step.callId}`,
          `CSeq: ${step.cseq} REGISTER`,
        );
        const before = structuredClone(bindings);
        const result = apply(request, { bindings, now, flow: flowFrom('192.0.2.7', step.port) });
        assert.deepEqual(bindings, before, 'the input was changed');
        if (!result.ok) continue;
        const outcome = result.value;
        assert.ok(outcome.bindings.length <= LIMITS.bindings);
        assert.ok(outcome.bindings.every(({ expiresAt }) => expiresAt > now));
        assert.ok(outcome.bindings.every(({ expiresAt }) => expiresAt <= now + LIMITS.maxSeconds * 1_000));
        assert.equal(new Set(outcome.bindings.map(({ key }) => key)).size, outcome.bindings.length);
        assert.equal(outcome.headers.all('contact').length, outcome.bindings.length);
        const fresh = [...outcome.added, ...outcome.refreshed];
        assert.ok(
          fresh.every((binding) => outcome.bindings.includes(binding) && binding.registeredAt === now),
        );
        const others = outcome.bindings.filter((binding) => !fresh.includes(binding));
        assert.ok(others.every((binding) => bindings.includes(binding)));
        bindings = outcome.bindings;
      }
    }),
    { numRuns: 300 },
  );
});

test('what was granted can be registered again just so, and changes nothing but the times', () => {
  const phones = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(phones, fc.boolean(), (ids, withInstance) => {
      const contact = (id: number) =>
        `<sip:${id}@10.0.0.${id}>${withInstance ? `;+sip.instance="<urn:uuid:${id}>"` : ''}`;
      const first = applied(register(`Contact: ${ids.map(contact).join(', ')}`));
      const again = register(
        ...first.headers.all('contact').map((value) => `Contact: ${value}`),
        'CSeq: 2 REGISTER',
      );
      const second = applied(again, { bindings: first.bindings });
      assert.deepEqual(second.refreshed.length, ids.length);
      assert.deepEqual(second.headers.all('contact'), first.headers.all('contact'));
    }),
  );
});

/** Bindings over TCP, from before a restart: their connections are gone. */
function waiting(...users: string[]): readonly Binding[] {
  return registered(...users).map((binding, i) => ({
    ...binding,
    flow: flowFrom('192.0.2.7', 50_000 + i, 'tcp'),
    registeredAt: (NOON - 1_000 + i) as WallMs,
  }));
}

test('a phone that is away has its binding replaced when its Call-ID comes with another Contact', () => {
  const request = register('Contact: <sip:a@192.0.2.7:50123>', 'Call-ID: a', 'CSeq: 6 REGISTER');
  const bindings = waiting('a', 'b');
  const { removed, added, ...outcome } = applied(request, { bindings });
  assert.deepEqual(contacts(outcome.bindings), ['sip:b@192.0.2.7', 'sip:a@192.0.2.7:50123']);
  assert.deepEqual(contacts(removed), ['sip:a@192.0.2.7']);
  assert.deepEqual(contacts(added), ['sip:a@192.0.2.7:50123']);
  // One that is here may have two Contacts.
  assert.equal(applied(request, { bindings: registered('a', 'b') }).bindings.length, 3);
  // Who only asks what there is brings nothing in their place.
  assert.deepEqual(applied(register('Call-ID: a', 'CSeq: 6 REGISTER'), { bindings }).bindings, bindings);
});

test('phones that are away take no place from one that registers: the oldest of them gives way', () => {
  const away = waiting('a', 'b', 'c');
  const here = registered('d', 'e');
  const request = register('Contact: <sip:f@192.0.2.7>', 'Call-ID: f');
  const { bindings, removed } = applied(request, { bindings: [...here, ...away] });
  assert.deepEqual(contacts(bindings), [
    'sip:d@192.0.2.7',
    'sip:e@192.0.2.7',
    'sip:b@192.0.2.7',
    'sip:c@192.0.2.7',
    'sip:f@192.0.2.7',
  ]);
  assert.deepEqual(contacts(removed), ['sip:a@192.0.2.7']);
  const full = registered('a', 'b', 'c', 'd', 'e');
  assert.deepEqual(refused(request, { bindings: full }), { code: 'TOO_MANY_BINDINGS', status: 403 });
});

test('a phone that was away and names its instance comes back to its own binding', () => {
  const contact = (port: number): string =>
    `Contact: <sip:a@192.0.2.7:${port}>;+sip.instance="<urn:uuid:1>";reg-id=1`;
  const { bindings } = applied(register(contact(40_000)));
  const away = bindings.map((binding) => ({ ...binding, flow: flowFrom('192.0.2.7', 40_000, 'tls') }));
  const flow = flowFrom('192.0.2.7', 40_001, 'tls', 3);
  const back = applied(register(contact(40_001), 'Call-ID: another'), { bindings: away, flow });
  assert.equal(back.bindings.length, 1);
  assert.deepEqual(back.refreshed[0]?.flow, flow);
  assert.deepEqual([back.added, back.removed], [[], []]);
});

test('RFC 5626 6: a phone that asks is told that its flow is kept, over streams and when nothing is in between', () => {
  const flow = flowFrom('192.0.2.7', 40_000, 'tls', 3);
  const request = (contact: string, supported: string): SipRequest =>
    register(`Contact: ${contact}`, `Supported: ${supported}`);
  const outbound = '<sip:a@192.0.2.7>;+sip.instance="<urn:uuid:1>";reg-id=1';
  const told = (contact: string, supported: string, given: Given = { flow }): string | undefined =>
    applied(request(contact, supported), given).headers.get('require');
  assert.equal(told(outbound, 'path, outbound'), 'outbound');
  assert.equal(told(outbound, 'path'), undefined);
  assert.equal(told('<sip:a@192.0.2.7>', 'outbound'), undefined);
  assert.equal(told(outbound, 'outbound', { flow: HOME }), undefined);
  assert.equal(told(`${outbound};expires=0`, 'outbound'), undefined);
});
