import type { CallRecord } from './call-record.ts';

/** Stands for a leg that could not be opened for want of media ports. */
export const NO_PORTS = 503;

/**
 * What the caller is told when no phone of the extension took the call (RFC 3261 16.7 step 6, for phones of one
 * person): a decline, else busy, else what the phones could not agree on. What concerns only a phone and us, such as
 * 401 or 302, is never passed on.
 *
 * @param failures the status that each phone gave, or that stands for why it could not be asked.
 * @returns 480, 486, 488, 503 or 603.
 */
export function bestFailure(failures: readonly number[]): number {
  const has = (status: number): boolean => failures.includes(status);
  if (failures.some((status) => status >= 600 && status !== 600 && status !== 606)) return 603;
  if (has(486) || has(600)) return 486;
  if (has(488) || has(606)) return 488;
  return failures.length > 0 && failures.every((status) => status === NO_PORTS) ? NO_PORTS : 480;
}

const OUTCOMES: ReadonlyMap<number, { readonly outcome: CallRecord['outcome']; readonly reason: string }> =
  new Map([
    [486, { outcome: 'busy', reason: 'The extension is busy' }],
    [603, { outcome: 'declined', reason: 'The call was declined' }],
    [488, { outcome: 'failed', reason: 'The phones have no codec or no protection in common' }],
  ]);

/** How such an end stands in the call record. `relayFailure`: why a phone got no media ports, if one did not. */
export function failureOutcome(
  status: number,
  relayFailure = 'unknown',
): {
  readonly outcome: CallRecord['outcome'];
  readonly reason: string;
} {
  if (status === NO_PORTS) return { outcome: 'failed', reason: noPortsReason(relayFailure) };
  return (
    OUTCOMES.get(status) ?? { outcome: 'unreachable', reason: 'No phone of the extension took the call' }
  );
}

/** @param text what the media service said. */
export function noPortsReason(text: string): string {
  return `The call got no media ports: ${text}`;
}
