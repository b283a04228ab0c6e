import { BoundedMap } from '@ringwall/base';
import {
  type Dialog,
  type Flow,
  nextRequest,
  type TransactionEvent,
  type TransactionId,
} from '@ringwall/sip';
import type { TrunkAccount } from '../snapshot/trunk.ts';
import { type Proof, proofFor, withProof } from '../trunk/proof.ts';
import type { CallsHost } from './calls-host.ts';
import type { Leg } from './leg.ts';

/** A BYE to a provider. */
interface Farewell {
  readonly dialog: Dialog;
  readonly flow: Flow;
  readonly account: TrunkAccount;
  readonly proof: Proof | undefined;
}

/** They are answered within seconds, or time out; a provider that wants its password for more has them end by themselves. */
const MOST = 1_024;

/**
 * BYEs that wait for their answer when the call is over, and written down already. A provider may want its password once
 * more, since a nonce is good for some minutes or for one request; without it the call would go on there, and cost money.
 */
export class Farewells {
  readonly #waiting = new BoundedMap<TransactionId, Farewell>(MOST);

  get size(): number {
    return this.#waiting.size;
  }

  /** @param byes of the leg, that are not answered. */
  keep({ party, dialog, flow, proof }: Leg, byes: readonly TransactionId[]): void {
    if (party.kind === 'extension' || party.trunk.account === undefined || dialog === undefined) return;
    for (const bye of byes) this.#waiting.set(bye, { dialog, flow, account: party.trunk.account, proof });
  }

  /** @returns false if it is not about a BYE of those. */
  transactionEvent(event: TransactionEvent, host: Pick<CallsHost, FarewellNeeds>): boolean {
    if (event.kind === 'request') return false;
    const farewell = this.#waiting.get(event.transaction);
    if (farewell === undefined) return false;
    if (event.kind === 'response' && event.response.status < 200) return true;
    this.#waiting.delete(event.transaction);
    if (event.kind !== 'response' || ![401, 407].includes(event.response.status)) return true;
    const { dialog, flow, account } = farewell;
    if (event.flow.remote.address !== flow.remote.address) return true;
    const answer = proofFor(event.response, account, farewell.proof);
    if (!answer.ok) return true;
    const next = nextRequest(dialog, 'BYE');
    const { draft, proof } = withProof(next.draft, answer.value, account, host.context().random);
    const sent = host.transactions.request(draft, flow, host.now());
    this.#waiting.set(sent.id, { ...farewell, dialog: next.dialog, proof });
    host.perform(sent.effects);
    return true;
  }
}

type FarewellNeeds = 'context' | 'transactions' | 'now' | 'perform';
