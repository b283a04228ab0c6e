import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type ControlHandlers,
  type PhoneSettings,
  type SettingView,
  type StatusView,
} from '@ringwall/contract';
import type { Binding, Call, ExtensionNumber, Snapshot } from '@ringwall/pbx';
import { extensionOf } from '@ringwall/pbx';
import type { ExtensionDetails, IssuedExtension, PinnedExtension } from '../extensions/extensions.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { OpenData } from '../program/open-data.ts';
import { LastStop } from '../program/last-stop.ts';
import { hasIpv6, ownAddresses, phoneAddresses } from '../program/phone-addresses.ts';
import { listenersToOpen } from '../settings/pbx-settings.ts';
import { callerHandlers, type RunningCallers } from './caller-handlers.ts';
import { codeTaken } from './code-taken.ts';
import { configurationHandlers } from './configuration-handlers.ts';
import { configuredLists } from './configured-lists.ts';
import { emergencyHandlers, type RunningEmergency } from './emergency-handlers.ts';
import { explainHandlers, type RunningForecast } from './explain-handlers.ts';
import { guardHandlers } from './guard-handlers.ts';
import { everyOwnAddress } from './guard-places.ts';
import type { RunningGuard } from './guard-side.ts';
import { guardStore } from './guard-store.ts';
import { hoursHandlers } from './hours-handlers.ts';
import { inboundHandlers } from './inbound-handlers.ts';
import { limitHandlers, type RunningLimits } from './limit-handlers.ts';
import { notifyHandlers } from './notify-handlers.ts';
import { outboundHandlers } from './outbound-handlers.ts';
import { rateHandlers } from './rate-handlers.ts';
import { recordHandlers } from './record-handlers.ts';
import { replayHandlers } from './replay-handlers.ts';
import { ringGroupHandlers } from './ring-group-handlers.ts';
import { type ChangedSetting, changeSetting, shutOutBySettings } from './setting-changes.ts';
import { takeTurns } from './take-turns.ts';
import { type RunningTrunks, trunkHandlers } from './trunk-handlers.ts';
import { bindingView, callView, extensionView, rightsOf } from './views.ts';

type RunningStatus = Pick<
  StatusView,
  'pid' | 'startedAt' | 'listeners' | 'metrics' | 'mediaPorts' | 'certificate' | 'lastStop' | 'warnings'
>;

/** What only the running program can say and do. */
export interface RunningSide
  extends RunningTrunks,
    RunningForecast,
    RunningLimits,
    RunningEmergency,
    RunningCallers {
  /** Fulfilled when calls are made by what was saved so far. */
  configured(): Promise<void>;
  snapshot(): Snapshot;
  bindings(): Iterable<Binding>;
  bindingsOf(extension: ExtensionNumber): readonly Binding[];
  calls(): Iterable<Call>;
  status(): Promise<RunningStatus>;
  phoneAddresses(): PhoneSettings['addresses'];
  certificateSelfSigned(): boolean;
  readonly guard: RunningGuard;
  readonly notifier: Pick<Notifier, 'test'>;
  readonly trial: Pick<ControlHandlers, 'try.begin' | 'try.end'>;
  reloadCertificate: ControlHandlers['certificate.reload'];
  stop(): void;
}

export interface HandlersParts {
  readonly data: OpenData;
  readonly clock: Clock;
  readonly version: string;
  /** Undefined: the program is stopped. */
  readonly running: RunningSide | undefined;
}

/** The answers to everything that an administrator may ask but the stream of events. */
export function handlers({ data, clock, version, running: program }: HandlersParts): ControlHandlers {
  // What is on disk has had its turn: the next need not wait until calls are made by it.
  const running = program && {
    ...program,
    configured: () => {
      data.turns.end();
      return program.configured();
    },
  };
  const { extensions, settings, storedSettings } = data;
  const notRunning = err(adminError('NOT_RUNNING', { directory: settings.dataDirectory }));
  const view = (extension: ExtensionDetails) =>
    extensionView(extension, running === undefined ? null : running.bindingsOf(extension.number).length);
  const shown = async (result: Result<ExtensionDetails, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ extension: view(result.value) });
  };
  const addressesNow = () => running?.phoneAddresses() ?? addressesToCome(data);
  const certificateSelfSigned = () => running?.certificateSelfSigned() ?? settings.certificate === undefined;
  const issued = async (result: Result<IssuedExtension, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    const { extension, authId, password, pin } = result.value;
    const addresses = addressesNow();
    const secure = addresses.length === 0 || addresses[0]?.transport === 'tls';
    const phone: PhoneSettings = {
      addresses,
      number: extension.number,
      authId,
      password,
      srtp: extension.rtpMode ?? (secure ? 'required' : 'optional'),
      certificateSelfSigned: certificateSelfSigned(),
    };
    return ok({ extension: view(extension), phone, ...(pin === undefined ? {} : { pin }) });
  };

  const pinned = async (result: Result<PinnedExtension, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    const { extension, pin } = result.value;
    return ok({ extension: view(extension), ...(pin === undefined ? {} : { pin }) });
  };

  const settingAnswer = async (result: Result<SettingView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ setting: result.value, running: running !== undefined });
  };

  const settingChanged = async (result: Result<ChangedSetting, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ ...result.value, running: running !== undefined });
  };

  const table: ControlHandlers = {
    ...trunkHandlers({ trunks: data.trunks, running, directory: settings.dataDirectory }),
    ...outboundHandlers(data.outbound, running),
    ...limitHandlers({
      own: data.ownLevels,
      settings: () => storedSettings.inEffect,
      isExtension: async (number) => (await extensions.show(number)).ok,
      running,
      notRunning: notRunning.error,
    }),
    ...rateHandlers(data.rates, () => storedSettings.inEffect.limits.currency, running),
    ...callerHandlers(data.callers, data.store, running),
    ...configurationHandlers({
      configuration: data.configurationWith(
        configuredLists({
          store: data.store,
          clock,
          ownAddresses: everyOwnAddress,
          running,
          settingsShutOut: (after) => shutOutBySettings({ data, clock, running }, after),
        }),
      ),
      running,
      addresses: addressesNow,
      certificateSelfSigned,
    }),
    ...inboundHandlers(data.inbound, running),
    ...ringGroupHandlers(data.ringGroups, running),
    ...hoursHandlers(data.hours, running),
    ...explainHandlers(running, () => clock.wall(), notRunning.error),
    ...recordHandlers(data.store),
    ...replayHandlers(data),
    ...emergencyHandlers(running, notRunning.error, pause),
    ...notifyHandlers({
      secrets: data.keptSecrets,
      notifier: running?.notifier,
      directory: settings.dataDirectory,
    }),
    'extension.add': async ({ rtpMode, ...wanted }) =>
      issued(await extensions.add({ ...wanted, rtpMode: rtpMode ?? undefined })),
    'extension.list': async ({ search, limit, skip = 0 }) => {
      const all = await extensions.list();
      if (!all.ok) return all;
      const matching = all.value.filter((each) => contains(search, each.number, each.name));
      return ok({
        extensions: matching.slice(skip, skip + limit).map(view),
        matching: matching.length,
      });
    },
    'extension.show': async ({ number }) => {
      const result = await extensions.show(number);
      if (!result.ok) return result;
      const bindings = running?.bindingsOf(result.value.number).map(bindingView) ?? null;
      return ok({ extension: view(result.value), bindings });
    },
    'extension.set': async ({ number, rtpMode, calling, ...changes }) =>
      pinned(
        await extensions.change(number, {
          ...changes,
          ...(rtpMode === undefined ? {} : { rtpMode: rtpMode ?? undefined }),
          ...(calling === undefined ? {} : { calling: rightsOf(calling) }),
        }),
      ),
    'extension.new-pin': async ({ number, digits }) => {
      const made = await pinned(await extensions.newPin(number, digits));
      return made.ok ? ok({ ...made.value, pin: made.value.pin ?? '' }) : made;
    },
    'extension.enable': async ({ number }) => shown(await extensions.enable(number)),
    'extension.disable': async ({ number }) => shown(await extensions.disable(number)),
    'extension.remove': async ({ number }) => shown(await extensions.remove(number)),
    'extension.new-secret': async ({ number }) => issued(await extensions.newSecret(number)),
    'bindings.list': async ({ extension, search, limit, skip = 0 }) => {
      if (running === undefined) return notRunning;
      const matching = [...running.bindings()]
        .filter((binding) => extension === undefined || binding.extension === extension)
        .filter(({ extension: number, contact, userAgent, flow }) =>
          contains(search, number, contact, userAgent, flow.remote.address),
        )
        .toSorted((a, b) => a.extension.localeCompare(b.extension, 'en', { numeric: true }));
      return ok({ bindings: matching.slice(skip, skip + limit).map(bindingView), matching: matching.length });
    },
    'calls.list': async ({ extension, limit, skip = 0 }) => {
      if (running === undefined) return notRunning;
      const matching = [...running.calls()].filter(
        (call) =>
          extension === undefined || call.legs.some((leg) => extensionOf(leg.party)?.number === extension),
      );
      return ok({ calls: matching.slice(skip, skip + limit).map(callView), matching: matching.length });
    },
    'setting.list': async () => ok({ settings: [...storedSettings.list()] }),
    'setting.show': async ({ name }) => settingAnswer(storedSettings.show(name)),
    'setting.set': async ({ name, value, confirmed = false }) => {
      const taken = await codeTaken(data, name, value);
      if (!taken.ok) return taken;
      return settingChanged(await changeSetting({ data, clock, running }, name, value, confirmed));
    },
    'setting.unset': async ({ name, confirmed = false }) =>
      settingChanged(await changeSetting({ data, clock, running }, name, undefined, confirmed)),
    ...guardHandlers({
      store: guardStore(data),
      clock,
      notRunning,
      ownAddresses: everyOwnAddress,
      canaries: () => storedSettings.inEffect.guard.canaries,
      running,
    }),
    status: async () => {
      const listed = await extensions.list();
      if (!listed.ok) return listed;
      const all = listed.value;
      const known = running?.bindings();
      const bindings = known === undefined ? undefined : [...known];
      return ok({
        running: running !== undefined,
        version,
        node: process.version,
        dataDirectory: settings.dataDirectory,
        extensions: {
          total: all.length,
          enabled: all.filter(({ enabled }) => enabled).length,
          registered:
            bindings === undefined ? null : new Set(bindings.map(({ extension }) => extension)).size,
        },
        bindings: bindings?.length ?? null,
        calls: running === undefined ? null : [...running.calls()].length,
        settings: changedSettings(data),
        ...((await running?.status()) ?? stoppedStatus(settings.dataDirectory)),
      });
    },
    version: async () => ok({ version, node: process.version }),
    'try.begin': async (request) => running?.trial['try.begin'](request) ?? notRunning,
    'try.end': async (request) => running?.trial['try.end'](request) ?? notRunning,
    'certificate.reload': async (request) => running?.reloadCertificate(request) ?? notRunning,
    stop: async () => {
      if (running === undefined) return notRunning;
      running.stop();
      return ok({});
    },
  };
  return takeTurns(table, data.turns);

  function contains(search: string | undefined, ...texts: readonly string[]): boolean {
    if (search === undefined) return true;
    const wanted = search.toLowerCase();
    return texts.some((text) => text.toLowerCase().includes(wanted));
  }
}

function stoppedStatus(dataDirectory: string): RunningStatus {
  return {
    pid: null,
    startedAt: null,
    listeners: [],
    metrics: null,
    mediaPorts: null,
    certificate: null,
    lastStop: new LastStop(dataDirectory).read() ?? null,
    warnings: [],
  };
}

/** Where the program will listen when it is started, as far as that is known: port 0 is the system's choice. */
function addressesToCome({ settings }: OpenData): PhoneSettings['addresses'] {
  const listeners = listenersToOpen(settings, hasIpv6()).filter(({ port }) => port !== 0);
  return phoneAddresses(listeners, settings.values.sip.domains[0], ownAddresses());
}

function changedSettings({ storedSettings }: OpenData): StatusView['settings'] {
  const changed = storedSettings.list().filter(({ source }) => source !== 'default');
  return changed.map(({ key, value, source }) => ({ key, value, source }));
}
