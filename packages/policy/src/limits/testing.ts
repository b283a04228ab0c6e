import type { WallMs } from '@ringwall/base';
import type { HomeNumbering } from '../numbering/number-class.ts';
import { readFinalNumber } from '../numbering/read-final-number.ts';
import { admitCall, type LimitedCall } from './admit-call.ts';
import { enterTrunk } from './enter-trunk.ts';
import { fitCounts } from './fit-counts.ts';
import { callAnswered, callEnded, tickLimits } from './follow-call.ts';
import type { LimitEffect } from './limit-effects.ts';
import { limitRecord, type LimitRecord, restoreLimits } from './limit-records.ts';
import { type CallRate, indexRates, type RateIndex } from './call-rates.ts';
import { withLevels } from './level-text.ts';
import { DEFAULT_LIMITS, type LimitsPolicy, NO_LEVELS } from './limits-policy.ts';
import { createLimits, type LimitsState, type LimitTime } from './limits-state.ts';

const LONDON: HomeNumbering = {
  country: 'GB',
  internationalPrefix: '00',
  nationalPrefix: '0',
  areaCode: '20',
};

const DAY_MS = 86_400_000;

export interface TriedCall {
  readonly callId: string;
  readonly verdict: 'allow' | 'deny';
  readonly rules: readonly string[];
  readonly maxSeconds: number | undefined;
}

/** Limits in London with a clock of their own, and an engine that ends what it is told to end. */
export class LimitsRig {
  state: LimitsState = createLimits();
  /** Saturday, 6 March 2027, 02:00. */
  now = Date.UTC(2027, 2, 6, 2);
  isOfficeOpen = true;
  /** False: an engine that loses what it is told to end. */
  endsCalls = true;
  readonly effects: LimitEffect[] = [];
  /** As a database would hold them. */
  readonly stored = new Map<string, string>();
  /** That every call leaves through. */
  trunk = 'acme';
  /** By extension. */
  readonly groups = new Map<string, readonly string[]>();
  readonly running = new Map<string, number | undefined>();
  policy: LimitsPolicy;
  #calls = 0;

  constructor(policy: Partial<LimitsPolicy> = {}) {
    this.policy = { ...DEFAULT_LIMITS, ...policy };
    fitCounts(this.state, this.policy);
  }

  get time(): LimitTime {
    return { now: this.now as WallMs, day: new Date(this.now).toISOString().slice(0, 10) };
  }

  /** Ticks every ten seconds, and ends what the limits want ended. */
  wait(seconds: number): void {
    const until = this.now + seconds * 1_000;
    while (this.now < until) {
      this.now = Math.min(until, this.now + 10_000);
      this.tick();
    }
  }

  tick(): void {
    this.perform(tickLimits(this.state, this.policy, this.time));
  }

  untilTomorrow(): void {
    this.now = (Math.floor(this.now / DAY_MS) + 1) * DAY_MS;
  }

  dial(extension: string, dialled: string, others: Partial<LimitedCall> = {}): TriedCall {
    const destination = readFinalNumber(dialled, LONDON);
    if (!destination.ok) throw new Error(`${dialled}: ${destination.error}`);
    const callId = `call ${++this.#calls}`;
    const call: LimitedCall = {
      callId,
      extension,
      groups: this.groups.get(extension) ?? [],
      destination: destination.value,
      homeCountry: 'GB',
      isOfficeOpen: this.isOfficeOpen,
      isNewDevice: false,
      ...others,
    };
    const { decision, maxSeconds, effects } = admitCall(this.state, this.policy, call, this.time);
    const { verdict, because } = decision;
    if (verdict === 'allow') this.running.set(call.callId, undefined);
    this.perform(effects);
    const { callId: known } = call;
    const tried = { callId: known, verdict, rules: because.map(({ rule }) => rule), maxSeconds };
    if (verdict === 'deny' || !this.running.has(known)) return tried;
    const refused = this.enter(known, this.trunk);
    if (refused.length === 0) return tried;
    this.hangUp(known);
    return { ...tried, verdict: 'deny', rules: refused };
  }

  /** Tries a trunk. @returns the rules that refuse it. */
  enter(callId: string, trunk: string): readonly string[] {
    const { decision, effects } = enterTrunk(this.state, this.policy, callId, trunk, this.time);
    this.perform(effects);
    return decision.verdict === 'allow' ? [] : decision.because.map(({ rule }) => rule);
  }

  /** An administrator changes the limits. */
  change(policy: Partial<LimitsPolicy>): void {
    this.policy = { ...this.policy, ...policy };
    for (const of of fitCounts(this.state, this.policy)) this.stored.delete(of);
  }

  answer(callId: string): void {
    callAnswered(this.state, callId, this.time);
    if (this.running.has(callId)) this.running.set(callId, this.now);
  }

  hangUp(callId: string): void {
    const answeredAt = this.running.get(callId);
    this.running.delete(callId);
    const seconds = answeredAt === undefined ? 0 : (this.now - answeredAt) / 1_000;
    const outcome = { answered: answeredAt !== undefined, seconds };
    this.perform(callEnded(this.state, this.policy, callId, outcome, this.time));
  }

  /** A whole call, if it is let out. */
  talk(extension: string, dialled: string, seconds: number): TriedCall {
    const tried = this.dial(extension, dialled);
    if (tried.verdict === 'deny') return tried;
    this.answer(tried.callId);
    this.wait(seconds);
    if (this.running.has(tried.callId)) this.hangUp(tried.callId);
    return tried;
  }

  /** The program is killed and started again. */
  restart(): void {
    const records = [...this.stored.values()].map((text) => JSON.parse(text) as LimitRecord);
    this.state = restoreLimits(records, this.now as WallMs);
    this.running.clear();
    fitCounts(this.state, this.policy);
  }

  perform(effects: readonly LimitEffect[]): void {
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.do === 'save') {
        const record = limitRecord(this.state, effect.of);
        if (record !== undefined) this.stored.set(effect.of, JSON.stringify(record));
      } else if (effect.do === 'end-calls' && this.endsCalls) {
        for (const callId of effect.callIds) this.hangUp(callId);
      }
    }
  }

  /** `101 probes` for every freeze and warning of the kind. */
  told(kind: 'warn' | 'freeze'): readonly string[] {
    return this.effects.flatMap((effect) => (effect.do === kind ? [`${effect.of} ${effect.rule}`] : []));
  }

  textOf(rule: string): string | undefined {
    for (const effect of this.effects) {
      if ((effect.do === 'warn' || effect.do === 'freeze') && effect.rule === rule) return effect.text;
    }
    return undefined;
  }
}

export function ratesOf(...rates: readonly Omit<CallRate, 'name'>[]): RateIndex {
  return indexRates(rates.map((rate) => ({ ...rate, name: '' })));
}

/** Levels of a group or a trunk, as an administrator writes them. */
export function own(of: string, ...levels: readonly string[]): Pick<LimitsPolicy, 'own'> {
  return { own: new Map([[of, { all: withLevels(NO_LEVELS, levels), closed: NO_LEVELS }]]) };
}

/** In fifteen countries. */
export const ABROAD = [
  '+33142685300',
  '+4930901820',
  '+390669812345',
  '+34912345678',
  '+31201234567',
  '+3222345678',
  '+41442345678',
  '+4312345678',
  '+46812345678',
  '+4733123456',
  '+4533123456',
  '+358912345678',
  '+48221234567',
  '+420221234567',
  '+35312345678',
];

/** At home: `07400 123456` and on. */
export function mobile(n: number): string {
  return `0${7_400_123_456 + n}`;
}
