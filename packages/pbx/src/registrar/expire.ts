import type { WallMs } from '@ringwall/base';
import { type Flow, isSameFlow } from '@ringwall/sip';
import type { Binding } from './binding.ts';

/** Those that still hold at `now`, in order. */
export function expireBindings(bindings: readonly Binding[], now: WallMs): readonly Binding[] {
  return bindings.every((binding) => binding.expiresAt > now)
    ? bindings
    : bindings.filter((binding) => binding.expiresAt > now);
}

/** Those left when a connection closed: nothing can be sent over it any more (RFC 5626 5.3), not even by a new one. */
export function dropFlow(bindings: readonly Binding[], flow: Flow): readonly Binding[] {
  return bindings.filter((binding) => !isSameFlow(binding.flow, flow));
}
