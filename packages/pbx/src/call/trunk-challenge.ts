import { Headers } from '@ringwall/sip';
import { accepted, proofFor } from '../trunk/proof.ts';
import { otherOf, type Work, waitingLeg } from './call.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { keyProvedAgain } from './key-presses.ts';
import { sideOf } from './leg-media.ts';
import { sendBye, sendInvite, sendReinvite } from './sending.ts';

/**
 * A trunk's provider asks for our password (401 or 407). It is answered on this leg alone, for the realm that was set,
 * and only where the challenge came from the address that we had asked; nobody else's phone ever sees it.
 *
 * @returns false if it is no challenge, or one that is not answered: then it is a failure like any other.
 */
export function provedAgain(work: Work, leg: Leg, input: CallInput & { kind: 'response' }): boolean {
  const { response, purpose, flow } = input;
  if (leg.party.kind === 'extension') return false;
  if (response.status !== 401 && response.status !== 407) {
    if (response.status >= 200) leg.proof = accepted(leg.proof);
    return false;
  }
  if (flow.remote.address !== leg.flow.remote.address) return false;
  const proof = proofFor(response, leg.party.trunk.account, leg.proof);
  if (!proof.ok) {
    // This request is given up. The next one has attempts of its own: a BYE that is not proved leaves the call to cost money.
    leg.proof = accepted(leg.proof);
    return false;
  }
  switch (purpose) {
    case 'invite': {
      if (leg.state !== 'inviting' && leg.state !== 'ringing') return false;
      leg.proof = proof.value;
      const waiting = waitingLeg(work.call);
      sendInvite(work, leg, waiting === undefined ? undefined : sideOf(waiting));
      return true;
    }
    case 'reinvite': {
      if (leg.state !== 'talking') return false;
      leg.proof = proof.value;
      const other = otherOf(work.call, leg);
      sendReinvite(work, leg, other === undefined ? undefined : sideOf(other));
      return true;
    }
    case 'bye':
      leg.proof = proof.value;
      sendBye(work, leg, new Headers());
      return true;
    case 'info':
      leg.proof = proof.value;
      return keyProvedAgain(work, leg);
    default:
      return false;
  }
}
