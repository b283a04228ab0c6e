import type { MonotonicMs, Random, TimerWheel, WallMs } from '@ringwall/base';
import { CallerHitCounts, hoursFor, type OfficeHours, PROVIDER_SILENT } from '@ringwall/policy';
import { type Flow, type TransactionEffect, Transactions } from '@ringwall/sip';
import { Calls } from './call/calls.ts';
import type { CallTimerPayload } from './call/call-timers.ts';
import type { StepContext } from './call/inputs.ts';
import { hostText, reachableAddress } from './call/new-leg.ts';
import { extensionOf, inside } from './call/party.ts';
import type { Effect } from './effects.ts';
import { Alerts, type AlertTimer } from './emergency/alerts.ts';
import { Desk } from './ingress/desk.ts';
import { Gatekeeper } from './ingress/gatekeeper.ts';
import { NewRequests } from './ingress/new-requests.ts';
import { TrunkDesk } from './ingress/trunk-desk.ts';
import { internalError } from './internal-error.ts';
import { Messages } from './message/messages.ts';
import { Bindings, type BindingTimer } from './registrar/bindings.ts';
import type { Binding } from './registrar/binding.ts';
import { keepAliveDraft } from './registrar/keep-alive.ts';
import { placeOf } from './registrar/waiting.ts';
import { OfficeClock } from './routing/office-clock.ts';
import { OutsideLimits } from './limits/outside-limits.ts';
import { askPinLock } from './pin/ask-pin-lock.ts';
import { PinLocks } from './pin/pin-locks.ts';
import { Router } from './routing/router.ts';
import type { ExtensionNumber, Snapshot } from './snapshot/snapshot.ts';
import type { TableSizes } from './table-sizes.ts';
import { TrunkLoad } from './trunk/trunk-load.ts';
import { Trunks, type TrunkTimer } from './trunk/trunks.ts';

export type PbxTimer = CallTimerPayload | BindingTimer | TrunkTimer | AlertTimer;

/** What all parts stand on. */
export interface PartsHost {
  readonly random: Random;
  readonly guardSeed: number;
  readonly tables: TableSizes;
  readonly timers: TimerWheel<PbxTimer>;
  snapshot(): Snapshot;
  now(): MonotonicMs;
  wall(): WallMs;
  /** Carries out what transactions want; what they tell is handled before the next input. */
  perform(effects: readonly TransactionEffect[]): void;
  effect(effect: Effect): void;
}

export interface Parts {
  readonly transactions: Transactions;
  readonly calls: Calls;
  readonly limits: OutsideLimits;
  readonly pins: PinLocks;
  readonly messages: Messages;
  readonly alerts: Alerts;
  readonly bindings: Bindings;
  readonly router: Router;
  readonly callerHits: CallerHitCounts;
  readonly trunks: Trunks;
  readonly desk: Desk;
  readonly gatekeeper: Gatekeeper;
  readonly newRequests: NewRequests;
  /** A phone is there that was away: whoever waits for it is told. @param before how its binding waited. */
  phoneBack(binding: Binding, before: Flow | undefined): void;
}

/** Makes the parts of the phone system and joins them: who may ask whom is all here. */
export function joinParts(host: PartsHost): Parts {
  const { random } = host;
  const snapshot = (): Snapshot => host.snapshot();
  const now = (): MonotonicMs => host.now();
  const wall = (): WallMs => host.wall();
  const perform = (effects: readonly TransactionEffect[]): void => host.perform(effects);
  const effect = (wanted: Effect): void => {
    host.effect(wanted);
    if (wanted.do === 'report' && wanted.event.kind === 'emergency-called') alert(wanted.event);
  };
  /** Whatever goes wrong with it, the call for help is not to be touched. */
  const alert = (cry: Parameters<Alerts['begin']>[0]): void => {
    try {
      alerts.begin(cry);
      trunks.wake();
    } catch (error) {
      host.effect({ do: 'report', event: internalError(error) });
    }
  };
  const context = (): StepContext => ({ now: now(), wall: wall(), random, settings: snapshot().settings });
  const transactions: Transactions = new Transactions({
    random,
    now: now(),
    sentBy: (flow) => sentBy(flow, snapshot()),
    isKnown: (flow) => bindings.isKnown(flow),
    limits: host.tables.transactions ?? {},
  });
  const send = (draft: Parameters<Transactions['request']>[0], flow: Flow) => {
    const sent = transactions.request(draft, flow, now());
    perform(sent.effects);
    return sent.id;
  };
  const bindings = new Bindings({
    timers: host.timers as TimerWheel<BindingTimer>,
    now,
    wall,
    effect,
    keepAliveSeconds: () => snapshot().settings.keepAliveSeconds,
    keepAlive: (binding) => send(keepAliveDraft(binding, snapshot().settings, random), binding.flow),
  });
  const reachPhone = (binding: Binding): void => {
    const at = placeOf(binding, snapshot().settings);
    if (at !== undefined && gatekeeper.admitsConnection(at.address))
      effect({ do: 'reach-phone', binding, at });
  };
  const phoneBack: Parts['phoneBack'] = (binding, before) => {
    calls.phoneBack(binding, before);
    alerts.phoneBack(binding);
  };
  const officeClock = new OfficeClock();
  const limits: OutsideLimits = new OutsideLimits({
    officeClock,
    hours: (extension) => officeHoursOf(snapshot(), extension),
    snapshot,
    bindings: (extension) => bindings.of(extension),
    wall,
    effect,
    endCalls: (ids, reason) => calls.endLimited(ids, reason),
  });
  const pins = new PinLocks({ now, wall, snapshot, effect });
  const load = new TrunkLoad();
  const callerHits = new CallerHitCounts();
  const router: Router = new Router({
    snapshot,
    bindings: (extension) => bindings.of(extension),
    trunks: () => trunks.all(),
    refusal: (trunk) => load.refusal(trunk, calls, now()) ?? limits.refusalOfTrunk(trunk.name),
    wall,
    officeClock,
    pins,
    unwanted: (entry) => callerHits.count(entry, wall()),
  });
  const calls: Calls = new Calls({
    transactions,
    timers: host.timers as TimerWheel<CallTimerPayload>,
    now,
    context,
    plan: (wish) => router.plan(wish),
    mayLeadOut: (party) => extensionOf(router.asOfNow(party))?.calling.mayForwardOutside === true,
    limits,
    reachPhone,
    askPinLock: askPinLock({ pins, effect, outcome: (checked) => calls.outcome(checked) }),
    takesCall: ({ name, callsAtOnce }) =>
      snapshot().trunks.get(name)?.enabled === true && calls.countOfTrunk(name) <= callsAtOnce,
    trunkCalled: (trunk) => load.started(trunk, now()),
    perform,
    effect: (each) => {
      effect(each);
      const event = each.do === 'report' ? each.event : undefined;
      const isSilent = event?.kind === 'trunk-call-failed' && event.status === PROVIDER_SILENT;
      if (isSilent) trunks.suspect(event.trunk);
    },
  });
  const messages = new Messages({
    random,
    send,
    respond: (id, draft) => perform(transactions.respond(id, draft, now())),
  });
  const alerts = new Alerts({
    random,
    timers: host.timers as TimerWheel<AlertTimer>,
    transactions,
    snapshot,
    bindings: (extension) => bindings.of(extension),
    reachPhone,
    now,
    perform,
    media: (command) => effect({ do: 'media', command }),
  });
  const trunks: Trunks = new Trunks({
    random,
    timers: host.timers as TimerWheel<TrunkTimer>,
    snapshot,
    now,
    send,
    effect,
  });
  const common = { random, transactions, calls, bindings, snapshot, now, wall, perform, effect };
  const desk = new Desk({
    ...common,
    messages,
    phoneBack,
    deviceSeen: (binding) => limits.deviceSeen(binding),
    plan: (extension, dialled, flow) =>
      router.plan(
        { by: inside(extension), cause: 'dialled', from: 'extension', dialled },
        { extension: extension.number, flow },
      ),
    isForHelp: (dialled) => router.isForHelp(dialled),
    hangsUpAlert: (extension, request) => alerts.hungUp(extension, request),
    planInside: (extension, dialled, flow) =>
      router.planInside(inside(extension), dialled, { extension: extension.number, flow }),
  });
  const trunkDesk = new TrunkDesk({
    ...common,
    load,
    takesCalls: () => desk.takesCalls,
    planInbound: (from, called) => router.planInbound(from, called),
  });
  const gatekeeper: Gatekeeper = new Gatekeeper({
    seed: host.guardSeed,
    sizes: host.tables.guard ?? {},
    bindings,
    trunks,
    isAwaited: (bytes) => transactions.isAwaited(bytes) || calls.isOutsideRequest(bytes),
    settings: () => snapshot().settings,
    now,
    wall,
    perform: (effects) => {
      for (const wanted of effects) effect({ do: 'guard', effect: wanted });
    },
  });
  const report = (event: (Effect & { do: 'report' })['event']): void => effect({ do: 'report', event });
  const { nonceUses } = host.tables;
  const newRequests = new NewRequests({ ...common, gatekeeper, desk, trunks, trunkDesk, nonceUses, report });
  return {
    transactions,
    calls,
    limits,
    pins,
    messages,
    alerts,
    bindings,
    router,
    callerHits,
    trunks,
    desk,
    gatekeeper,
    newRequests,
    phoneBack,
  };
}

function officeHoursOf({ extensions, dialling }: Snapshot, number: string): OfficeHours | undefined {
  return hoursFor(extensions.get(number as ExtensionNumber)?.calling.groups ?? [], dialling);
}

/** `host:port` for our Via: the phone behind the flow can reach us there. */
function sentBy(flow: Flow, { settings }: Snapshot): string {
  return `${hostText(reachableAddress(flow, settings))}:${flow.local.port}`;
}
