import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import fc from 'fast-check';
import type { Binding } from './binding.ts';
import {
  EXTENSION,
  LIMITS,
  NOON,
  HOME,
  flowFrom,
  register,
  apply,
  applied,
  refused,
  contacts,
  registered,
} from '../testing/registers.ts';

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
