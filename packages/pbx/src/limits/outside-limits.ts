import type { WallMs } from '@ringwall/base';
import type { Flow } from '@ringwall/sip';
import {
  acceptDevice,
  admitCall,
  type CallAdmission,
  callAnswered,
  callEnded,
  type CallOutcome,
  countedGroup,
  countedTrunk,
  createLimits,
  type Decision,
  type Destination,
  deviceSeen,
  enterTrunk,
  explainLimits,
  fitCounts,
  forgetDevice,
  forgetExtension,
  isNewDevice,
  type KnownDevice,
  type LimitEffect,
  limitRecord,
  type LimitRecord,
  type LimitsExplanation,
  type LimitsPolicy,
  type LimitsState,
  type LimitTime,
  type OfficeHours,
  releaseFrozen,
  restoreLimits,
  tickLimits,
  WITHOUT_LEVELS,
} from '@ringwall/policy';
import type { Effect } from '../effects.ts';
import type { Binding } from '../registrar/binding.ts';
import type { OfficeClock } from '../routing/office-clock.ts';
import type { Dialling } from '../snapshot/dialling.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import { deviceAt, deviceIdentity } from './device-identity.ts';

/** A leg to the outside that costs money, for whoever answers for it. */
export interface LimitedLeg {
  /** The same for every trunk that the call tries with this number. */
  readonly id: string;
  readonly extension: string;
  readonly destination: Destination;
}

export interface OutsideLimitsHost {
  readonly officeClock: OfficeClock;
  /** By which the extension goes; undefined: never closed. */
  hours(extension: string): OfficeHours | undefined;
  snapshot(): Snapshot;
  bindings(extension: ExtensionNumber): readonly Binding[];
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

/** An administrator trusts a device, or does not any more. */
export type DeviceChange =
  /** `id` undefined: every one, also those to come. */
  { readonly do: 'accept'; readonly id: number | undefined } | { readonly do: 'forget'; readonly id: number };

/** The limits of calls to the outside, as they stand: asked before an INVITE leaves, told what becomes of the call. */
export class OutsideLimits {
  readonly #host: OutsideLimitsHost;
  #state: LimitsState = createLimits();
  #nextTick = 0;
  /** What the counts were fitted to. */
  #fitted: LimitsPolicy | undefined;

  constructor(host: OutsideLimitsHost) {
    this.#host = host;
  }

  restore(records: readonly LimitRecord[]): void {
    this.#state = restoreLimits(records, this.#host.wall());
    this.#fitted = undefined;
  }

  /**
   * May it leave? If it may, it is counted.
   *
   * @param flows of the phones of its extension that are or were in the call; none: no phone brought it about.
   */
  admit(
    { id: callId, extension, destination }: LimitedLeg,
    flows: readonly Flow[],
  ): Pick<CallAdmission, 'decision' | 'maxSeconds'> {
    const { policy } = this.#dialling();
    const limits = this.#policy();
    const time = this.#time();
    const isOfficeOpen = this.#host.officeClock.isOpen(this.#host.hours(extension), time.now);
    const homeCountry = policy.home.country;
    const isNewDevice = flows.some((flow) => this.#isNew(extension, flow, limits));
    const groups = this.#groupsOf(extension);
    const call = { callId, extension, groups, destination, homeCountry, isOfficeOpen, isNewDevice };
    const { effects, ...admission } = admitCall(this.#state, limits, call, time);
    this.#perform(effects);
    return admission;
  }

  /** May a call that was let out leave through this trunk? If it may, it counts for this one, and for no other. */
  enterTrunk(id: string, trunk: string): Decision {
    const { decision, effects } = enterTrunk(this.#state, this.#policy(), id, trunk, this.#time());
    this.#perform(effects);
    return decision;
  }

  /** Why the trunk takes no calls outside until an administrator says so, one sentence; undefined: it does. */
  refusalOfTrunk(trunk: string): string | undefined {
    const frozen = this.#policy().isOn ? this.#state.shared.get(countedTrunk(trunk))?.frozen : undefined;
    if (frozen?.scope !== 'external') return undefined;
    return `The trunk ${trunk} is frozen until an administrator releases this. ${frozen.text}`;
  }

  /** Phones of an extension that were registered before the program started. */
  devicesRestored(extension: string, bindings: readonly Binding[]): void {
    const areKnown = !this.#state.devices.has(extension);
    for (const binding of bindings) this.deviceSeen(binding, areKnown);
  }

  /** A phone has registered. `isKnown`: it was there before anybody took notes. */
  deviceSeen(binding: Binding, isKnown = false): void {
    const identity = deviceIdentity(binding, this.#host.snapshot().settings.lanNetworks);
    this.#perform(deviceSeen(this.#state, binding.extension, identity, this.#host.wall(), isKnown));
  }

  /** The phones that an extension was used with; `isKnown`: it is no new one. */
  devicesOf(extension: string): readonly (KnownDevice & { readonly isKnown: boolean })[] {
    const { newDeviceMs } = this.#policy();
    return (this.#state.devices.get(extension) ?? []).map((device) => ({
      ...device,
      isKnown: !isNewDevice(this.#state, extension, device.key, newDeviceMs, this.#host.wall()),
    }));
  }

  /** @returns whether there is such a device. */
  changeDevice(extension: string, { do: what, id }: DeviceChange): boolean {
    const effects =
      what === 'accept'
        ? acceptDevice(this.#state, extension, id, this.#host.wall())
        : forgetDevice(this.#state, extension, id);
    this.#perform(effects);
    return effects.length > 0;
  }

  answered(id: string): void {
    callAnswered(this.#state, id, this.#time());
  }

  /** Told also while limits are turned off: what is counted then counts when they are turned on. */
  ended(id: string, outcome: CallOutcome): void {
    this.#perform(callEnded(this.#state, this.#policy(), id, outcome, this.#time()));
  }

  /** Looks after calls under way. */
  advance(): void {
    const limits = this.#policy();
    const now = this.#host.wall();
    // A clock that was set back must not keep us from looking.
    const isDue = now >= this.#nextTick || this.#nextTick - now > TICK_MS;
    if (!limits.isOn || this.#state.system.calls.size === 0 || !isDue) return;
    this.#nextTick = now + TICK_MS;
    this.#perform(tickLimits(this.#state, limits, this.#time()));
  }

  /** @param of an extension's number, `group:sales`, `trunk:acme`, or `system`. @returns whether it was frozen. */
  release(of: string): boolean {
    const effects = releaseFrozen(this.#state, of);
    this.#perform(effects);
    return effects.length > 0;
  }

  /** The extension was removed: whoever has its number next begins anew, over a restart too. */
  forget(of: string): void {
    if (!this.#state.extensions.has(of) && !this.#state.devices.has(of)) return;
    forgetExtension(this.#state, of);
    this.#saveNothing(of);
  }

  /** Whom nobody calls out for until an administrator says so: extensions, groups, trunks, and `system`. */
  frozen(): readonly { readonly of: string; readonly text: string; readonly at: number }[] {
    const { extensions, shared, system } = this.#state;
    const all = [...extensions.values(), ...shared.values(), system];
    return all.flatMap(({ of, frozen }) =>
      frozen === undefined ? [] : [{ of, text: frozen.text, at: frozen.at }],
    );
  }

  /** @param trunks that the call would try. @returns undefined: limits are turned off. */
  explain(extension: string, trunks: readonly string[] = []): LimitsExplanation | undefined {
    const limits = this.#policy();
    if (!limits.isOn) return undefined;
    const others = [...this.#groupsOf(extension).map(countedGroup), ...trunks.map(countedTrunk)];
    return explainLimits(this.#state, limits, extension, this.#time(), others);
  }

  #dialling(): Dialling {
    return this.#host.snapshot().dialling;
  }

  /** The policy of now, with counts that fit it. */
  #policy(): LimitsPolicy {
    const { limits = WITHOUT_LEVELS } = this.#dialling();
    if (limits !== this.#fitted) {
      this.#fitted = limits;
      for (const of of fitCounts(this.#state, limits)) this.#saveNothing(of);
    }
    return limits;
  }

  #groupsOf(extension: string): readonly string[] {
    return this.#host.snapshot().extensions.get(extension as ExtensionNumber)?.calling.groups ?? [];
  }

  #isNew(extension: string, flow: Flow, { newDeviceMs }: LimitsPolicy): boolean {
    const device = deviceAt(flow, this.#host.bindings(extension as ExtensionNumber));
    const { lanNetworks } = this.#host.snapshot().settings;
    const key = device === undefined ? undefined : deviceIdentity(device, lanNetworks).key;
    return isNewDevice(this.#state, extension, key, newDeviceMs, this.#host.wall());
  }

  #saveNothing(of: string): void {
    this.#host.effect({ do: 'save-limits', record: { of, ...NOTHING_COUNTED } });
  }

  #time(): LimitTime {
    const now = this.#host.wall();
    return { now, day: this.#host.officeClock.day(this.#dialling().timeZone, now) };
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
