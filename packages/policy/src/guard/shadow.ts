import { BoundedMap, type MonotonicMs, type WallMs } from '@ringwall/base';
import type { Admission } from './admission.ts';
import type { GuardFlow } from './evidence.ts';
import type { GuardPolicy } from './guard-policy.ts';
import { createGuard, type GuardState, type Shadow, type ShadowRecord, wallAt } from './guard-state.ts';
import { readSource, sourceText } from './source-key.ts';

const MOST_STOPPED = 1_000;

/**
 * Tries a stricter policy out: beside the one in force it is asked about every packet that is let in and told of all
 * evidence, and only writes down whom it would have stopped. `undefined` ends it.
 */
export function setShadowPolicy(guard: GuardState, policy: GuardPolicy | undefined, now: MonotonicMs): void {
  if (policy === undefined) {
    guard.shadow = undefined;
    return;
  }
  const { known, seed, sizes } = guard;
  guard.shadow = {
    guard: createGuard({ policy, known, seed, now, wall: wallAt(guard, now), sizes }),
    stopped: new BoundedMap(MOST_STOPPED),
  };
}

/** Whom it would have stopped, whoever came last at the end. */
export function shadowReport(guard: GuardState): readonly ShadowRecord[] {
  return guard.shadow === undefined ? [] : Array.from(guard.shadow.stopped.entries(), ([, record]) => record);
}

export function shadowPacket(
  shadow: Shadow,
  flow: GuardFlow,
  now: MonotonicMs,
  admit: (guard: GuardState, flow: GuardFlow, now: MonotonicMs) => Admission,
): void {
  const { verdict, rule } = admit(shadow.guard, flow, now);
  if (verdict !== 'pass') shadowStopped(shadow, flow, rule, now);
}

export function shadowStopped(shadow: Shadow, flow: GuardFlow, rule: string, now: MonotonicMs): void {
  const { guard, stopped } = shadow;
  readSource(flow.remote.address, guard.source);
  const source = sourceText(guard.source);
  const at: WallMs = wallAt(guard, now);
  const before = stopped.get(source);
  stopped.set(source, {
    source,
    rule: before?.rule ?? rule,
    firstAt: before?.firstAt ?? at,
    lastAt: at,
    times: (before?.times ?? 0) + 1,
  });
}
