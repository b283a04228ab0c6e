import { type Clock, type Random } from '@ringwall/base';
import type { PbxSettings } from '@ringwall/pbx';
import { createGuard, type GuardState } from '@ringwall/policy';

/** A guard with the policy of the settings. */
export function openGuard(settings: PbxSettings, clock: Clock, random: Random): GuardState {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return createGuard({
    policy: settings.guard,
    known: { isRegisteredFlow: () => false, hasRegistrations: () => false, isTrunk: () => false },
    seed: a | (b << 8) | (c << 16) | (d << 24),
    now: clock.monotonic(),
    wall: clock.wall(),
  });
}
