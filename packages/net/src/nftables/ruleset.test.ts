import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isNftRules, type NftRules, readCounters, rulesetText } from './ruleset.ts';

const RULES: NftRules = {
  udpPorts: [5_060],
  tcpPorts: [5_060, 5_061],
  trunkRate: { perSecond: 200, burst: 400 },
  answerRate: { perSecond: 300, burst: 500 },
  strangerRate: { perSecond: 40, burst: 80 },
  strangersBudget: { perSecond: 2_000, burst: 2_000 },
  hostsInSet: 65_536,
  rangesInSet: 1_024,
};

test('the rules stand in the order in which they must decide', () => {
  const text = rulesetText(RULES);
  const places = [
    '@flow4 accept',
    '@flow6 accept',
    '@th,64,64 0x5349502f322e3020 ip saddr @trunk4 update @answers4 { ip saddr limit rate 300/second burst 500 packets } accept',
    '; add rule inet ringwall sip ip saddr @trunk4 update @requests4 { ip saddr limit rate 200/second burst 400 packets } accept',
    '@allow4 accept',
    '@ban4 counter name banned drop',
    '& ffff:ffff:ffff:ffff:: @ban6 counter name banned drop',
    'meta l4proto udp ip saddr @hush4 counter name banned drop',
    '@banrange4 counter name banned drop',
    '@allowrange4 accept',
    'meta l4proto tcp accept',
    'update @meter4 { ip saddr limit rate over 40/second burst 80 packets } counter name metered drop',
    'sip limit rate over 2000/second burst 2000 packets counter name budget drop',
    'meta l4proto . th dport { udp . 5060, tcp . 5060, tcp . 5061 } fib daddr type local jump sip',
  ].map((rule) => text.indexOf(rule));
  assert.ok(places.every((place) => place > 0));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('only our own table is named, it is owned, and ranges are not merged', () => {
  const text = rulesetText(RULES);
  for (const command of text.split(/;(?! [^{}]*\}) /)) assert.match(command, /^add \w+ inet ringwall( |$)/);
  assert.match(text, /^add table inet ringwall \{ flags owner; \}/);
  assert.doesNotMatch(text, /auto-merge|flush|\n/);
});

test('what is not rules is refused', () => {
  assert.ok(isNftRules(RULES));
  for (const wrong of [
    undefined,
    null,
    'rules',
    [],
    {},
    { ...RULES, udpPorts: [], tcpPorts: [] },
    { ...RULES, udpPorts: [0] },
    { ...RULES, udpPorts: ['5060'] },
    { ...RULES, tcpPorts: Array.from({ length: 65 }, (_, i) => i + 1) },
    { ...RULES, trunkRate: { perSecond: 0, burst: 1 } },
    { ...RULES, answerRate: { perSecond: 1 } },
    { ...RULES, strangerRate: { perSecond: 1.5, burst: 1 } },
    { ...RULES, strangersBudget: null },
    { ...RULES, hostsInSet: '1 } ; flush ruleset' },
    { ...RULES, rangesInSet: Number.POSITIVE_INFINITY },
  ]) {
    assert.equal(isNftRules(wrong), false, JSON.stringify(wrong));
  }
});

test('whatever comes instead of rules, no text of it gets into a command', () => {
  const values = fc.oneof(fc.anything(), fc.record({ perSecond: fc.anything(), burst: fc.anything() }));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(RULES)), values, (key, value) => {
      const rules: unknown = { ...RULES, [key]: value };
      if (!isNftRules(rules)) return;
      const digitless = (text: string): string =>
        text.replaceAll(/\d+/g, '0').replaceAll(/(, )?\w+ \. 0/g, '');
      assert.equal(digitless(rulesetText(rules)), digitless(rulesetText(RULES)));
    }),
    { numRuns: 500 },
  );
});

test('counters are read from what nft prints, all of them or none', () => {
  const printed = (names: readonly string[]): string =>
    `table inet ringwall {\n${names.map((name, i) => `\tcounter ${name} {\n\t\tpackets ${i} bytes 9\n\t}\n`).join('')}}\n`;
  assert.deepEqual(readCounters(printed(['banned', 'metered', 'budget', 'proof'])), {
    banned: 0,
    metered: 1,
    budget: 2,
    proof: 3,
  });
  assert.equal(readCounters(printed(['banned', 'metered'])), undefined);
});
