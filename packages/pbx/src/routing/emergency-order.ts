import type { Dialling } from '../snapshot/dialling.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { isAlive } from '../trunk/link.ts';

export interface EmergencyView {
  readonly dialling: Pick<Dialling, 'emergencyTrunks'>;
  readonly trunks: readonly RunningTrunk[];
  /** Why the trunk takes no call more, one sentence; undefined: it does. */
  refusal(trunk: Trunk): string | undefined;
}

/** How a trunk stands for a call for help: those that are ready come first, those that seem dead last. */
export type EmergencyStand = 'ready' | 'full' | 'down';

const ORDER: readonly EmergencyStand[] = ['ready', 'full', 'down'];

/**
 * The trunks that a call for help tries: those that were set for it, then all others. Those that are full come behind,
 * and have one of their calls ended for it; last those that do not seem to live. Only what was never reached, or is
 * disabled, is left out: what is said to be dead may have come back a second ago.
 */
export function emergencyOrder(view: EmergencyView): readonly RunningTrunk[] {
  const { dialling, trunks } = view;
  const named = dialling.emergencyTrunks.flatMap(
    (name) => trunks.find(({ trunk }) => trunk.name === name) ?? [],
  );
  const usable = [...new Set([...named, ...trunks])].filter(
    ({ trunk, link }) => trunk.enabled && (link.flow ?? link.lastFlow) !== undefined,
  );
  const place = (running: RunningTrunk): number => ORDER.indexOf(emergencyStand(running, view));
  return usable.toSorted((a, b) => place(a) - place(b));
}

export function emergencyStand(
  { trunk, link }: RunningTrunk,
  { refusal }: Pick<EmergencyView, 'refusal'>,
): EmergencyStand {
  if (!isAlive(link)) return 'down';
  return refusal(trunk) === undefined ? 'ready' : 'full';
}
