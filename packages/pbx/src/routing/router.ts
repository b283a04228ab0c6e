import type { WallMs } from '@ringwall/base';
import { type BlockedCaller, emergencyRead, groupKeeping, hoursFor } from '@ringwall/policy';
import type { Planned } from '../call/inputs.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import { extensionOf, inside, numberOf, type OutsideParty, type Party } from '../call/party.ts';
import type { Binding } from '../registrar/binding.ts';
import { isWaiting } from '../registrar/waiting.ts';
import { planRingGroup } from '../ring-group/plan-ring-group.ts';
import type { Extension, ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { askedNumber } from './asked-number.ts';
import { behindCode, refuseBehindCode } from './behind-code.ts';
import { type CallForecast, invitesOf } from './forecast.ts';
import { forecastInbound, type InboundForecast } from './forecast-inbound.ts';
import { isNumberOfHouse } from './number-of-house.ts';
import type { OfficeClock } from './office-clock.ts';
import { type Caller, planCall } from './plan-call.ts';
import { type InboundView, planInbound } from './plan-inbound.ts';
import { explainWish, type OutsideView, planOutside, planRehearsal } from './plan-outside.ts';
import { type PinFacts, planService } from './plan-service.ts';
import { type EmergencyRehearsal, Rehearsal, rehearsalOf } from './rehearsal.ts';

export interface RouterHost {
  snapshot(): Snapshot;
  bindings(extension: ExtensionNumber): readonly Binding[];
  trunks(): readonly RunningTrunk[];
  /** Why the trunk takes no call more, one sentence; undefined: it does. */
  refusal(trunk: Trunk): string | undefined;
  wall(): WallMs;
  readonly officeClock: OfficeClock;
  readonly pins: PinFacts;
  /** Told of each entry of the caller blacklist that keeps a call from somebody; not of calls that are only judged. */
  unwanted(entry: BlockedCaller): void;
}

/** Where a call goes, whoever asks: who dials, who transfers, who forwards, who calls from outside. */
export class Router {
  readonly rehearsal = new Rehearsal();
  readonly #host: RouterHost;

  constructor(host: RouterHost) {
    this.#host = host;
  }

  /**
   * A call for help, a number inside, a code, or else a number outside.
   *
   * @param phone the phone of the caller's that does not ring for its own call.
   */
  plan(wish: OutsideWish, phone?: Caller): Planned {
    return this.#told(this.#plan(wish, phone));
  }

  #told(plan: Planned): Planned {
    for (const entry of plan.unwantedBy ?? []) this.#host.unwanted(entry);
    return plan;
  }

  #plan(wish: OutsideWish, phone?: Caller): Planned {
    if (this.rehearsal.takes(wish, this.#host.wall())) {
      const asked = this.#wishOfNow(wish);
      return planRehearsal(asked, this.#view(this.#host.wall(), asked.by));
    }
    if (this.#isInside(wish.dialled)) return this.#planHouse(wish.by, wish.dialled, phone);
    const service = planService(wish, this.#host.snapshot(), this.#host.pins);
    if (service !== undefined) return service;
    const behind = behindCode(wish.dialled, extensionOf(wish.by), this.#host.snapshot());
    if (behind?.isSure === true) return refuseBehindCode(behind);
    const plan = this.#planOutside(this.#wishOfNow(wish), this.#host.wall());
    return behind === undefined || plan.ok ? plan : refuseBehindCode(behind);
  }

  /** With what the policy was asked, for the record of the call. */
  #planOutside(wish: OutsideWish, at: WallMs): Planned {
    const view = this.#view(at, wish.by);
    const explanation = explainWish(wish, view);
    return { ...planOutside(wish, view, explanation), asked: askedNumber(wish, explanation, at) };
  }

  /** A call remembers who was in it when it began, and rights may have been taken away since. */
  asOfNow(by: Party): Party {
    const number = extensionOf(by)?.number;
    const extension = number === undefined ? undefined : this.#host.snapshot().extensions.get(number);
    return extension === undefined ? by : inside(extension);
  }

  #wishOfNow(wish: OutsideWish): OutsideWish {
    return { ...wish, by: this.asOfNow(wish.by), talker: wish.talker && this.asOfNow(wish.talker) };
  }

  /** Is it dialled for help, with or without what is dialled for an outside line? */
  isForHelp(dialled: string): boolean {
    return emergencyRead(dialled, this.#host.snapshot().dialling.policy.emergency) !== undefined;
  }

  /** How a call for help of this extension would go now, and what every trunk would be to it. */
  rehearse(extension: Extension): EmergencyRehearsal {
    const at = this.#host.wall();
    const { dialling } = this.#host.snapshot();
    const [number = '112'] = dialling.policy.emergency.numbers;
    const wish = { by: inside(extension), cause: 'dialled', from: 'extension', dialled: number } as const;
    return rehearsalOf(
      extension.number,
      this.forecast(wish, at),
      this.#view(at, wish.by),
      (each) => this.#host.bindings(each).filter((binding) => !isWaiting(binding)).length,
    );
  }

  /** What would become of it at that time, by the configuration and the trunks of now. Nothing is placed. */
  forecast(wish: OutsideWish, at: WallMs): CallForecast {
    const view = this.#view(at, wish.by);
    const ofHouse = this.#isInside(wish.dialled)
      ? this.#planHouse(wish.by, wish.dialled)
      : planService(wish, this.#host.snapshot(), this.#host.pins);
    const behind = behindCode(wish.dialled, extensionOf(wish.by), this.#host.snapshot());
    const refused = behind?.isSure === true ? refuseBehindCode(behind) : undefined;
    const isInside = ofHouse !== undefined || refused !== undefined;
    const explanation = isInside ? undefined : explainWish(wish, view);
    const plan = ofHouse ?? refused ?? planOutside(wish, view, explanation);
    const { isOfficeOpen, dialling } = view;
    const hoursOf = groupKeeping(extensionOf(wish.by)?.calling.groups ?? [], dialling);
    const passedOver = plan.ok ? (plan.passedOver ?? []) : [];
    const invites = invitesOf(plan, view.trunks);
    const homeCountry = dialling.policy.home.country;
    return { isInside, isOfficeOpen, homeCountry, hoursOf, explanation, plan, invites, passedOver };
  }

  /** A number outside that is not dialled, but led to: no number of the house is meant. */
  outside(wish: OutsideWish, at: WallMs): Planned {
    return this.#planOutside(wish, at);
  }

  #isInside(dialled: string): boolean {
    return isNumberOfHouse(dialled, this.#host.snapshot());
  }

  #view(at: WallMs, by: Party): OutsideView {
    const { dialling } = this.#host.snapshot();
    const hours = hoursFor(extensionOf(by)?.calling.groups ?? [], dialling);
    return {
      dialling,
      isOfficeOpen: this.#host.officeClock.isOpen(hours, at),
      trunks: this.#host.trunks(),
      refusal: (trunk) => this.#host.refusal(trunk),
      isPinLocked: (extension) => this.#host.pins.isLocked(extension),
    };
  }

  /** A number of the house: an extension, or a ring group, in which whoever calls it is passed over. */
  #planHouse(by: Party, dialled: string, phone?: Caller): Planned {
    const { ringGroups: groups } = this.#host.snapshot();
    if (!groups.has(dialled)) return this.#planExtension(by, dialled, phone);
    const own = extensionOf(by)?.number;
    return planRingGroup(dialled, {
      groups,
      inside: (number) =>
        number === own
          ? { ok: false, dialled, status: 480, reason: `${number} does not ring for a call of its own` }
          : this.#planExtension(by, number),
    });
  }

  /** An extension alone. */
  planInside(by: Party, dialled: string, phone?: Caller): Planned {
    return this.#told(this.#planExtension(by, dialled, phone));
  }

  #planExtension(by: Party, dialled: string, phone?: Caller): Planned {
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
      unwantedBy: [blocked],
    };
  }

  /** A call from outside ends inside, but where a rule names a number outside and an extension that answers for it. */
  planInbound(from: OutsideParty, called: string): Planned {
    return this.#told(planInbound(from, called, this.#inboundView(from, this.#host.wall())));
  }

  /** What would become of a call from outside at that time, as it is now. Nothing is placed. */
  forecastInbound(from: OutsideParty, called: string, at: WallMs): InboundForecast {
    const view = this.#inboundView(from, at);
    const problem = from.trunk.enabled ? this.#host.refusal(from.trunk) : 'The trunk is disabled';
    return forecastInbound(from, called, view, problem, this.#host.trunks());
  }

  #inboundView(from: OutsideParty, at: WallMs): InboundView {
    const { inbound, dialling, extensions, callerBlacklist } = this.#host.snapshot();
    return {
      rules: inbound,
      home: dialling.policy.home,
      state: (group) =>
        this.#host.officeClock.state(hoursFor(group === undefined ? [] : [group], dialling), at),
      extensions,
      callerBlacklist,
      inside: (number) => this.#planHouse(from, number),
      outside: (wish) => this.#planOutside(wish, at),
    };
  }
}
