import { type Flow, flowKey } from '@ringwall/sip';
import type { Planned } from '../call/inputs.ts';
import type { Binding } from '../registrar/binding.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';

/** The longest thing that may be dialled; longer is no number of anybody. */
const DIALLED_LENGTH = 32;

/**
 * What a dialled number leads to. Called for those who are authenticated only, so it may tell them the truth.
 *
 * @param bindings where an extension can be reached now.
 * @param callerFlow the phone that calls does not ring for its own call: who dials his own number reaches his other
 *   phones. (Behind an edge proxy many phones share one flow, so there it does.)
 */
export function planCall(
  dialled: string,
  snapshot: Snapshot,
  bindings: (extension: ExtensionNumber) => readonly Binding[],
  callerFlow?: Flow,
): Planned {
  const shown = dialled.slice(0, DIALLED_LENGTH);
  if (dialled === '') return { ok: false, dialled: shown, status: 484, reason: 'No number was dialled' };
  const extension = snapshot.extensions.get(dialled as ExtensionNumber);
  if (extension === undefined)
    return { ok: false, dialled: shown, status: 404, reason: 'Nobody has this number' };
  if (!extension.enabled)
    return { ok: false, dialled: shown, status: 480, reason: 'The extension is disabled' };
  const caller = callerFlow === undefined ? undefined : flowKey(callerFlow);
  const targets = bindings(extension.number)
    .filter(({ flow, path }) => path.length > 0 || flowKey(flow) !== caller)
    .map((binding) => ({ extension, binding }));
  if (targets.length === 0) {
    return { ok: false, dialled: shown, status: 480, reason: 'No phone of the extension is registered' };
  }
  return { ok: true, dialled: shown, extension, targets };
}
