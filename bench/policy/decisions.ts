/**
 * What it costs to decide a call, in CPU time of one core: 200 outbound rules, 50 allowed countries, the default limits.
 *
 *     node bench/policy/decisions.ts [--decisions N] [--per-second N]
 *
 * Every decision is of another extension and another number, and ends its call again; the clock of the limits goes on
 * by `1 / per-second` with each, which says how many attempts of the last ten minutes there are to count. Of ten calls
 * four go to mobiles at home, three to fixed lines at home and three abroad, to twenty countries in turn.
 */
import { parseArgs } from 'node:util';
import type { WallMs } from '@ringwall/base';
import {
  admitCall,
  callEnded,
  type CallQuestion,
  COUNTRIES,
  createLimits,
  DEFAULT_CALL_POLICY,
  DEFAULT_LIMITS,
  type DiallingPolicy,
  explainCall,
  type HomeNumbering,
  indexInbound,
  type InboundRule,
  indexRules,
  matchInbound,
  matchRule,
  type OutboundRule,
} from '@ringwall/policy';
import { median } from '../measure/quantiles.ts';

const { values: options } = parseArgs({
  options: {
    decisions: { type: 'string', default: '20000' },
    'per-second': { type: 'string', default: '1' },
  },
});
const decisions = Number(options.decisions);
const perSecond = Number(options['per-second']);
const ROUNDS = 9;
const RULES = 200;
const COUNTRY_COUNT = 50;
/** So many, and in turn with home and abroad, that none of them meets its limits: up to 100 calls a second. */
const EXTENSIONS = 10_007;
const NOON = 1_700_000_000_000;
/** A number in each of twenty countries without its last four digits, and two of them in the plan of another's code. */
const ABROAD: Readonly<Record<string, string>> = {
  US: '1212555',
  CA: '1416555',
  PR: '1787234',
  FR: '3361234',
  DE: '49301234',
  IT: '39061234',
  ES: '3491123',
  NL: '3161234',
  BE: '322551',
  CH: '4179123',
  SE: '4681234',
  NO: '472123',
  DK: '453212',
  AU: '6141234',
  IN: '91987654',
  CN: '861391234',
  AE: '97150123',
  IE: '3531234',
  BR: '551191234',
  PT: '35191234',
};
const BEGINNINGS_ABROAD = Object.values(ABROAD);
const LONDON: HomeNumbering = {
  country: 'GB',
  internationalPrefix: '00',
  nationalPrefix: '0',
  areaCode: '20',
};

/** Each with a prefix of its own of six digits, like the ranges that an administrator sends to a trunk of their own. */
function outboundRules(count: number): readonly OutboundRule[] {
  return rulesOf(Array.from({ length: count }, (_, i) => `90${740_000 + i}`));
}

function rulesOf(prefixes: readonly string[]): readonly OutboundRule[] {
  return prefixes.map((prefix, i) => ({
    id: `rule-${i}`,
    prefixes: [prefix],
    lengths: [],
    extensions: [],
    groups: [],
    routes: [
      { to: 'trunk', trunkId: 'a', stripDigits: 1, prepend: '', append: '', callerId: undefined },
      { to: 'trunk', trunkId: 'b', stripDigits: 1, prepend: '', append: '', callerId: undefined },
    ],
    goesOnAfter: ['5xx'],
  }));
}

function inboundRules(count: number): readonly InboundRule[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `rule-${i}`,
    trunks: [],
    called: [`+44207${9_000_000 + i}`],
    callers: [],
    open: { to: 'extension', number: '101' },
    closed: undefined,
    holiday: undefined,
  }));
}

/** The time of each call of `work` in nanoseconds of CPU: the median of rounds, without those that are compiled in. */
function nanosecondsOf(times: number, work: (i: number) => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) work(round * times + i);
    const { user, system } = process.cpuUsage(before);
    if (round >= ROUNDS / 3) rounds.push(((user + system) * 1_000) / times);
  }
  return median(rounds);
}

const MOBILE = Array.from({ length: 100 }, (_, i) => `90${740_000 + i}`);
const FIXED = Array.from(
  { length: RULES - MOBILE.length - BEGINNINGS_ABROAD.length },
  (_, i) => `90${207_900 + i}`,
);
const PREFIXES = [...MOBILE, ...FIXED, ...BEGINNINGS_ABROAD.map((beginning) => `900${beginning}`)];

const policy: DiallingPolicy = {
  home: LONDON,
  emergency: { numbers: ['999'], outsidePrefixes: ['9'] },
  rules: indexRules(rulesOf(PREFIXES)),
  calls: {
    ...DEFAULT_CALL_POLICY,
    allowedCountries: [...new Set(['GB', ...Object.keys(ABROAD), ...COUNTRIES])].slice(0, COUNTRY_COUNT),
  },
};

/** A number that one of the rules fits, and no other call of a while has. */
function dialledBy(i: number): string {
  const last = String(i % 9_973).padStart(4, '0');
  const kind = i % 10;
  if (kind < 4) return `${MOBILE[i % MOBILE.length]}${last}`;
  if (kind < 7) return `${FIXED[i % FIXED.length]}${last}`;
  return `900${BEGINNINGS_ABROAD[i % BEGINNINGS_ABROAD.length]}${last}`;
}

function questionOf(i: number): CallQuestion {
  const extension = String(10_000 + (i % EXTENSIONS));
  return {
    dialled: dialledBy(i),
    groups: ['office'],
    from: 'extension',
    cause: 'dialled',
    responsible: {
      extension,
      isEnabled: true,
      isInternalOnly: false,
      isPinLocked: false,
      mayForwardOutside: false,
      mayCallOutOfHours: false,
      callerIds: [],
    },
    callerId: undefined,
    isOfficeOpen: true,
  };
}

function explained(i: number) {
  const { ways } = explainCall(questionOf(i), policy);
  const [way] = ways;
  if (way === undefined) throw new Error(`${dialledBy(i)} was to be allowed`);
  return way.destination;
}

const limits = createLimits();
let decided = 0;
function decide(): void {
  const i = decided++;
  const destination = explained(i);
  const time = { now: (NOON + (i * 1_000) / perSecond) as WallMs, day: '2023-11-14' };
  const callId = String(i);
  const { decision } = admitCall(
    limits,
    DEFAULT_LIMITS,
    {
      callId,
      extension: String(10_000 + (i % EXTENSIONS)),
      groups: [],
      destination,
      homeCountry: 'GB',
      isOfficeOpen: true,
      isNewDevice: false,
    },
    time,
  );
  if (decision.verdict !== 'allow') throw new Error(decision.because[0].text);
  callEnded(limits, DEFAULT_LIMITS, callId, { answered: false, seconds: 0 }, time);
}

const CALLER = { extension: '101', groups: ['office'] };
const FEW = 10;
const MANY = 10_000;
const LOOK_UPS = 200_000;

function ruleNanoseconds(count: number): number {
  const index = indexRules(outboundRules(count));
  const dialled = Array.from({ length: FEW }, (_, i) => `90${740_000 + Math.floor((i * count) / FEW)}0123`);
  return nanosecondsOf(LOOK_UPS, (i) => {
    if (matchRule(index, dialled[i % FEW] ?? '', CALLER) === undefined) throw new Error('no rule fits');
  });
}

function inboundNanoseconds(count: number): number {
  const index = indexInbound(inboundRules(count));
  const called = Array.from({ length: FEW }, (_, i) => `+44207${9_000_000 + Math.floor((i * count) / FEW)}`);
  return nanosecondsOf(LOOK_UPS / 20, (i) => {
    const facts = { trunk: 'a', called: called[i % FEW] ?? '', caller: '+442079460123' };
    if (matchInbound(index, facts, LONDON) === undefined) throw new Error('no rule fits');
  });
}

const explaining = nanosecondsOf(decisions, explained);
// A program meets its extensions once, and decides for as long as it runs; so the figure is the same for few decisions.
for (let i = 0; i < 2 * EXTENSIONS; i++) decide();
const deciding = nanosecondsOf(decisions, decide);
console.log(
  JSON.stringify({
    bench: 'policy',
    explainNanoseconds: Math.round(explaining),
    decideNanoseconds: Math.round(deciding),
    explainedPerSecond: Math.round(1e9 / explaining),
    decisionsPerSecond: Math.round(1e9 / deciding),
    outboundRatio: ruleNanoseconds(MANY) / ruleNanoseconds(FEW),
    inboundRatio: inboundNanoseconds(MANY) / inboundNanoseconds(FEW),
  }),
);
