import type { WallMs } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { CallOutcome } from '@ringwall/policy';
import type { Call } from './call.ts';
import type { CallId } from './call-record.ts';
import type { Leg } from './leg.ts';

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
  answered(id: string): void;
  ended(id: string, outcome: CallOutcome): void;
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

  /** @returns whether it is one that was let out before: the same number through another trunk. */
  goesOn({ id, limited }: Leg): boolean {
    const known = limited === undefined ? undefined : this.#tracked.get(limited.id);
    known?.legs.add(id);
    return known !== undefined;
  }

  admitted(call: Call, { id, limited }: Leg): void {
    if (limited === undefined) return;
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
      this.#host.answered(id);
    }
    if (alive.length > 0 || this.#isTriedAgain(tracked)) return;
    this.#tracked.delete(id);
    const { answeredAt } = tracked;
    const seconds = answeredAt === undefined ? 0 : Math.max(0, this.#host.wall() - answeredAt) / 1_000;
    this.#host.ended(id, { answered: answeredAt !== undefined, seconds });
  }

  #isTriedAgain({ call: callId, number }: Tracked): boolean {
    const call = this.#host.call(callId);
    if (call === undefined || call.ending !== undefined) return false;
    return call.later.some(({ targets }) =>
      targets.some((target) => target.kind === 'trunk' && target.party.number === number),
    );
  }
}
