import type { ServiceEffect, ServiceInput, ServiceStep } from './service.ts';
import { BAD, CLOSED, GOOD, INVITING } from './tones.ts';

/**
 * Unlocking an extension that is protected by a PIN: a tone, the PIN with `#` behind it, a good or a bad tone. While it
 * is unlocked the same code locks it again, without a PIN.
 */
export type PinDialogue =
  | { readonly in: 'beginning'; readonly isUnlocked: boolean }
  | { readonly in: 'entering'; readonly digits: string }
  | { readonly in: 'checking' }
  /** The last tone is heard; then the call is over, for this reason. */
  | { readonly in: 'leaving'; readonly reason: string };

/** Longer than any PIN: what is entered beyond is wrong whatever it is. */
const MOST_DIGITS = 11;
const WAIT_SECONDS = 20;

const OUTCOMES = {
  right: { tones: GOOD, reason: 'The extension was unlocked by its PIN' },
  wrong: { tones: BAD, reason: 'The PIN was wrong' },
  barred: { tones: BAD, reason: 'The PIN was not looked at: too many were wrong before' },
  unchecked: { tones: BAD, reason: 'The PIN could not be checked' },
} as const;

export function pinStep(state: PinDialogue, input: ServiceInput): ServiceStep<PinDialogue> {
  const stay = (...effects: readonly ServiceEffect[]): ServiceStep<PinDialogue> => ({ state, effects });
  switch (state.in) {
    case 'beginning':
      if (input.kind !== 'answered') return stay();
      if (state.isUnlocked) {
        const leaving = { in: 'leaving', reason: 'The extension was locked again' } as const;
        return { state: leaving, effects: [{ do: 'lock' }, { do: 'play', tones: CLOSED }] };
      }
      return {
        state: { in: 'entering', digits: '' },
        effects: [
          { do: 'play', tones: INVITING },
          { do: 'wait', seconds: WAIT_SECONDS },
        ],
      };
    case 'entering':
      if (input.kind === 'timeout') return stay({ do: 'hang-up', reason: 'No PIN was entered' });
      return input.kind === 'digit' ? entered(state.digits, input.digit) : stay();
    case 'checking': {
      if (input.kind !== 'pin-checked') return stay();
      const { tones, reason } = OUTCOMES[input.verdict];
      return { state: { in: 'leaving', reason }, effects: [{ do: 'play', tones }] };
    }
    case 'leaving':
      return input.kind === 'played' ? stay({ do: 'hang-up', reason: state.reason }) : stay();
  }
}

/** `*` begins anew; `#` alone is an accident, and nothing is lost by it. */
function entered(digits: string, digit: string): ServiceStep<PinDialogue> {
  const wait = { do: 'wait', seconds: WAIT_SECONDS } as const;
  if (digit === '#' && digits !== '') {
    return { state: { in: 'checking' }, effects: [{ do: 'check-pin', pin: digits }] };
  }
  const next = digit === '*' ? '' : /\d/.test(digit) ? `${digits}${digit}`.slice(0, MOST_DIGITS) : digits;
  return { state: { in: 'entering', digits: next }, effects: [wait] };
}
