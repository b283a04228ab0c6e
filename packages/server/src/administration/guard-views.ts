import { networkText } from '@ringwall/base';
import type { GuardEntryView, GuardStatusView, SecurityEventView } from '@ringwall/contract';
import type { StoredSecurityEvent } from '@ringwall/pbx';
import type { GuardPolicy, Listed } from '@ringwall/policy';
import type { KernelView } from '../guard/kernel-guard.ts';

/** What the guard knows, in the shapes that an administrator is shown. */

export function guardEntryView({ entry, hits, lastHitAt }: Listed): GuardEntryView {
  const { network, expiresAt, evidence, ...rest } = entry;
  return {
    ...rest,
    network: networkText(network),
    expiresAt: expiresAt ?? null,
    hits,
    lastHitAt: lastHitAt ?? null,
    evidence: [...evidence],
  };
}

export function securityEventView(event: StoredSecurityEvent): SecurityEventView {
  const { id, at, kind, source, rule, text } = event;
  return { id, at, kind, source, rule, text };
}

export function kernelView({ by, text, counters }: KernelView): GuardStatusView['kernel'] {
  if (counters === undefined) return { by, text, dropped: null };
  const { banned, metered, budget } = counters;
  return { by, text, dropped: { banned, metered, budget } };
}

/** What is in force, a sentence each. */
export function policySentences(
  policy: GuardPolicy,
  canaries: readonly string[],
  isTaken: (number: string) => boolean,
): string[] {
  const { failedAuthLimit, failedAuthFastLimit, amberRequests, redRequests, unansweredLimit } = policy;
  const longer = policy.blacklistDoubles
    ? `, and for twice as long each time that it comes back, up to ${span(policy.maxBlacklistMs)}`
    : '';
  const within = `within ${span(policy.greenMs)}`;
  return [
    `A source is blacklisted for ${span(policy.blacklistMs)}${longer}.`,
    `It is for ${failedAuthLimit} wrong passwords within ${span(policy.failedAuthWindowMs)}, or ${failedAuthFastLimit} within ${span(policy.failedAuthFastWindowMs)}.`,
    `More than ${amberRequests} requests ${within} have a source ignored for ${span(policy.amberMs)}; more than ${redRequests} have it blacklisted over TCP and TLS, and dropped for a minute over UDP.`,
    `${unansweredLimit} challenges left unanswered within an hour have it blacklisted over TCP and TLS, and ignored for ${span(policy.amberMs)} over UDP.`,
    `All strangers together may send ${policy.strangersPerSecond} requests a second.`,
    `Strangers in one network get at most ${policy.repliesPerSecondToNetwork} answers a second over UDP, all of them ${policy.repliesPerSecond}.`,
    canaries.length === 0
      ? `There are no canaries. ${canaryOffer(isTaken)}`
      : `Who uses one of these is blacklisted at once: ${canaries.join(', ')}.`,
  ];
}

/** Numbers that scanners try first, by what honeypots saw of them. */
const OFTEN_TRIED = ['1000', '100', '1001', '9999', '2000', '1234', '200', '8888'];
const OFFERED = 3;

function canaryOffer(isTaken: (number: string) => boolean): string {
  const free = OFTEN_TRIED.filter((number) => !isTaken(number)).slice(0, OFFERED);
  return `Scanners try numbers that nobody has here, and give themselves away: ringwall setting set guard.canaries ${free.join(',')}`;
}

function span(ms: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1_000, 'second'],
  ] as const;
  const [unitMs, unit] = units.find(([size]) => ms >= size && ms % size === 0) ?? [1, 'millisecond'];
  const many = ms / unitMs;
  return many === 1 ? `one ${unit}` : `${many} ${unit}s`;
}
