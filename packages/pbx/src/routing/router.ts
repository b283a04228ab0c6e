import { extensionOf, numberOf, type OutsideParty, type Party } from '../call/party.ts';
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
  plan(by: Party, dialled: string, phone?: Caller): Planned {
    const plan = planCall(
      dialled,
      this.#host.snapshot(),
      (extension) => this.#host.bindings(extension),
      phone,
    );
    return plan.ok ? (this.#unwanted(by, plan) ?? plan) : plan;
  }

  /** Is it somebody whom the house, or the extension that is called, does not take calls from? */
  #unwanted(by: Party, { dialled, callee }: Planned & { ok: true }): Planned | undefined {
    const caller = by.kind === 'extension' ? { number: by.extension.number, name: '' } : by;
    const called = extensionOf(callee)?.number;
    const { callerBlacklist } = this.#host.snapshot();
    const blocked = callerBlacklist.find(caller, called, by.kind === 'extension');
    if (blocked === undefined) return undefined;
    const whose = blocked.extension === undefined ? 'the' : `${blocked.extension}'s`;
    return {
      ok: false,
      dialled,
      status: 603,
      reason: `${numberOf(by)} is on ${whose} caller blacklist, as "${blocked.pattern}"`,
    };
  }

  /** A call from outside may end inside only. */
  planInbound(from: OutsideParty, called: string): Planned {
    return this.plan(from, called);
  }
}
