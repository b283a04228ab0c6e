import { deny } from '../decision.ts';
import type { CallGate } from './destination-gates.ts';
import type { CallCause } from './external-call.ts';

const CAUSED: Readonly<Record<CallCause, string>> = {
  dialled: 'dialled',
  forward: 'forwarded',
  redirect: 'redirected by the phone',
  transfer: 'transferred',
  rule: 'led by a rule',
  remote: 'placed from the voicemail menu',
};

const somebodyAnswersForIt: CallGate = ({ responsible }) =>
  responsible === undefined
    ? deny('nobody-responsible', 'No extension answers for the call, and only extensions may call outside')
    : undefined;

const isEnabled: CallGate = ({ responsible }) =>
  responsible?.isEnabled === false
    ? deny('extension-disabled', `Extension ${responsible.extension} is disabled`)
    : undefined;

const mayLeaveTheHouse: CallGate = ({ responsible }) =>
  responsible?.isInternalOnly === true
    ? deny('internal-only', `Extension ${responsible.extension} may make internal calls only`)
    : undefined;

const isUnlocked: CallGate = ({ responsible }) =>
  responsible?.isPinLocked === true
    ? deny('pin-locked', `Extension ${responsible.extension} is protected by a PIN and is not unlocked`)
    : undefined;

const isWithinHours: CallGate = ({ responsible, destination, isOfficeOpen }, { outOfHours, homeCountry }) => {
  if (isOfficeOpen || responsible?.mayCallOutOfHours === true || outOfHours === 'everywhere')
    return undefined;
  if (outOfHours === 'nowhere') return deny('out-of-hours', 'The office is closed, and no calls leave then');
  if (destination.ok && destination.value.country === homeCountry) return undefined;
  return deny('out-of-hours', 'The office is closed, and calls leave for the home country only');
};

/** A transfer of a call within the house is a call like any other; one of a call from outside is the next gate's. */
const mayLead: CallGate = ({ responsible, cause }) => {
  if (responsible?.mayForwardOutside !== false) return undefined;
  if (cause !== 'forward' && cause !== 'redirect' && cause !== 'rule') return undefined;
  return deny(
    'forward-outside',
    `The call is ${CAUSED[cause]}, and extension ${responsible.extension} may not lead calls out of the house`,
  );
};

/** A caller from outside who could dial outside would call on our bill: that is granted to nobody. */
const isNotTrunkToTrunk: CallGate = ({ from, responsible, cause }) => {
  if (from !== 'trunk') return undefined;
  if (cause === 'remote') return undefined;
  if (cause !== 'dialled' && responsible?.mayForwardOutside === true) return undefined;
  return deny('trunk-to-trunk', `The call came in over a trunk and is ${CAUSED[cause]} out over one`);
};

const isNotRemote: CallGate = ({ cause }, { allowsRemoteCalling }) =>
  cause === 'remote' && !allowsRemoteCalling
    ? deny('remote-calling', 'Calls from the voicemail menu are not allowed')
    : undefined;

const showsItsOwnNumber: CallGate = ({ callerId, responsible }) => {
  if (callerId === undefined || responsible === undefined) return undefined;
  if (responsible.callerIds.includes(callerId)) return undefined;
  return deny(
    'caller-id-not-allowed',
    `Extension ${responsible.extension} may not show the number that the call asks for`,
  );
};

/** What is asked of whoever answers for the call, and of how it came about. */
export const PARTY_GATES: readonly CallGate[] = [
  somebodyAnswersForIt,
  isEnabled,
  mayLeaveTheHouse,
  isUnlocked,
  isWithinHours,
  mayLead,
  isNotTrunkToTrunk,
  isNotRemote,
  showsItsOwnNumber,
];
