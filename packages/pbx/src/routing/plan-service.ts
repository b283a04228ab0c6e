import { deny, emergencyRead } from '@ringwall/policy';
import type { Planned } from '../call/inputs.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import { extensionOf } from '../call/party.ts';
import type { PinLocks } from '../pin/pin-locks.ts';
import type { Service } from '../service/service-step.ts';
import type { ServiceName } from '../service/service.ts';
import type { Extension, Snapshot } from '../snapshot/snapshot.ts';

export type PinFacts = Pick<PinLocks, 'isUnlocked' | 'isLocked' | 'barredMinutes'>;

/**
 * A code that an extension dials itself. Who transfers or forwards a call to one, and who calls from outside, finds no
 * such number: what a code does is for whoever dials it.
 *
 * @returns undefined: it is no code.
 */
export function planService(
  { by, cause, from, dialled }: OutsideWish,
  { codes, dialling }: Snapshot,
  pins: PinFacts,
): Planned | undefined {
  const extension = extensionOf(by);
  const name = codes.services.get(dialled);
  if (extension === undefined || name === undefined || cause !== 'dialled' || from !== 'extension')
    return undefined;
  if (emergencyRead(dialled, dialling.policy.emergency) !== undefined) return undefined;
  const service = beginning(name, extension, pins);
  if ('rule' in service) {
    const { rule, text } = service;
    return { ok: false, dialled, status: 403, reason: text, because: [deny(rule, text)] };
  }
  return { ok: true, dialled, callee: by, stages: [], service };
}

function beginning(
  name: ServiceName,
  { number, calling }: Extension,
  pins: PinFacts,
): Service | { readonly rule: string; readonly text: string } {
  if (name === 'echo') return { name, state: { in: 'beginning' } };
  if (!calling.isPinProtected) {
    return { rule: 'pin-not-protected', text: `Extension ${number} is not protected by a PIN` };
  }
  const isUnlocked = pins.isUnlocked(number);
  const minutes = pins.barredMinutes(number);
  if (!isUnlocked && minutes !== undefined) {
    const text = `Extension ${number} cannot be unlocked for ${minutes} minutes more, since too many PINs were wrong`;
    return { rule: 'pin-barred', text };
  }
  return { name, state: { in: 'beginning', isUnlocked } };
}
