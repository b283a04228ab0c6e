import { type Clock, ok } from '@ringwall/base';
import type { PhoneSettings, StatusView } from '@ringwall/contract';
import type { Effect, Pbx } from '@ringwall/pbx';
import { DEFAULT_LIMITS } from '@ringwall/policy';
import type { RunningSide } from '../administration/handlers.ts';
import type { Probation } from '../administration/probation.ts';
import type { GuardKeeper } from '../guard/guard-keeper.ts';
import type { KernelGuard } from '../guard/kernel-guard.ts';
import type { ShadowRun } from '../guard/shadow-run.ts';
import type { SharedListFeed } from '../guard/shared-list-feed.ts';
import type { MediaWorkers } from '../media/media-workers.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { CertificateKeeper } from './certificate-keeper.ts';
import type { LiveConfiguration } from './live-configuration.ts';
import type { OpenData } from './open-data.ts';
import type { Trial } from './trial.ts';

export interface RunningSideParts {
  readonly data: OpenData;
  readonly clock: Clock;
  readonly pbx: Pbx;
  readonly guardKeeper: GuardKeeper;
  readonly probation: Probation;
  readonly shadowRun: Pick<ShadowRun, 'start' | 'stop' | 'view'>;
  readonly sharedList: Pick<SharedListFeed, 'view' | 'pull'>;
  readonly notifier: Pick<Notifier, 'test'>;
  readonly kernelGuard: Pick<KernelGuard, 'view'>;
  readonly media: MediaWorkers;
  readonly live: LiveConfiguration;
  readonly certificate: CertificateKeeper;
  readonly trial: Trial;
  readonly listeners: readonly string[];
  /** Undefined: nowhere. */
  readonly metricsAt: string | undefined;
  readonly phoneAddresses: PhoneSettings['addresses'];
  readonly startedAt: StatusView['startedAt'];
  /** How the run before this one ended; undefined if there was none. */
  readonly lastStop: string | undefined;
  readonly perform: (effects: readonly Effect[]) => void;
  /** Fulfilled when what is counted so far is on disk; rejected if it cannot be written now. */
  readonly limitsSaved: () => Promise<void>;
  readonly stop: () => void;
}

/** What only the running program can tell an administrator, and do for one. */
export function runningSide(parts: RunningSideParts): RunningSide {
  const { data, pbx, media, live, certificate, trial } = parts;
  const { ports } = data.settings.values.media;
  const changeDevice = async (...change: Parameters<Pbx['changeDevice']>): Promise<boolean> => {
    const effects = pbx.changeDevice(...change);
    parts.perform(effects ?? []);
    await parts.limitsSaved();
    return effects !== undefined;
  };
  return {
    configured: () => live.settled(),
    snapshot: () => pbx.snapshot,
    bindings: () => pbx.bindings(),
    bindingsOf: (extension) => pbx.bindingsOf(extension),
    calls: () => pbx.currentCalls(),
    callerHits: () => pbx.callerHits,
    status: async () => ({
      pid: process.pid,
      startedAt: parts.startedAt,
      listeners: [...parts.listeners],
      metrics: parts.metricsAt ?? null,
      mediaPorts: { ...ports, pairsInUse: (await media.statistics()).portPairsTaken },
      certificate: certificate.view,
      lastStop: parts.lastStop ?? null,
      warnings: [...live.warnings, ...certificate.warnings],
    }),
    phoneAddresses: () => parts.phoneAddresses,
    certificateSelfSigned: () => certificate.view.selfSigned,
    guard: {
      guard: pbx.guard,
      keeper: parts.guardKeeper,
      now: () => parts.clock.monotonic(),
      feed: parts.sharedList,
      shadow: parts.shadowRun,
      probation: parts.probation,
      kernel: () => parts.kernelGuard.view(),
    },
    trunks: () => pbx.trunks(),
    forecast: (from, dialled, at) => pbx.forecasts.call(from, dialled, at),
    forecastInbound: (trunk, call) => pbx.forecasts.inbound(trunk, call),
    explainLimits: (extension, trunks) => pbx.limits.explain(extension, trunks),
    rates: () => pbx.snapshot.dialling.limits ?? DEFAULT_LIMITS,
    limitsOn: () => pbx.snapshot.dialling.limits?.isOn === true,
    frozen: () => pbx.frozen(),
    releaseFrozen: async (of) => {
      const wasFrozen = pbx.frozen().some((each) => each.of === of);
      parts.perform(pbx.releaseFrozen(of));
      await parts.limitsSaved();
      return wasFrozen;
    },
    devicesOf: (extension) => pbx.limits.devicesOf(extension),
    acceptDevice: (extension, id) => changeDevice(extension, { do: 'accept', id }),
    forgetDevice: (extension, id) => changeDevice(extension, { do: 'forget', id }),
    notifier: parts.notifier,
    emergencyTest: pbx.emergencyTest,
    askTrunks: () => parts.perform(pbx.retryTrunk(undefined)),
    retry: (name) => parts.perform(pbx.retryTrunk(name)),
    trial,
    reloadCertificate: async () => {
      const reloaded = certificate.reload();
      return reloaded.ok ? ok({ certificate: certificate.view }) : reloaded;
    },
    stop: parts.stop,
  };
}
