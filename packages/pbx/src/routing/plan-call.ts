import { type Flow, isSameFlow } from '@ringwall/sip';
import type { Planned, Stage, Target } from '../call/inputs.ts';
import { inside } from '../call/party.ts';
import type { Binding } from '../registrar/binding.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';

/** The longest thing that may be dialled; longer is no number of anybody. */
const DIALLED_LENGTH = 32;

/** Who dials, and on which phone. */
export interface Caller {
  readonly extension: ExtensionNumber;
  readonly flow: Flow;
}

/**
 * What a dialled number leads to. Called for those who are authenticated only, so it may tell them the truth.
 *
 * @param bindings where an extension can be reached now.
 * @param caller whose phone does not ring for its own call: who dials his own number reaches his other phones. Other
 *   extensions on the same flow do ring: the handsets of a base station, the accounts of one phone.
 */
export function planCall(
  dialled: string,
  snapshot: Snapshot,
  bindings: (extension: ExtensionNumber) => readonly Binding[],
  caller?: Caller,
): Planned {
  const shown = dialled.slice(0, DIALLED_LENGTH);
  if (dialled === '') return { ok: false, dialled: shown, status: 484, reason: 'No number was dialled' };
  const extension = snapshot.extensions.get(dialled as ExtensionNumber);
  if (extension === undefined)
    return { ok: false, dialled: shown, status: 404, reason: 'Nobody has this number' };
  if (!extension.enabled)
    return { ok: false, dialled: shown, status: 480, reason: 'The extension is disabled' };
  const targets = bindings(extension.number)
    .filter((binding) => !isPhoneOf(caller, binding))
    .map((binding): Target => ({ kind: 'phone', extension, binding }));
  if (targets.length === 0) {
    return { ok: false, dialled: shown, status: 480, reason: 'No phone of the extension is registered' };
  }
  return { ok: true, dialled: shown, callee: inside(extension), stages: [allAtOnce(targets)] };
}

/** The phones of one extension ring together, and nothing comes after them. */
function allAtOnce(targets: readonly Target[]): Stage {
  return { targets, ringSeconds: undefined, goesOnAfter: () => false };
}

/** Behind an edge proxy (Path) all phones of an extension share one flow, and cannot be told apart. */
function isPhoneOf(caller: Caller | undefined, { extension, flow, path }: Binding): boolean {
  if (caller === undefined || extension !== caller.extension || path.length > 0) return false;
  return isSameFlow(flow, caller.flow);
}
