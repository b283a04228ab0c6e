import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ArrivalPolicy } from './arrival.ts';
import { decideCallOrigin } from './decide-call-origin.ts';
import { decideRegistration, type RegistrationFacts } from './decide-registration.ts';

const OPEN: ArrivalPolicy = { enabled: true, lanOnly: false, secureTransportOnly: false };
const FACTS: RegistrationFacts = {
  extension: '101',
  address: '192.0.2.7',
  fromLan: true,
  transport: 'udp',
  to: { header: 'To', user: '101', ourDomain: true },
  from: { header: 'From', user: '101', ourDomain: true },
};

function rules(facts: Partial<RegistrationFacts>, policy: Partial<ArrivalPolicy> = {}): string[] {
  const { because } = decideRegistration({ ...FACTS, ...facts }, { ...OPEN, ...policy });
  return because.filter(({ verdict }) => verdict === 'deny').map(({ rule }) => rule);
}

test('an enabled extension may register from anywhere unless a switch says otherwise', () => {
  assert.deepEqual(decideRegistration(FACTS, OPEN), {
    verdict: 'allow',
    because: [
      { rule: 'extension-enabled', verdict: 'allow', text: 'Extension 101 logged in and is enabled' },
    ],
  });
  assert.deepEqual(rules({ fromLan: false }), []);
});

test('a disabled extension may not register', () => {
  assert.deepEqual(rules({}, { enabled: false }), ['extension-disabled']);
});

test('LAN only means the LAN, whatever the transport', () => {
  assert.deepEqual(rules({ fromLan: false, transport: 'tls' }, { lanOnly: true }), ['lan-only']);
  assert.deepEqual(rules({ fromLan: true }, { lanOnly: true }), []);
});

test('an extension that is bound to networks may not be used from elsewhere, not even from the LAN', () => {
  assert.deepEqual(rules({ outsideItsNetworks: true }), ['only-from']);
  assert.deepEqual(rules({ outsideItsNetworks: false }), []);
});

test('secure transport only means TLS, also on the LAN', () => {
  assert.deepEqual(rules({ transport: 'udp' }, { secureTransportOnly: true }), ['secure-transport-only']);
  assert.deepEqual(rules({ transport: 'tcp' }, { secureTransportOnly: true }), ['secure-transport-only']);
  assert.deepEqual(rules({ transport: 'tls' }, { secureTransportOnly: true }), []);
});

test('RFC 3261 10.3: To and From must name the extension that logged in, at a domain of ours', () => {
  const foreign = { user: '102', ourDomain: true };
  assert.deepEqual(rules({ to: { header: 'To', ...foreign } }), ['identity-mismatch']);
  assert.deepEqual(rules({ from: { header: 'From', ...foreign } }), ['identity-mismatch']);
  assert.deepEqual(rules({ to: { header: 'To', user: '101', ourDomain: false } }), ['identity-mismatch']);
  assert.deepEqual(rules({ from: { header: 'From', user: '', ourDomain: true } }), ['identity-mismatch']);
});

test('a reason shows a hostile name on one short line', () => {
  const user = `"\r\n\u001b[31m\u009b\u202e${'x'.repeat(500)}`;
  const { because } = decideRegistration({ ...FACTS, from: { header: 'From', user, ourDomain: true } }, OPEN);
  assert.ok(because[0].text.length < 150, because[0].text);
  assert.match(because[0].text, /^[ -~]+$/);
});

test('every rule that is broken is named', () => {
  const broken = rules(
    { fromLan: false, to: { header: 'To', user: '9', ourDomain: true } },
    { enabled: false, lanOnly: true, secureTransportOnly: true },
  );
  assert.deepEqual(broken.toSorted(), [
    'extension-disabled',
    'identity-mismatch',
    'lan-only',
    'secure-transport-only',
  ]);
});

const facts = fc.record({
  extension: fc.constant('101'),
  address: fc.ipV4(),
  fromLan: fc.boolean(),
  transport: fc.constantFrom('udp', 'tcp', 'tls'),
  to: fc.record({
    header: fc.constant('To'),
    user: fc.constantFrom('101', '102', ''),
    ourDomain: fc.boolean(),
  }),
  from: fc.record({
    header: fc.constant('From'),
    user: fc.constantFrom('101', '102'),
    ourDomain: fc.boolean(),
  }),
});
const policies = fc.record({
  enabled: fc.boolean(),
  lanOnly: fc.boolean(),
  secureTransportOnly: fc.boolean(),
});

test('closing a switch never lets more in', () => {
  fc.assert(
    fc.property(facts, policies, (given, policy) => {
      if (decideRegistration(given, policy).verdict === 'allow') return;
      for (const closed of [{ enabled: false }, { lanOnly: true }, { secureTransportOnly: true }]) {
        assert.equal(decideRegistration(given, { ...policy, ...closed }).verdict, 'deny');
      }
    }),
  );
});

test('who may not register because of a switch may not call either, and the other way round', () => {
  fc.assert(
    fc.property(facts, policies, (given, policy) => {
      const own = { header: 'From', user: '101', ourDomain: true };
      const registration = decideRegistration({ ...given, to: own, from: own }, policy);
      const call = decideCallOrigin({ ...given, from: own, asserted: [] }, policy);
      assert.deepEqual(call, registration);
    }),
  );
});
