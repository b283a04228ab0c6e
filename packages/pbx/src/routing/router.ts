import { type OutsideParty, type Party } from '../call/party.ts';
import type { Planned } from '../call/inputs.ts';
import type { Binding } from '../registrar/binding.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import { type Caller, planCall } from './plan-call.ts';

export interface RouterHost {
  snapshot(): Snapshot;
  bindings(extension: ExtensionNumber): readonly Binding[];
}

/** Where a call goes, whoever asks: who dials, who transfers, who forwards, who calls from outside. */
export class Router {
  readonly #host: RouterHost;

  constructor(host: RouterHost) {
    this.#host = host;
  }

  /** @param phone the phone of the caller's that does not ring for its own call. */
  plan(_by: Party, dialled: string, phone?: Caller): Planned {
    return planCall(dialled, this.#host.snapshot(), (extension) => this.#host.bindings(extension), phone);
  }

  /** A call from outside may end inside only. */
  planInbound(from: OutsideParty, called: string): Planned {
    return this.plan(from, called);
  }
}
