import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InboundDocument, inboundRuleShape } from './inbound.ts';

const RULE: InboundDocument = {
  trunks: ['acme'],
  called: ['2079460123', '*0100', '+442079460199'],
  callers: ['withheld', '+15550100'],
  open: { to: 'ring-group', extensions: ['101', '102'], strategy: 'hunt', ringSeconds: 20 },
  closed: { to: 'outside', number: '+447700900123', owner: '101' },
  holiday: null,
};

function refusal(changes: Readonly<Record<string, unknown>>): string {
  const read = inboundRuleShape.read({ ...RULE, ...changes }, 'rule');
  return read.ok ? '' : read.error;
}

test('a rule with every kind of condition and destination is read as it is', () => {
  assert.deepEqual(inboundRuleShape.read(RULE, ''), { ok: true, value: RULE });
});

test('a receptionist, a queue and a voicemail box are refused in words that say why', () => {
  for (const to of ['receptionist', 'queue', 'voicemail']) {
    const text = refusal({ open: { to, number: '800' } });
    assert.equal(
      text,
      `rule.open: a ${to} does not exist yet: take an extension, a ring group, a number outside, or hang-up`,
    );
  }
});

test('masks, members, times and numbers are bounded', () => {
  const group = { to: 'ring-group', extensions: ['101'], strategy: 'all', ringSeconds: 20 };
  const wrong: [Readonly<Record<string, unknown>>, RegExp][] = [
    [{ called: ['1*2'] }, /called\[0\].*digits/],
    [{ called: ['withheld'] }, /called\[0\]/],
    [{ called: Array.from({ length: 101 }, () => '1') }, /at most 100/],
    [{ callers: ['anonymous'] }, /withheld/],
    [{ open: { ...group, extensions: [] } }, /names nobody/],
    [{ open: { ...group, extensions: Array.from({ length: 33 }, () => '101') } }, /at most 32/],
    [{ open: { ...group, ringSeconds: 4 } }, /from 5 to 300/],
    [{ open: { to: 'outside', number: '*67', owner: '101' } }, /open\.number/],
    [{ open: { to: 'outside', number: '123' } }, /owner is missing/],
    [{ open: { to: 'constructor' } }, /must be one of extension, ring-group, hang-up, outside/],
    [{ open: null }, /open\.to/],
  ];
  for (const [changes, expected] of wrong) assert.match(refusal(changes), expected);
});
