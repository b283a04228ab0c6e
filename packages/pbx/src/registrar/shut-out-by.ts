import { inNetworks, type MonotonicMs } from '@ringwall/base';
import { type GuardState, heldBack, type ProtectedPlace } from '@ringwall/policy';
import type { PbxSettings, Snapshot } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';
import { mayNameAddress } from '../ingress/identify.ts';
import { reasonToGo } from './presence.ts';

export interface Registered {
  readonly snapshot: Snapshot;
  readonly bindings: Iterable<Binding>;
  /** Undefined: nothing is held against anybody. */
  readonly guard: GuardState | undefined;
  readonly now: MonotonicMs;
}

/**
 * The registered phones that other settings would put out, or keep from registering again, beside those that the settings
 * of now do. What a phone wrote in its REGISTER is not kept, so one that may have asked for an address is told as such.
 */
export function shutOutBy(
  settings: PbxSettings,
  { snapshot, bindings, guard, now }: Registered,
): readonly ProtectedPlace[] {
  const all = [...bindings];
  const after: Snapshot = { ...snapshot, settings };
  const addresses = all.map(({ flow }) => flow.remote.address);
  const held =
    guard === undefined
      ? undefined
      : heldBack(guard, { before: snapshot.settings.guard, after: settings.guard }, addresses, now);
  return all.flatMap(({ extension: number, flow, path }): ProtectedPlace[] => {
    const { address } = flow.remote;
    const what = `a phone of ${number}`;
    const extension = snapshot.extensions.get(number);
    const goesAnyway = extension === undefined || reasonToGo(extension, flow, snapshot) !== undefined;
    if (goesAnyway) return [];
    if (reasonToGo(extension, flow, after) !== undefined) return [{ address, what }];
    if (mayNameAddress(snapshot.settings, address) && !mayNameAddress(settings, address)) {
      return [{ address, what: `${what}, if it asks for an address and not for a name` }];
    }
    const isTrusted = ({ trustedEdges }: PbxSettings): boolean => inNetworks(trustedEdges, address);
    if (path.length > 0 && isTrusted(snapshot.settings) && !isTrusted(settings)) {
      return [{ address, what: `${what}, behind a proxy that is trusted no more` }];
    }
    const why = held?.get(address);
    return why === undefined ? [] : [{ address, what: `${what}: ${why}` }];
  });
}
