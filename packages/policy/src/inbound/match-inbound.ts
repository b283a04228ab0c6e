import { dialForm } from '../numbering/dial-form.ts';
import type { HomeNumbering } from '../numbering/number-class.ts';
import { readFinalNumber } from '../numbering/read-final-number.ts';
import { type InboundRule, WITHHELD } from './inbound-rule.ts';

/** A call as its provider tells it. */
export interface InboundFacts {
  readonly trunk: string;
  /** As it was written. */
  readonly called: string;
  /** As it was written; `''`: withheld. */
  readonly caller: string;
}

interface Placed {
  readonly place: number;
  readonly rule: InboundRule;
  readonly called: ReadonlySet<string>;
  readonly callers: ReadonlySet<string>;
}

/** The rules by the endings of numbers that they ask for: 10,000 of them cost a look-up for each digit of the call's. */
export interface InboundIndex {
  readonly byCalled: ReadonlyMap<string, readonly Placed[]>;
  /** Rules that ask for callers and for no called number. */
  readonly byCaller: ReadonlyMap<string, readonly Placed[]>;
  /** Rules that ask for neither. */
  readonly others: readonly Placed[];
  readonly size: number;
}

export function indexInbound(rules: readonly InboundRule[]): InboundIndex {
  const byCalled = new Map<string, Placed[]>();
  const byCaller = new Map<string, Placed[]>();
  const others: Placed[] = [];
  for (const [place, rule] of rules.entries()) {
    const called = new Set(rule.called.map(keyOf));
    const callers = new Set(rule.callers.map(keyOf));
    const placed: Placed = { place, rule, called, callers };
    if (called.size > 0) for (const key of called) put(byCalled, key, placed);
    else if (callers.size > 0) for (const key of callers) put(byCaller, key, placed);
    else others.push(placed);
  }
  return { byCalled, byCaller, others, size: rules.length };
}

/** The first rule in the administrator's order that holds; one for a caller does not go before one for a number. */
export function matchInbound(
  index: InboundIndex,
  { trunk, called, caller }: InboundFacts,
  home: HomeNumbering,
): InboundRule | undefined {
  const calledKeys = keysFor(called, home);
  const callerKeys = callerKeysFor(caller, home);
  const holds = (placed: Placed): boolean => isOfTrunk(placed, trunk) && isOfCaller(placed, callerKeys);
  const found = [
    ...calledKeys.map((key) => index.byCalled.get(key)?.find(holds)),
    ...callerKeys.map((key) => index.byCaller.get(key)?.find(holds)),
    index.others.find(holds),
  ];
  let best: Placed | undefined;
  for (const each of found) {
    if (each !== undefined && (best === undefined || each.place < best.place)) best = each;
  }
  return best?.rule;
}

/** What a rule asks for and the call is not; undefined: the rule fits. */
export type InboundMisfit = 'trunk' | 'called' | 'caller' | undefined;

/**
 * Why each rule fits or does not, in the administrator's order, up to the one that has the call: what
 * {@link matchInbound} finds, told rule by rule. Looks at every rule, so it is for people who ask.
 */
export function explainInbound(
  { byCalled, byCaller, others }: InboundIndex,
  { trunk, called, caller }: InboundFacts,
  home: HomeNumbering,
): readonly { readonly rule: InboundRule; readonly misfit: InboundMisfit }[] {
  const calledKeys = keysFor(called, home);
  const callerKeys = callerKeysFor(caller, home);
  const misfit = (placed: Placed): InboundMisfit => {
    if (!isOfTrunk(placed, trunk)) return 'trunk';
    if (placed.called.size > 0 && !calledKeys.some((key) => placed.called.has(key))) return 'called';
    return isOfCaller(placed, callerKeys) ? undefined : 'caller';
  };
  const all = new Set([...byCalled.values(), ...byCaller.values(), others].flat());
  const judged = [...all]
    .toSorted((a, b) => a.place - b.place)
    .map((placed) => ({ rule: placed.rule, misfit: misfit(placed) }));
  const first = judged.findIndex((each) => each.misfit === undefined);
  return first < 0 ? judged : judged.slice(0, first + 1);
}

function isOfTrunk({ rule: { trunks } }: Placed, trunk: string): boolean {
  return trunks.length === 0 || trunks.includes(trunk);
}

function isOfCaller({ callers }: Placed, callerKeys: readonly string[]): boolean {
  return callers.size === 0 || callerKeys.some((key) => callers.has(key));
}

function callerKeysFor(caller: string, home: HomeNumbering): readonly string[] {
  return caller === '' ? [WITHHELD] : keysFor(caller, home);
}

/** A whole number and an ending are told apart by the `=`, which is in neither. */
function keyOf(mask: string): string {
  return mask.startsWith('+') ? `=${mask.slice(1)}` : mask.replace(/^\*/, '');
}

/** The key of every mask that fits the number. */
function keysFor(number: string, home: HomeNumbering): readonly string[] {
  const keys = new Set<string>();
  for (const form of numberForms(number, home)) {
    keys.add(`=${form.replace(/^(\+|00)/, '')}`);
    const digits = form.replace(/^\+/, '');
    for (let at = 0; at < digits.length; at += 1) keys.add(digits.slice(at));
  }
  return [...keys];
}

/**
 * The number as it was written, in E.164 form and as it is dialled at home, as far as it can be understood: so that a
 * mask fits whichever of them the administrator had in mind. What stands without a prefix is left as it is, since it may
 * be a local number, an extension, or E.164 without its `+`.
 */
function numberForms(number: string, home: HomeNumbering): readonly string[] {
  const { internationalPrefix, nationalPrefix } = home;
  const begins = (prefix: string): boolean => prefix !== '' && number.startsWith(prefix);
  if (!begins('+') && !begins(internationalPrefix) && !begins(nationalPrefix)) return [number];
  const read = readFinalNumber(number, home);
  if (!read.ok) return [number];
  return [number, read.value.number, dialForm(read.value.number, 'national', home)];
}

function put(map: Map<string, Placed[]>, key: string, placed: Placed): void {
  const bucket = map.get(key);
  if (bucket === undefined) map.set(key, [placed]);
  else bucket.push(placed);
}
