import type { Flow } from '@ringwall/sip';
import { decidePresence } from '../ingress/door-facts.ts';
import type { Extension, Snapshot } from '../snapshot/snapshot.ts';

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
