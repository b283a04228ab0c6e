import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallOriginFacts, decideCallOrigin } from './decide-call-origin.ts';

const OPEN = { enabled: true, lanOnly: false, secureTransportOnly: false };
const FACTS: CallOriginFacts = {
  extension: '101',
  address: '192.0.2.7',
  fromLan: true,
  transport: 'tls',
  from: { header: 'From', user: '101', ourDomain: true },
  asserted: [],
};

function verdict(facts: Partial<CallOriginFacts>): string {
  return decideCallOrigin({ ...FACTS, ...facts }, OPEN).verdict;
}

test('an extension may call as itself', () => {
  assert.equal(verdict({}), 'allow');
  assert.equal(
    verdict({ asserted: [{ header: 'P-Asserted-Identity', user: '101', ourDomain: true }] }),
    'allow',
  );
});

test('RFC 3325: an extension may not call as another, in whichever field it says so', () => {
  assert.equal(verdict({ from: { header: 'From', user: '102', ourDomain: true } }), 'deny');
  for (const header of ['P-Asserted-Identity', 'P-Preferred-Identity', 'Remote-Party-ID']) {
    const own = { header, user: '101', ourDomain: true };
    assert.equal(verdict({ asserted: [own, { header, user: '102', ourDomain: true }] }), 'deny');
    assert.equal(verdict({ asserted: [{ header, user: '', ourDomain: false }] }), 'deny');
  }
});

test('RFC 3323: who logged in may claim to be nobody, but not somebody else beside it', () => {
  assert.equal(verdict({ from: 'nobody' }), 'allow');
  const own = { header: 'P-Preferred-Identity', user: '101', ourDomain: true };
  assert.equal(verdict({ from: 'nobody', asserted: [own] }), 'allow');
  assert.equal(verdict({ from: 'nobody', asserted: [{ ...own, user: '102' }] }), 'deny');
});

test('the refusal names the field, the name and the extension', () => {
  const asserted = [{ header: 'P-Asserted-Identity', user: '900', ourDomain: true }];
  assert.deepEqual(decideCallOrigin({ ...FACTS, asserted }, OPEN).because[0], {
    rule: 'identity-mismatch',
    verdict: 'deny',
    text: 'P-Asserted-Identity names "900", but extension 101 logged in',
  });
});

test('the switches of the extension hold for calls as well', () => {
  const decision = decideCallOrigin(
    { ...FACTS, fromLan: false, transport: 'tcp' },
    { enabled: false, lanOnly: true, secureTransportOnly: true },
  );
  assert.deepEqual(
    decision.because.map(({ rule }) => rule),
    ['extension-disabled', 'lan-only', 'secure-transport-only'],
  );
});

test('a disabled extension may call for help, from where it might be used otherwise, as itself', () => {
  const disabled = { enabled: false, lanOnly: true, secureTransportOnly: false };
  const rules = (facts: Partial<CallOriginFacts>): string[] =>
    decideCallOrigin({ ...FACTS, isForHelp: true, ...facts }, disabled).because.map(({ rule }) => rule);
  assert.deepEqual(rules({}), ['emergency']);
  assert.ok(rules({ fromLan: false }).includes('lan-only'));
  assert.ok(rules({ from: { header: 'From', user: '102', ourDomain: true } }).includes('identity-mismatch'));
  assert.ok(rules({ isForHelp: false }).includes('extension-disabled'));
});
