import type { HomeNumbering } from '../numbering/number-class.ts';
import { readFinalNumber } from '../numbering/read-final-number.ts';
import { LONDON } from '../numbering/testing.ts';
import { type CallPolicy, DEFAULT_CALL_POLICY } from './call-policy.ts';
import type { ExternalCallFacts, ResponsibleParty } from './external-call.ts';

export const BRITISH: CallPolicy = { ...DEFAULT_CALL_POLICY, homeCountry: 'GB' };

/** An extension as it is made: enabled, with no grants. */
export const PARTY: ResponsibleParty = {
  extension: '101',
  isEnabled: true,
  isInternalOnly: false,
  isPinLocked: false,
  mayForwardOutside: false,
  mayCallOutOfHours: false,
  callerIds: ['+442079460101'],
};

/** Extension 101 dials in office hours, in London unless said otherwise. */
export function dialling(
  dialled: string,
  others: Partial<ExternalCallFacts> = {},
  home: HomeNumbering = LONDON,
): ExternalCallFacts {
  return {
    emergency: undefined,
    from: 'extension',
    cause: 'dialled',
    responsible: PARTY,
    destination: readFinalNumber(dialled, home),
    callerId: undefined,
    isOfficeOpen: true,
    ...others,
  };
}
