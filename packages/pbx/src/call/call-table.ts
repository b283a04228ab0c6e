import type { LegId } from '@ringwall/media';
import type { Extension, ExtensionNumber } from '../snapshot/snapshot.ts';
import type { Trunk, TrunkName } from '../snapshot/trunk.ts';
import { type Call, findLeg, isForHelp } from './call.ts';
import type { CallId } from './call-record.ts';
import type { FoundLeg } from './calls-host.ts';
import type { Leg } from './leg.ts';
import type { LegIndex } from './leg-index.ts';
import type { Found } from './returning.ts';

/** The calls themselves, how they are found, and how many there are for whom. */
export class CallTable {
  readonly #calls = new Map<CallId, Call>();
  readonly #index: LegIndex;
  #active = 0;

  constructor(index: LegIndex) {
    this.#index = index;
  }

  get size(): number {
    return this.#calls.size;
  }

  /**
   * How many are not over for the people in them. One that is over may stay for a while, until a phone that is gone has
   * failed to confirm its CANCEL: that takes 32 s and no ports.
   */
  get active(): number {
    return this.#active;
  }

  get(id: CallId): Call | undefined {
    return this.#calls.get(id);
  }

  callOf(leg: LegId): Call | undefined {
    const call = this.#index.callOf(leg);
    return call === undefined ? undefined : this.#calls.get(call);
  }

  /** The leg of a dialog, by our tag and the other side's. */
  find(callId: string, localTag: string, remoteTag: string): FoundLeg | undefined {
    const id = this.#index.find(callId, localTag, remoteTag);
    const call = id === undefined ? undefined : this.callOf(id);
    const leg = call === undefined ? undefined : findLeg(call, id);
    if (call === undefined || leg === undefined) return undefined;
    return { call: call.id, leg: leg.id, party: leg.party, flow: leg.flow, isForHelp: isForHelp(call) };
  }

  /** All legs of an extension, with their calls. */
  legsOf(extension: ExtensionNumber): readonly Found[] {
    return this.#index.legsOf(extension).flatMap((id) => {
      const call = this.callOf(id);
      const leg = call === undefined ? undefined : findLeg(call, id);
      return call === undefined || leg === undefined ? [] : [{ call: call.id, leg }];
    });
  }

  /** Takes over the next state of a call, or a new one. */
  put(call: Call): void {
    this.#active += Number(isCurrent(call)) - Number(isCurrent(this.#calls.get(call.id)));
    this.#calls.set(call.id, call);
  }

  remove(id: CallId): void {
    this.#active -= Number(isCurrent(this.#calls.get(id)));
    this.#calls.delete(id);
  }

  all(): Iterable<Call> {
    return this.#calls.values();
  }

  /** Those that are not over for the people in them. */
  *current(): Generator<Call> {
    for (const call of this.#calls.values()) if (isCurrent(call)) yield call;
  }

  /** How many calls that are not over the extension has a leg in. */
  countOf(extension: Extension): number {
    const calls = new Set<CallId>();
    for (const id of this.#index.legsOf(extension.number)) {
      const call = this.callOf(id);
      const isOver = call === undefined || call.ending !== undefined || findLeg(call, id)?.state === 'ended';
      if (!isOver) calls.add(call.id);
    }
    return calls.size;
  }

  /** How many calls for help that are not over the extension began from this address. */
  countForHelp(extension: Extension, address: string): number {
    const calls = new Set(this.#index.legsOf(extension.number).map((leg) => this.callOf(leg)));
    const begun = [...calls].filter((call) => call?.callerAddress === address);
    return begun.filter((call) => call !== undefined && isCurrent(call) && isForHelp(call)).length;
  }

  /** Those that are not over and have a leg through the trunk, in the order in which they began. */
  through(trunk: TrunkName): Call[] {
    return [...this.current()].filter(({ legs }) => legs.some((leg) => isThrough(leg, trunk)));
  }

  /** The call that began last through a trunk which carries too many, and that does not call for help. */
  leastNeeded({ name, callsAtOnce }: Trunk): Call | undefined {
    const there = this.through(name);
    return there.length <= callsAtOnce ? undefined : there.findLast((call) => !isForHelp(call));
  }
}

/** Is it a call that is not over for the people in it? */
function isCurrent(call: Call | undefined): boolean {
  return call !== undefined && call.ending === undefined;
}

function isThrough({ party, state }: Leg, trunk: TrunkName): boolean {
  return party.kind === 'outside' && party.trunk.name === trunk && state !== 'ended';
}
