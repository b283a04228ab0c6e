import type { PbxEvent } from './events.ts';

/** A mistake of ours, as it is reported. */
export function internalError(error: unknown): PbxEvent {
  const { message: text, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'internal-error', text, stack };
}
