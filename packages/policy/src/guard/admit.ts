import type { MonotonicMs } from '@ringwall/base';
import type { Listed } from './address-lists.ts';
import { type Admission, ADMISSIONS } from './admission.ts';
import { ban } from './ban.ts';
import type { GuardFlow } from './evidence.ts';
import { GUARD_CONSTANTS } from './guard-policy.ts';
import { type GuardState, isOnLan, leaveEffect, wallAt } from './guard-state.ts';
import type { Crossing, Meters } from './meters.ts';
import { shadowPacket } from './shadow.ts';
import { isShared } from './shared-list.ts';
import { isLoopback, readSource, type SourceKey, sourceText } from './source-key.ts';

/** TCP and TLS strangers have this share of the budget before UDP: forged datagrams cannot use that up. */
const STREAM_SHARE = 0.25;

/**
 * May a packet be read? Asked for every datagram and for every message of a stream, before it is parsed.
 *
 * Whoever is whitelisted, registered or a trunk comes first, then who is blacklisted, then the meter of the source,
 * then the budget of all strangers. What it costs does not depend on how many are listed or counted, and nothing is
 * allocated but where a limit is met.
 *
 * @param message the packet, which is not read here: see {@link KnownSources.isAwaited}. Left out: it is not awaited.
 */
export function admitPacket(
  guard: GuardState,
  flow: GuardFlow,
  now: MonotonicMs,
  message?: Uint8Array,
): Admission {
  const admission = admit(guard, flow, now, message);
  guard.admitted[admission.rule]++;
  if (guard.shadow !== undefined && admission === ADMISSIONS.withinLimits) {
    shadowPacket(guard.shadow, flow, now, admit);
  }
  return admission;
}

/** May a connection be opened? It counts nothing: its messages are asked for one by one. */
export function admitConnection(guard: GuardState, flow: GuardFlow, now: MonotonicMs): Admission {
  const { source } = guard;
  readSource(flow.remote.address, source);
  const listed = guard.lists.find(source, wallAt(guard, now));
  if (listed?.entry.action === 'allow') return hit(listed, ADMISSIONS.whitelisted, guard, now);
  if (guard.known.isTrunk(flow.remote.address)) return ADMISSIONS.trunk;
  if (listed !== undefined) return hit(listed, ADMISSIONS.blacklisted, guard, now);
  return isOnSharedList(guard, source) ? ADMISSIONS.sharedList : ADMISSIONS.withinLimits;
}

function admit(guard: GuardState, flow: GuardFlow, now: MonotonicMs, message?: Uint8Array): Admission {
  const { source, known } = guard;
  readSource(flow.remote.address, source);
  const listed = guard.lists.find(source, wallAt(guard, now));
  if (listed?.entry.action === 'allow') return hit(listed, ADMISSIONS.whitelisted, guard, now);
  if (known.isRegisteredFlow(flow)) return ADMISSIONS.registeredFlow;
  const fromTrunk = known.isTrunk(flow.remote.address) ? admitTrunk(guard, now, message) : undefined;
  if (fromTrunk !== undefined) return fromTrunk;
  if (listed !== undefined) return hit(listed, ADMISSIONS.blacklisted, guard, now);
  if (isOnSharedList(guard, source)) return ADMISSIONS.sharedList;
  return admitStranger(guard, flow, source, now);
}

/**
 * The address of a trunk can be forged: beyond what a trunk sends, it is a stranger's. But for its answers, and for what it
 * sends in calls, which name what only who has heard from us knows: they have a rate of their own, and no flood takes
 * anything of it that knows neither a branch nor a tag. What is beyond that rate is counted like anything else.
 */
function admitTrunk(
  { known, source, trunks, trunkAnswers }: GuardState,
  now: MonotonicMs,
  message?: Uint8Array,
) {
  const { trunkPerSecond, trunkBurst, trunkAnswersPerSecond, trunkAnswersBurst } = GUARD_CONSTANTS;
  const isAwaited = message !== undefined && known.isAwaited(message);
  if (isAwaited && trunkAnswers.take(source, trunkAnswersPerSecond, trunkAnswersBurst, now)) {
    return ADMISSIONS.trunkAnswer;
  }
  return trunks.take(source, trunkPerSecond, trunkBurst, now) ? ADMISSIONS.trunk : undefined;
}

/** A list of somebody else's says nothing of the LAN, nor of this machine. */
function isOnSharedList(guard: GuardState, source: SourceKey): boolean {
  return isShared(guard, source) && !isOnLan(guard, source) && !isLoopback(source);
}

function hit(listed: Listed, admission: Admission, guard: GuardState, now: MonotonicMs): Admission {
  listed.hits++;
  listed.lastHitAt = wallAt(guard, now);
  return admission;
}

function admitStranger(guard: GuardState, flow: GuardFlow, source: SourceKey, now: MonotonicMs): Admission {
  const isUdp = flow.transport === 'udp';
  const meters = isUdp ? guard.udp : guard.stream;
  const slot = meters.slotOf(source, now);
  const crossing = meters.add(slot, 1, guard.policy, now);
  if (crossing !== undefined) crossed(guard, flow, crossing, now);
  const admission = meteredAdmission(meters, slot, now) ?? budgetAdmission(guard, source, isUdp, now);
  meters.record(slot, admission.rule, now);
  return admission;
}

function meteredAdmission(meters: Meters, slot: number, now: MonotonicMs) {
  if (meters.isShut(slot, now)) return ADMISSIONS.red;
  const ignoredBy = meters.ignoredBy(slot, now);
  if (ignoredBy === undefined) return undefined;
  return ignoredBy === 'unanswered-challenges' ? ADMISSIONS.unanswered : ADMISSIONS.amber;
}

function budgetAdmission(guard: GuardState, source: SourceKey, isUdp: boolean, now: MonotonicMs) {
  if (isOnLan(guard, source)) return ADMISSIONS.withinLimits;
  const { strangersPerSecond } = guard.policy;
  const keep = isUdp ? strangersPerSecond * STREAM_SHARE : 0;
  return guard.strangers.take(strangersPerSecond, keep, now)
    ? ADMISSIONS.withinLimits
    : ADMISSIONS.strangersBudget;
}

/** The source in hand has met a barrier: who is to hear of it, and for a connection, the ban. */
export function crossed(guard: GuardState, flow: GuardFlow, crossing: Crossing, now: MonotonicMs): void {
  const { address } = flow.remote;
  const isUdp = flow.transport === 'udp';
  const source = sourceText(guard.source);
  if (crossing === 'red' && isUdp) {
    leaveEffect(guard, { do: 'drop-udp', source, rule: 'barrier-red', forMs: GUARD_CONSTANTS.redMs });
  } else if (crossing === 'red') {
    for (const effect of ban(guard, guard.source, address, 'barrier-red', now)) leaveEffect(guard, effect);
  } else if (crossing === 'amber') {
    const scope = isUdp ? 'udp' : 'stream';
    const forMs = guard.policy.amberMs;
    leaveEffect(guard, { do: 'report-throttle', source, scope, rule: 'barrier-amber', forMs });
  }
}
