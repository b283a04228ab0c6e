import { type MonotonicMs, unreachable } from '@ringwall/base';
import { crossed } from './admit.ts';
import { ban, isExempt } from './ban.ts';
import type { GuardEffect } from './effects.ts';
import { type Evidence, type GuardFlow, isProven } from './evidence.ts';
import { guessingAlarm } from './guessing-alarm.ts';
import { GUARD_CONSTANTS } from './guard-policy.ts';
import { type GuardState, wallAt } from './guard-state.ts';
import { plainText, withEvidence } from './list-entry.ts';
import { replyWasWanted } from './reply.ts';
import { shadowStopped } from './shadow.ts';
import { readSource, sourceText } from './source-key.ts';
import { hashName, NO_ACCOUNT } from './strikes.ts';

/**
 * Takes in what the program saw of a source, and says what is to be done.
 *
 * Only what is proven can blacklist a source; anything else over UDP has it ignored for a while at most, since
 * somebody else may have sent it. No account is ever locked.
 *
 * @returns effects in their order, those that packets left behind first.
 */
export function observe(guard: GuardState, evidence: Evidence, now: MonotonicMs): readonly GuardEffect[] {
  const effects = judge(guard, evidence, now);
  const { shadow } = guard;
  if (shadow !== undefined) {
    const { rule } = banIn(judge(shadow.guard, evidence, now)) ?? {};
    const isListed = guard.lists.find(guard.source, wallAt(guard, now)) !== undefined;
    if (rule !== undefined && !isListed) shadowStopped(shadow, evidence.flow, rule, now);
  }
  return [...guard.pending.splice(0), ...effects];
}

function banIn(effects: readonly GuardEffect[]) {
  return effects.find((effect) => effect.do === 'report-ban');
}

function judge(guard: GuardState, evidence: Evidence, now: MonotonicMs): readonly GuardEffect[] {
  const { flow } = evidence;
  const { source } = guard;
  readSource(flow.remote.address, source);
  const meters = flow.transport === 'udp' ? guard.udp : guard.stream;
  switch (evidence.kind) {
    case 'authenticated': {
      const slot = meters.table.find(source);
      if (slot >= 0) {
        meters.credit(slot);
        meters.answered(slot);
      }
      replyWasWanted(guard, flow);
      guard.strikes.forgive(source, hashName(evidence.account, guard.seed));
      return [];
    }
    case 'wrong-digest': {
      const slot = meters.table.find(source);
      if (slot >= 0) meters.answered(slot);
      replyWasWanted(guard, flow);
      guard.wrongDigests.add(now);
      return [...strike(guard, evidence, 1, now), ...guessingAlarm(guard, now)];
    }
    case 'challenge-sent':
      return challenged(guard, evidence, now);
    case 'unknown-domain':
      stray(guard, evidence, now);
      return [];
    case 'malformed':
      stray(guard, evidence, now);
      return misbehaved(guard, evidence, GUARD_CONSTANTS.malformedStrikes, now);
    case 'connection-abuse':
      return misbehaved(guard, evidence, 1, now);
    case 'canary-used':
      return canary(guard, evidence, now);
    default:
      return unreachable(evidence);
  }
}

/** Phones that are registered have their faults, too: they are no strangers, and are held to their passwords alone. */
function isKnown(guard: GuardState, flow: GuardFlow, now: MonotonicMs): boolean {
  return isExempt(guard, guard.source, flow.remote.address, now) || guard.known.isRegisteredFlow(flow);
}

/** Nothing that a phone sends: it counts as many requests. */
function stray(guard: GuardState, { flow }: Evidence, now: MonotonicMs): void {
  if (isKnown(guard, flow, now)) return;
  const meters = flow.transport === 'udp' ? guard.udp : guard.stream;
  const slot = meters.slotOf(guard.source, now);
  crossed(guard, flow, meters.add(slot, GUARD_CONSTANTS.strayRequests, guard.policy, now), now);
}

function challenged(guard: GuardState, evidence: Evidence, now: MonotonicMs): readonly GuardEffect[] {
  const { flow } = evidence;
  const { source, policy } = guard;
  if (isKnown(guard, flow, now)) return [];
  const isUdp = flow.transport === 'udp';
  const meters = isUdp ? guard.udp : guard.stream;
  if (!meters.challenged(meters.slotOf(source, now), policy, now)) return [];
  if (isUdp) {
    const rule = 'unanswered-challenges';
    return [{ do: 'report-throttle', source: sourceText(source), scope: 'udp', rule, forMs: policy.amberMs }];
  }
  note(guard, evidence, `${policy.unansweredLimit} challenges were left unanswered within an hour`, now);
  return ban(guard, source, flow.remote.address, 'unanswered-challenges', now);
}

function misbehaved(guard: GuardState, evidence: Evidence, times: number, now: MonotonicMs) {
  return isProven(evidence) && !isKnown(guard, evidence.flow, now) ? strike(guard, evidence, times, now) : [];
}

/** Counts against the source what is proven, and blacklists it at the limit. */
function strike(
  guard: GuardState,
  evidence: Evidence,
  times: number,
  now: MonotonicMs,
): readonly GuardEffect[] {
  const { source, policy, strikes } = guard;
  const account = evidence.kind === 'wrong-digest' ? hashName(evidence.account, guard.seed) : NO_ACCOUNT;
  for (let i = 0; i < times; i++) strikes.add(source, account, now);
  note(guard, evidence, seenOf(evidence), now);
  const isOver =
    strikes.count(source, now - policy.failedAuthWindowMs) >= policy.failedAuthLimit ||
    strikes.count(source, now - policy.failedAuthFastWindowMs) >= policy.failedAuthFastLimit;
  return isOver ? ban(guard, source, evidence.flow.remote.address, 'failed-authentication', now) : [];
}

function canary(
  guard: GuardState,
  evidence: Evidence & { readonly kind: 'canary-used' },
  now: MonotonicMs,
): readonly GuardEffect[] {
  if (!isProven(evidence)) {
    stray(guard, evidence, now);
    return [];
  }
  note(guard, evidence, seenOf(evidence), now);
  const text = `${sourceText(guard.source)} used the canary extension ${plainText(evidence.number)}`;
  return [
    { do: 'alarm', alarm: 'canary', isOn: true, text },
    ...ban(guard, guard.source, evidence.flow.remote.address, 'canary', now),
  ];
}

/** Keeps what was seen, for the entry that it may lead to. */
function note(guard: GuardState, evidence: Evidence, seen: string, now: MonotonicMs): void {
  const text = sourceText(guard.source);
  const { transport, remote } = evidence.flow;
  const record = {
    at: wallAt(guard, now),
    rule: evidence.kind,
    seen: plainText(`${seen}, from port ${remote.port} over ${transport.toUpperCase()}`),
  };
  guard.seen.set(text, withEvidence(guard.seen.get(text) ?? [], [record]));
}

function seenOf(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'wrong-digest':
      return `A wrong password for ${JSON.stringify(evidence.account.slice(0, 64))}`;
    case 'malformed':
      return `A malformed message (${evidence.code.slice(0, 64)})`;
    case 'connection-abuse':
      return `A connection without use (${evidence.what.slice(0, 64)})`;
    case 'canary-used':
      return `The canary extension ${evidence.number.slice(0, 64)}`;
    default:
      return evidence.kind;
  }
}

/**
 * May one more password be tried for an account, from this source? Asked before the digest is computed, and answered
 * alike for accounts that exist and for others. It says no where nobody is blacklisted, as on the whitelist, or not yet;
 * and it slows one account at one source down, so nobody is locked out by what others do.
 */
export function admitAttempt(guard: GuardState, address: string, account: string, now: MonotonicMs): boolean {
  const { source, strikes, policy } = guard;
  readSource(address, source);
  const hash = hashName(account, guard.seed);
  const failures = strikes.count(source, now - policy.failedAuthFastWindowMs, hash);
  const { accountFailures, accountPaceMs } = GUARD_CONSTANTS;
  return failures < accountFailures || now - strikes.lastAt(source, hash) >= accountPaceMs;
}
