import type { WallMs } from '@ringwall/base';
import { type PolicyTest, policyTestShape } from '@ringwall/contract';
import {
  type CallForecast,
  type ExtensionNumber,
  policyForecast,
  type Snapshot,
  type StoredItem,
} from '@ringwall/pbx';
import { localTimeReader } from '@ringwall/policy';

/** What an item of this kind is called in the store. */
export const POLICY_TEST_ITEM = 'policy-test' as const;

export const MOST_POLICY_TESTS = 1_000;

export interface NamedPolicyTest {
  readonly name: string;
  readonly test: PolicyTest;
}

export function readPolicyTests(items: readonly StoredItem[]): readonly NamedPolicyTest[] {
  return items.flatMap((item) => {
    if (item.kind !== POLICY_TEST_ITEM) return [];
    try {
      const read = policyTestShape.read(JSON.parse(item.json), '');
      return read.ok ? [{ name: item.name, test: read.value }] : [];
    } catch {
      return []; // Nothing that we wrote.
    }
  });
}

export function policyTestItem(name: string, test: PolicyTest): StoredItem {
  return { kind: POLICY_TEST_ITEM, name, json: JSON.stringify(test), sealed: undefined };
}

/** What became of a call that was to be tried. */
export interface PolicyTestResult extends NamedPolicyTest {
  readonly passed: boolean;
  /** `allow through acme`. */
  readonly got: string;
  /** What decided, in a sentence. */
  readonly decided: string;
}

/** Tries each of the calls on paper. @param now for those that say no time. */
export function runPolicyTests(
  tests: readonly NamedPolicyTest[],
  snapshot: Snapshot,
  now: WallMs,
): readonly PolicyTestResult[] {
  return tests.map((named) => {
    const { from, dials, at, expect, through } = named.test;
    const when = at === null ? now : instantOf(at, snapshot.dialling.timeZone);
    const forecast = policyForecast(snapshot, from as ExtensionNumber, dials, when);
    const verdict = forecast?.plan.ok === true ? 'allow' : 'deny';
    const trunk = forecast?.invites[0]?.trunk;
    return {
      ...named,
      passed: verdict === expect && (through === null || through === trunk),
      got: words(verdict, trunk),
      decided: forecast === undefined ? `There is no extension ${from}` : decidedBy(forecast),
    };
  });
}

export function expectedOf({ expect, through }: PolicyTest): string {
  return words(expect, through ?? undefined);
}

function words(verdict: 'allow' | 'deny', trunk: string | undefined): string {
  return trunk === undefined ? verdict : `${verdict} through ${trunk}`;
}

function decidedBy({ plan, explanation, isInside }: CallForecast): string {
  if (!plan.ok) return plan.reason;
  if (isInside) return 'It is a number of the house';
  const [first] = explanation?.because ?? [];
  return first?.text ?? 'No gate was asked';
}

/** A local time as an instant; one that the clocks leap over is taken as the one behind it. */
function instantOf(local: string, timeZone: string): WallMs {
  const read = localTimeReader(timeZone);
  const wanted = Date.parse(`${local}:00Z`);
  let at = wanted;
  // The offset may be another one on the other side of a change of the clocks, so twice.
  for (let round = 0; round < 2; round++) {
    const { day, minute } = read(at);
    at += wanted - (Date.parse(`${day}T00:00:00Z`) + minute * 60_000);
  }
  return at as WallMs;
}
