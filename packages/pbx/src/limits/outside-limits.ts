import type { WallMs } from '@ringwall/base';
import {
  allow,
  admitCall,
  type CallAdmission,
  callAnswered,
  callEnded,
  type CallOutcome,
  createLimits,
  type Destination,
  explainLimits,
  forgetExtension,
  type LimitEffect,
  limitRecord,
  type LimitRecord,
  type LimitsExplanation,
  type LimitsState,
  type LimitTime,
  type OfficeHours,
  releaseFrozen,
  restoreLimits,
  tickLimits,
  WITHOUT_LEVELS,
} from '@ringwall/policy';
import type { Effect } from '../effects.ts';
import type { OfficeClock } from '../routing/office-clock.ts';
import type { Dialling } from '../snapshot/dialling.ts';

/** A leg to the outside that costs money, for whoever answers for it. */
export interface LimitedLeg {
  /** The same for every trunk that the call tries with this number. */
  readonly id: string;
  readonly extension: string;
  readonly destination: Destination;
}

export interface OutsideLimitsHost {
  readonly officeClock: OfficeClock;
  dialling(): Dialling;
  /** By which the extension goes; undefined: never closed. */
  hours(extension: string): OfficeHours | undefined;
  wall(): WallMs;
  effect(effect: Effect): void;
  /** Ends the calls that have these legs. */
  endCalls(ids: readonly string[], reason: string): void;
}

/** While there are calls that cost, they are looked at so often. */
const TICK_MS = 5_000;

const NOTHING_COUNTED: Omit<LimitRecord, 'of'> = {
  frozen: null,
  day: '',
  used: { seconds: 0, cost: 0 },
  usedClosed: { seconds: 0, cost: 0 },
  attempts: [],
  probes: [],
  countries: [],
};

/** The limits of calls to the outside, as they stand: asked before an INVITE leaves, told what becomes of the call. */
export class OutsideLimits {
  readonly #host: OutsideLimitsHost;
  #state: LimitsState = createLimits();
  #nextTick = 0;

  constructor(host: OutsideLimitsHost) {
    this.#host = host;
  }

  restore(records: readonly LimitRecord[]): void {
    this.#state = restoreLimits(records, this.#host.wall());
  }

  /** May it leave? If it may, it is counted. */
  admit({ id, extension, destination }: LimitedLeg): Pick<CallAdmission, 'decision' | 'maxSeconds'> {
    const { policy, limits } = this.#host.dialling();
    if (limits === undefined) {
      const because = [allow('limits-off', 'Limits are turned off (outside.limits)')] as const;
      return { decision: { verdict: 'allow', because }, maxSeconds: undefined };
    }
    const time = this.#time();
    const isOfficeOpen = this.#host.officeClock.isOpen(this.#host.hours(extension), time.now);
    const homeCountry = policy.home.country;
    const call = { callId: id, extension, destination, homeCountry, isOfficeOpen, isNewDevice: false };
    const { effects, ...admission } = admitCall(this.#state, limits, call, time);
    this.#perform(effects);
    return admission;
  }

  answered(id: string): void {
    callAnswered(this.#state, id, this.#time());
  }

  /** Told also while limits are turned off, or the call would count for ever once they are on again. */
  ended(id: string, outcome: CallOutcome): void {
    const { limits = WITHOUT_LEVELS } = this.#host.dialling();
    this.#perform(callEnded(this.#state, limits, id, outcome, this.#time()));
  }

  /** Looks after calls under way. */
  advance(): void {
    const { limits } = this.#host.dialling();
    const now = this.#host.wall();
    // A clock that was set back must not keep us from looking.
    const isDue = now >= this.#nextTick || this.#nextTick - now > TICK_MS;
    if (limits === undefined || this.#state.system.calls.size === 0 || !isDue) return;
    this.#nextTick = now + TICK_MS;
    this.#perform(tickLimits(this.#state, limits, this.#time()));
  }

  /** @param of an extension's number, or `system`. @returns whether it was frozen. */
  release(of: string): boolean {
    const effects = releaseFrozen(this.#state, of);
    this.#perform(effects);
    return effects.length > 0;
  }

  /** The extension was removed: whoever has its number next begins anew, over a restart too. */
  forget(of: string): void {
    if (!this.#state.extensions.has(of)) return;
    forgetExtension(this.#state, of);
    this.#host.effect({ do: 'save-limits', record: { of, ...NOTHING_COUNTED } });
  }

  /** Whom nobody calls out for until an administrator says so: extensions, and `system`. */
  frozen(): readonly { readonly of: string; readonly text: string; readonly at: number }[] {
    const all = [...this.#state.extensions.values(), this.#state.system];
    return all.flatMap(({ of, frozen }) =>
      frozen === undefined ? [] : [{ of, text: frozen.text, at: frozen.at }],
    );
  }

  /** @returns undefined: limits are turned off. */
  explain(extension: string): LimitsExplanation | undefined {
    const { limits } = this.#host.dialling();
    return limits && explainLimits(this.#state, limits, extension, this.#time());
  }

  #time(): LimitTime {
    const now = this.#host.wall();
    return { now, day: this.#host.officeClock.day(this.#host.dialling().timeZone, now) };
  }

  #perform(effects: readonly LimitEffect[]): void {
    for (const effect of effects) {
      switch (effect.do) {
        case 'save': {
          const record = limitRecord(this.#state, effect.of);
          if (record !== undefined) this.#host.effect({ do: 'save-limits', record });
          break;
        }
        case 'end-calls':
          this.#host.endCalls(effect.callIds, effect.text);
          break;
        default: {
          const { of, rule, text } = effect;
          const event = {
            kind: effect.do === 'warn' ? 'limit-near' : 'calls-frozen',
            of,
            rule,
            text,
          } as const;
          this.#host.effect({ do: 'report', event });
        }
      }
    }
  }
}
