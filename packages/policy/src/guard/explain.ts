import type { MonotonicMs } from '@ringwall/base';
import { allow, type Decision, deny, type Reason } from '../decision.ts';
import type { Listed } from './address-lists.ts';
import { entryText } from './ban.ts';
import { type GuardState, isOnLan, wallAt } from './guard-state.ts';
import { METERED_RULES, type MeteredRule, type Meters } from './meters.ts';
import { isShared } from './shared-list.ts';
import { readSource, sourceText } from './source-key.ts';

/** What the guard makes of an address. */
export interface SourceExplanation extends Decision {
  /** What it is counted as: itself, or its /64. */
  readonly source: string;
}

/**
 * How packets of an address that belong to no registered phone fare at the moment, and what became of the last ones,
 * in words. First what decides; then everything else that is known of the address.
 */
export function explainSource(guard: GuardState, address: string, now: MonotonicMs): SourceExplanation {
  const { source, known } = guard;
  readSource(address, source);
  const listed = guard.lists.find(source, wallAt(guard, now));
  const standing: Reason[] = [];
  if (listed !== undefined) standing.push(listedReason(guard, listed, now));
  if (isShared(guard, source) && !isOnLan(guard, source)) {
    standing.push(deny('shared-list', `${sourceText(source)} is on the shared list`));
  }
  if (known.isTrunk(address)) standing.push(allow('trunk', `${address} is a trunk`));
  const exemption = standing.find(({ verdict }) => verdict === 'allow');
  const measured = [
    ...meterReasons(guard, guard.udp, 'UDP', now),
    ...meterReasons(guard, guard.stream, 'TCP or TLS', now),
  ];
  const denied = [...standing, ...measured.filter(({ isNow }) => isNow).map(({ reason }) => reason)].find(
    ({ verdict }) => verdict === 'deny',
  );
  const decisive = exemption ?? denied ?? allow('within-limits', 'Nothing is held against it');
  const others = [
    ...standing,
    ...measured.map(({ reason }) => reason),
    ...strikeReasons(guard, now),
    ...registrationReasons(guard, address),
  ].filter((reason) => reason !== decisive);
  return { source: sourceText(source), verdict: decisive.verdict, because: [decisive, ...others] };
}

function listedReason(guard: GuardState, { entry, hits, lastHitAt }: Listed, now: MonotonicMs): Reason {
  const wall = wallAt(guard, now);
  const until = entry.expiresAt === undefined ? 'for good' : `for ${span(entry.expiresAt - wall)} more`;
  const last = lastHitAt === undefined ? '' : `, the last ${span(wall - lastHitAt)} ago`;
  const text = `${entryText(entry)}, ${until}; it has decided ${count(hits, 'packet')}${last}`;
  if (entry.action === 'allow') return allow('whitelisted', text);
  const seen = entry.evidence.at(-1);
  const why = seen === undefined ? '' : `. The last of ${entry.evidence.length} things seen: ${seen.seen}`;
  return deny('blacklisted', `${text}${why}`);
}

interface Measured {
  readonly reason: Reason;
  /** Does it hold for the next packet, too? */
  readonly isNow: boolean;
}

function meterReasons(guard: GuardState, meters: Meters, over: string, now: MonotonicMs): Measured[] {
  const { policy } = guard;
  const slot = meters.table.find(guard.source);
  if (slot < 0) return [];
  const { greenMs, amberRequests, redRequests } = policy;
  const became: Readonly<Record<MeteredRule, string>> = {
    'within-limits': 'were let through to be read',
    'barrier-amber': `were ignored, because more than ${amberRequests} came within ${greenMs} ms`,
    'barrier-red': `were dropped, because more than ${redRequests} came within ${greenMs} ms`,
    'unanswered-challenges': 'were ignored, because too many challenges were left unanswered',
    'strangers-budget': `were ignored, because all strangers together sent more than ${policy.strangersPerSecond} a second`,
  };
  const current = meters.isShut(slot, now) ? 'barrier-red' : meters.ignoredBy(slot, now);
  const reasons = METERED_RULES.flatMap((rule): Measured[] => {
    const recorded = meters.recorded(slot, rule);
    const isNow = rule === current;
    if (recorded.count === 0 && !isNow) return [];
    const last = recorded.count === 0 ? '' : `, the last ${span(now - recorded.lastAt)} ago`;
    const text = `${count(recorded.count, 'request')} over ${over} ${became[rule]}${last}`;
    return [{ reason: (rule === 'within-limits' ? allow : deny)(rule, text), isNow }];
  });
  const unanswered = meters.unanswered(slot, now);
  if (unanswered === 0) return reasons;
  const text = `${count(unanswered, 'challenge')} over ${over} unanswered within an hour; the limit is ${policy.unansweredLimit}`;
  return [...reasons, { reason: allow('unanswered-challenges', text), isNow: false }];
}

function strikeReasons(guard: GuardState, now: MonotonicMs): Reason[] {
  const { source, policy, strikes } = guard;
  const all = strikes.count(source, now - policy.failedAuthWindowMs);
  if (all === 0) return [];
  const fast = strikes.count(source, now - policy.failedAuthFastWindowMs);
  const text =
    `${count(all, 'strike')} for wrong passwords or broken messages within ${span(policy.failedAuthWindowMs)}, of ` +
    `${policy.failedAuthLimit} allowed; ${fast} within ${span(policy.failedAuthFastWindowMs)}, of ${policy.failedAuthFastLimit}`;
  return [allow('failed-authentication', text)];
}

function registrationReasons({ known }: GuardState, address: string): Reason[] {
  return known.hasRegistrations(address)
    ? [allow('registered-flow', `Phones are registered from ${address}, and these are always let through`)]
    : [];
}

function count(many: number, what: string): string {
  return `${many.toLocaleString('en')} ${what}${many === 1 ? '' : 's'}`;
}

/** A time in the largest unit that leaves more than one of it. */
function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
