import { type Flow, withoutConnection } from '@ringwall/sip';
import { decidePresence } from '../ingress/door-facts.ts';
import type { Extension, Snapshot } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';

/**
 * Why a phone that is here may not stay under a new configuration, one sentence; undefined: it may.
 *
 * @param before its extension as it was. @param flow where the phone is.
 */
export function reasonToGo(
  before: Extension,
  flow: Flow,
  { extensions, settings }: Snapshot,
): string | undefined {
  const extension = extensions.get(before.number);
  if (extension?.enabled !== true || extension.ha1.sha256 !== before.ha1.sha256) {
    return `Extension ${before.number} was disabled, removed or given a new password`;
  }
  const { verdict, because } = decidePresence(extension, flow, settings);
  return verdict === 'allow' ? undefined : because[0].text;
}

/**
 * Of bindings of before a restart those that may stay. No connection survives one: over a stream they wait for their
 * phones.
 */
export function restored(
  bindings: readonly Binding[],
  { extensions, settings }: Snapshot,
): readonly Binding[] {
  return bindings.flatMap((binding) => {
    const extension = extensions.get(binding.extension);
    const flow = withoutConnection(binding.flow);
    const mayStay = extension !== undefined && decidePresence(extension, flow, settings).verdict === 'allow';
    return mayStay ? [{ ...binding, flow }] : [];
  });
}
