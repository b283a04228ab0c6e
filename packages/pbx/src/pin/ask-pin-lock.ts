import type { CallsHost } from '../call/calls-host.ts';
import type { PinChecked } from '../call/inputs.ts';
import { extensionOf } from '../call/party.ts';
import type { Effect } from '../effects.ts';
import type { PinLocks } from './pin-locks.ts';

export interface AskPinLockHost {
  readonly pins: Pick<PinLocks, 'begin' | 'lock'>;
  effect(effect: Effect): void;
  outcome(checked: PinChecked): void;
}

/** What a call wants of the lock of the extension that makes it. The PIN itself is compared elsewhere. */
export function askPinLock(host: AskPinLockHost): CallsHost['askPinLock'] {
  const { pins } = host;
  return ({ id: leg, party }, wanted) => {
    const number = extensionOf(party)?.number;
    if (wanted.do === 'lock') {
      if (number !== undefined) pins.lock(number);
    } else if (number !== undefined && pins.begin(number)) {
      host.effect({ do: 'check-pin', leg, extension: number, pin: wanted.pin });
    } else {
      host.outcome({ kind: 'pin-checked', leg, verdict: 'barred' });
    }
  };
}
