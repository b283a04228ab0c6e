import { reasonToGo } from '../registrar/presence.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import { type Call, isForHelp } from './call.ts';
import type { Leg } from './leg.ts';
import type { OutsideParty } from './party.ts';

/**
 * Why a leg may not go on under a new configuration, one sentence; undefined: it may. A call for help goes on
 * whatever becomes of its trunk, and of who makes it.
 */
export function reasonToEnd(
  { party, flow, limited }: Leg,
  call: Call,
  snapshot: Snapshot,
): string | undefined {
  if (isForHelp(call)) return undefined;
  if (party.kind === 'extension') return reasonToGo(party.extension, flow, snapshot);
  return trunkGone(party, snapshot) ?? (limited && rightGone(limited.extension, snapshot));
}

function trunkGone({ trunk: { name } }: OutsideParty, { trunks }: Snapshot): string | undefined {
  return trunks.get(name)?.enabled === true ? undefined : `The trunk ${name} was disabled or removed`;
}

/** Who answers for the call need not be in it any more. */
function rightGone(number: string, { extensions }: Snapshot): string | undefined {
  const owner = extensions.get(number as ExtensionNumber);
  if (owner?.enabled !== true)
    return `Extension ${number}, which answers for the call, was disabled or removed`;
  return owner.calling.isInternalOnly
    ? `Extension ${number}, which answers for the call, may make internal calls only`
    : undefined;
}
