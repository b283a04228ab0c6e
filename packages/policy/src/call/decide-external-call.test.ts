import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONDON } from '../numbering/testing.ts';
import { type CallPolicy, DEFAULT_CALL_POLICY } from './call-policy.ts';
import { decideExternalCall } from './decide-external-call.ts';
import type { ExternalCallFacts, ResponsibleParty } from './external-call.ts';
import { BRITISH, dialling, PARTY } from './testing.ts';

/** The rules that deny; empty if the call is allowed. */
function denials(facts: ExternalCallFacts, policy: CallPolicy = BRITISH): string[] {
  const { verdict, because } = decideExternalCall(facts, policy);
  const rules = because.filter((reason) => reason.verdict === 'deny').map(({ rule }) => rule);
  assert.equal(verdict, rules.length === 0 ? 'allow' : 'deny');
  return rules;
}

function by(party: Partial<ResponsibleParty>): Partial<ExternalCallFacts> {
  return { responsible: { ...PARTY, ...party } };
}

test('by default, fixed, mobile and free numbers of the home country are called, and nothing else', () => {
  for (const dialled of ['79460958', '07400123456', '08001234567']) {
    assert.deepEqual(denials(dialling(dialled)), [], dialled);
  }
  const denied: Record<string, string[]> = {
    '+33142685300': ['country-not-allowed'],
    '+447781234567': ['country-not-allowed'],
    '09098790123': ['class-not-allowed'],
    '08431234567': ['class-not-allowed'],
    '07012345678': ['class-not-allowed'],
    '+881612345678': ['country-not-allowed', 'class-not-allowed'],
    '+4412': ['country-unknown', 'class-not-allowed'],
    '*6779460958': ['number-unreadable'],
  };
  for (const [dialled, rules] of Object.entries(denied)) {
    assert.deepEqual(denials(dialling(dialled)), rules, dialled);
  }
});

test('nothing leaves while the home country is not set', () => {
  const facts = dialling('+442079460958', {}, { ...LONDON, country: '' });
  assert.deepEqual(denials(facts, DEFAULT_CALL_POLICY), ['number-unreadable']);
  assert.deepEqual(denials(dialling('+442079460958'), DEFAULT_CALL_POLICY), ['country-not-allowed']);
});

test('who may call the United States may not call the islands, premium numbers or satellites', () => {
  const home = { country: 'US', internationalPrefix: '011', nationalPrefix: '1', areaCode: '' };
  const policy = { ...DEFAULT_CALL_POLICY, homeCountry: 'US', allowedCountries: ['US'], highRiskRanges: [] };
  assert.deepEqual(denials(dialling('2125551234', {}, home), policy), []);
  const numbers = ['18765551234', '12684601234', '18092345678', '19002345678'];
  for (const dialled of [...numbers, '+881612345678', '+882123456789', '+979123456789']) {
    assert.notDeepEqual(denials(dialling(dialled, {}, home), policy), [], dialled);
  }
});

test('a satellite network needs both its calling code and its class', () => {
  const both: CallPolicy = { ...BRITISH, allowedCountries: ['+881'], allowedClasses: ['satellite'] };
  assert.deepEqual(denials(dialling('+881612345678'), both), []);
  assert.deepEqual(denials(dialling('+870773111632'), both), ['country-not-allowed']);
  assert.deepEqual(denials(dialling('+881612345678'), { ...both, allowedClasses: ['mobile'] }), [
    'class-not-allowed',
  ]);
});

test('a high-risk range is denied in an allowed country, but not at home; own ranges hold everywhere', () => {
  const abroad = { ...BRITISH, allowedCountries: ['GB', 'SL'] };
  assert.deepEqual(denials(dialling('+23225123456'), abroad), ['high-risk-range']);
  assert.deepEqual(denials(dialling('+23225123456'), { ...abroad, highRiskRanges: [] }), []);
  assert.deepEqual(denials(dialling('+23225123456'), { ...abroad, homeCountry: 'SL' }), []);
  const own = { ...BRITISH, deniedRanges: [{ prefix: '+442079', why: 'we said so' }] };
  assert.deepEqual(denials(dialling('79460958'), own), ['high-risk-range']);
});

test('the switches of the extension hold', () => {
  assert.deepEqual(denials(dialling('79460958', by({ isEnabled: false }))), ['extension-disabled']);
  assert.deepEqual(denials(dialling('79460958', by({ isInternalOnly: true }))), ['internal-only']);
  assert.deepEqual(denials(dialling('79460958', by({ isPinLocked: true }))), ['pin-locked']);
});

test('out of office hours calls leave for the home country only, or as set, or as the extension may', () => {
  const abroad: CallPolicy = { ...BRITISH, allowedCountries: ['GB', 'FR'] };
  const closed = { isOfficeOpen: false };
  assert.deepEqual(denials(dialling('79460958', closed), abroad), []);
  assert.deepEqual(denials(dialling('+33142685300', closed), abroad), ['out-of-hours']);
  assert.deepEqual(denials(dialling('79460958', closed), { ...abroad, outOfHours: 'nowhere' }), [
    'out-of-hours',
  ]);
  assert.deepEqual(denials(dialling('+33142685300', closed), { ...abroad, outOfHours: 'everywhere' }), []);
  const free = { ...closed, ...by({ mayCallOutOfHours: true }) };
  assert.deepEqual(denials(dialling('+33142685300', free), { ...abroad, outOfHours: 'nowhere' }), []);
});

test('forwards, redirections and rules need a grant, and are judged as the extension that caused them', () => {
  for (const cause of ['forward', 'redirect', 'rule'] as const) {
    assert.deepEqual(denials(dialling('79460958', { cause })), ['forward-outside']);
    const granted = { cause, ...by({ mayForwardOutside: true }) };
    assert.deepEqual(denials(dialling('79460958', granted)), []);
    assert.deepEqual(denials(dialling('79460958', { ...granted, from: 'trunk' })), []);
    assert.deepEqual(denials(dialling('09098790123', granted)), ['class-not-allowed']);
    const locked = { cause, ...by({ mayForwardOutside: true, isPinLocked: true }) };
    assert.deepEqual(denials(dialling('79460958', locked)), ['pin-locked']);
  }
});

test('a call within the house may be transferred outside, one from outside only with the grant', () => {
  assert.deepEqual(denials(dialling('79460958', { cause: 'transfer' })), []);
  const outsider = { cause: 'transfer', from: 'trunk' } as const;
  assert.deepEqual(denials(dialling('79460958', outsider)), ['trunk-to-trunk']);
  assert.deepEqual(denials(dialling('79460958', { ...outsider, ...by({ mayForwardOutside: true }) })), []);
});

test('who comes in over a trunk never dials out, and nobody answers for what a provider asks', () => {
  const through = { from: 'trunk', ...by({ mayForwardOutside: true }) } as const;
  assert.deepEqual(denials(dialling('79460958', through)), ['trunk-to-trunk']);
  for (const cause of ['transfer', 'redirect'] as const) {
    assert.deepEqual(denials(dialling('79460958', { from: 'trunk', cause, responsible: undefined })), [
      'nobody-responsible',
      'trunk-to-trunk',
    ]);
  }
});

test('calls from the voicemail menu are off until they are allowed', () => {
  const remote = { from: 'trunk', cause: 'remote' } as const;
  assert.deepEqual(denials(dialling('79460958', remote)), ['remote-calling']);
  assert.deepEqual(denials(dialling('79460958', remote), { ...BRITISH, allowsRemoteCalling: true }), []);
});

test('an extension shows its own numbers only', () => {
  assert.deepEqual(denials(dialling('79460958', { callerId: '+442079460101' })), []);
  assert.deepEqual(denials(dialling('79460958', { callerId: '+442079460999' })), ['caller-id-not-allowed']);
});

test('a call that is allowed says what allowed it', () => {
  assert.deepEqual(
    decideExternalCall(dialling('79460958'), BRITISH).because.map(({ text }) => text),
    [
      '+442079460958 belongs to GB, which is allowed',
      '+442079460958 is of the class national-fixed, which is allowed',
    ],
  );
});
