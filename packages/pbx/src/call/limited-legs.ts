import type { WallMs } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { Flow } from '@ringwall/sip';
import type { LimitedLeg, OutsideLimits } from '../limits/outside-limits.ts';
import type { Call } from './call.ts';
import type { CallId } from './call-record.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { extensionOf } from './party.ts';

interface Tracked {
  /** Where it began: trunks to be tried later are there. */
  readonly call: CallId;
  readonly number: string;
  readonly legs: Set<LegId>;
  answeredAt: WallMs | undefined;
}

export interface LimitedLegsHost {
  callOf(leg: LegId): Call | undefined;
  call(id: CallId): Call | undefined;
  wall(): WallMs;
  readonly limits: Pick<OutsideLimits, 'admit' | 'enterTrunk' | 'answered' | 'ended'>;
}

/**
 * Legs to the outside that limits have let out, and what becomes of them. A leg may move to another call, and a call may
 * try the same number through another trunk; so they are looked at when an input has been handled to its end.
 */
export class LimitedLegs {
  readonly #host: LimitedLegsHost;
  readonly #tracked = new Map<string, Tracked>();
  readonly #touched = new Set<string>();

  constructor(host: LimitedLegsHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#tracked.size;
  }

  get isTouched(): boolean {
    return this.#touched.size > 0;
  }

  /** Asks the limits whether a leg may leave, and through its trunk. @returns what its call is to be told of it. */
  admit(call: Call, leg: Leg): readonly CallInput[] {
    const { id, limited, party } = leg;
    if (limited === undefined) return [];
    const { limits } = this.#host;
    const told: CallInput[] = [];
    if (!this.#goesOn(id, limited)) {
      const admission = limits.admit(limited, flowsOf(call, limited.extension));
      told.push({ kind: 'admission', leg: id, ...admission });
      if (admission.decision.verdict === 'deny') return told;
      this.#admitted(call, leg, limited);
    }
    if (party.kind !== 'outside') return told;
    const { verdict, because } = limits.enterTrunk(limited.id, party.trunk.name);
    if (verdict === 'deny') told.push({ kind: 'trunk-full', leg: id, because });
    return told;
  }

  /** Is it one that was let out before: the same number through another trunk? */
  #goesOn(leg: LegId, limited: LimitedLeg): boolean {
    const known = this.#tracked.get(limited.id);
    known?.legs.add(leg);
    return known !== undefined;
  }

  #admitted(call: Call, { id }: Leg, limited: LimitedLeg): void {
    const { number } = limited.destination;
    this.#tracked.set(limited.id, { call: call.id, number, legs: new Set([id]), answeredAt: undefined });
    this.#touched.add(limited.id);
  }

  /** The call has changed, or is gone. */
  touch({ legs }: Call): void {
    for (const { limited } of legs) {
      if (limited !== undefined && this.#tracked.has(limited.id)) this.#touched.add(limited.id);
    }
  }

  /** The calls that have the legs of these names. */
  callsOf(ids: readonly string[]): CallId[] {
    return ids.flatMap((id) =>
      [...(this.#tracked.get(id)?.legs ?? [])].flatMap((leg) => this.#host.callOf(leg)?.id ?? []),
    );
  }

  /** Tells what became of those that were touched. */
  follow(): void {
    for (const id of this.#touched) {
      // Before, since what follows may have other calls ended, and those touched again.
      this.#touched.delete(id);
      this.#follow(id);
    }
  }

  #follow(id: string): void {
    const tracked = this.#tracked.get(id);
    if (tracked === undefined) return;
    const alive = [...tracked.legs].flatMap((legId) => {
      const leg = this.#host.callOf(legId)?.legs.find((each) => each.id === legId);
      return leg === undefined || leg.state === 'ended' ? [] : [leg];
    });
    if (tracked.answeredAt === undefined && alive.some(({ state }) => state === 'talking')) {
      tracked.answeredAt = this.#host.wall();
      this.#host.limits.answered(id);
    }
    if (alive.length > 0 || this.#isTriedAgain(tracked)) return;
    this.#tracked.delete(id);
    const { answeredAt } = tracked;
    const seconds = answeredAt === undefined ? 0 : Math.max(0, this.#host.wall() - answeredAt) / 1_000;
    this.#host.limits.ended(id, { answered: answeredAt !== undefined, seconds });
  }

  #isTriedAgain({ call: callId, number }: Tracked): boolean {
    const call = this.#host.call(callId);
    if (call === undefined || call.ending !== undefined) return false;
    return call.later.some(({ targets }) =>
      targets.some((target) => target.kind === 'trunk' && target.party.number === number),
    );
  }
}

/** Where the phones of an extension are that are or were in the call. */
function flowsOf({ legs }: Call, extension: string): readonly Flow[] {
  return legs.flatMap(({ party, flow }) => (extensionOf(party)?.number === extension ? [flow] : []));
}
