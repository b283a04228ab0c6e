import { availableParallelism } from 'node:os';
import { err, ok, randomBelow, type Result } from '@ringwall/base';
import { type AdminError, formatEndpoint } from '@ringwall/contract';
import { type CloseReason, type Flow, type FramingProblem, SipSockets } from '@ringwall/net';
import { type MediaEvent, Pbx, type StoreError } from '@ringwall/pbx';
import { guardStatistics } from '@ringwall/policy';
import { STREAM_LIMITS, StreamFramer } from '@ringwall/sip';
import {
  type CertificateOptions,
  type OpenedCertificate,
  openCertificate,
} from '../certificate/open-certificate.ts';
import type { BuiltSnapshot } from '../extensions/build-snapshot.ts';
import { GuardFigureCounts } from '../guard/guard-figures.ts';
import { Log } from '../log/log.ts';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { MediaWorkers } from '../media/media-workers.ts';
import { noNotices, type NoticeCounts } from '../notify/notifier.ts';
import { Metrics } from '../metrics/metrics.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { listenersToOpen, mediaWorkers, streamLimits } from '../settings/pbx-settings.ts';
import type { SettingsFilePlace } from '../settings/settings-file.ts';
import { readConfiguration } from './configuration.ts';
import { checkMediaPorts } from './media-ports.ts';
import { type OpenData, openData } from './open-data.ts';
import { hasIpv6 } from './phone-addresses.ts';

/** Who takes what comes in. Undefined: it is not there yet, and nobody is let in. */
export interface Inside {
  admitsConnection(address: string): boolean;
  isKnown(address: string): boolean;
  receive(bytes: Uint8Array, flow: Flow): void;
  framingError(code: string, flow: Flow): void;
  flowClosed(flow: Flow, why: CloseReason): void;
  mediaEvent(event: MediaEvent): void;
}

/** Who is told of what comes up by itself; filled in when they are there. */
export interface Told {
  inside: Inside | undefined;
  onChanged: () => void;
  onStoreFailure: (error: StoreError) => void;
}

/** All that has to be opened, and may fail to. */
export interface OpenParts {
  readonly clock: SystemClock;
  readonly random: SystemRandom;
  readonly data: OpenData;
  readonly certificateFrom: Omit<CertificateOptions, 'now'>;
  readonly certificate: OpenedCertificate;
  readonly configuration: BuiltSnapshot;
  readonly sockets: SipSockets;
  readonly media: MediaWorkers;
  readonly pbx: Pbx;
  readonly guardFigures: GuardFigureCounts;
  readonly noticeCounts: NoticeCounts;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly metricsServer: MetricsServer | undefined;
  /** `127.0.0.1:9464`, with the port that the system chose; undefined: nowhere. */
  readonly metricsAt: string | undefined;
  readonly onMistake: (error: unknown) => void;
  /** Closes all of it, the last first. */
  close(): Promise<void>;
}

/** Opens the parts in the order of what is most likely to be wrong; if one fails, those before are closed again. */
export async function openParts(
  place: SettingsFilePlace,
  told: Told,
): Promise<Result<OpenParts, readonly AdminError[]>> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const undo: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of undo.toReversed()) await closeOne(); // eslint-disable-line no-await-in-loop
  };
  const fail = async (...errors: readonly AdminError[]) => {
    await close();
    return err(errors);
  };

  const opened = await openData({
    place,
    clock,
    random,
    make: true,
    onChanged: () => told.onChanged(),
    onStoreFailure: (error) => told.onStoreFailure(error),
  });
  if (!opened.ok) return opened;
  const data = opened.value;
  const { settings } = data;
  const { values } = settings;
  undo.push(() => data.store.close());

  const { domains, publicAddress } = values.sip;
  const names = publicAddress === '' ? domains : [...domains, publicAddress];
  const certificateFrom = { directory: settings.dataDirectory, files: settings.certificate, names, random };
  const certificate = openCertificate({ ...certificateFrom, now: clock.wall() });
  if (!certificate.ok) return fail(certificate.error);
  const configuration = await readConfiguration(data, []);
  if (!configuration.ok) return fail(configuration.error);
  const mediaPorts = await checkMediaPorts(values.media.ports);
  if (!mediaPorts.ok) return fail(mediaPorts.error);

  const sockets = await SipSockets.open<FramingProblem>({
    listen: listenersToOpen(settings, hasIpv6()),
    certificate: certificate.value.tls,
    clock,
    makeFramer: () => new StreamFramer(STREAM_LIMITS),
    limits: streamLimits(values),
    admit: (address) => told.inside?.admitsConnection(address) ?? false,
    isKnown: (address) => told.inside?.isKnown(address) ?? false,
    onMessage: (bytes, flow) => told.inside?.receive(bytes, flow),
    onFramingError: ({ code }, flow) => told.inside?.framingError(code, flow),
    onClosed: (flow, why) => told.inside?.flowClosed(flow, why),
  });
  if (!sockets.ok) return fail(sockets.error);
  undo.push(() => sockets.value.close());

  const log = new Log(values.log);
  undo.push(() => log.flush());
  const pbx = new Pbx({
    clock,
    random,
    guardSeed: randomBelow(random, 2 ** 32),
    snapshot: configuration.value.snapshot,
  });
  const media = new MediaWorkers(
    {
      ports: values.media.ports,
      listen: { v4: '0.0.0.0', v6: hasIpv6() ? '::' : undefined },
      workers: mediaWorkers(values, availableParallelism()),
      silenceMs: values.media.silenceSeconds * 1_000,
      clock,
      random,
    },
    (event) => told.inside?.mediaEvent(event),
  );
  undo.push(() => media.close());
  const guardFigures = new GuardFigureCounts();
  const noticeCounts = noNotices();
  const metrics = new Metrics({
    notices: noticeCounts,
    sockets: () => sockets.value.counters(),
    pbx: () => pbx.counts(),
    guard: () => ({ ...guardStatistics(pbx.guard), ...guardFigures.read() }),
    media: () => media.statistics(),
    logDropped: () => log.dropped,
  });
  undo.push(() => metrics.stop());
  const onMistake = (error: unknown): void => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    log.part('main').error({ event: 'internal-error', stack }, `The program made a mistake: ${message}`);
    metrics.countMistake();
  };

  const { address } = values.metrics;
  const server =
    address === undefined ? undefined : await MetricsServer.open({ ...address, metrics, onMistake });
  if (server?.ok === false) return fail(server.error);
  const metricsServer = server?.value;
  undo.push(() => metricsServer?.close());
  return ok({
    clock,
    random,
    data,
    certificateFrom,
    certificate: certificate.value,
    configuration: configuration.value,
    sockets: sockets.value,
    media,
    pbx,
    guardFigures,
    noticeCounts,
    log,
    metrics,
    metricsServer,
    metricsAt:
      address === undefined || metricsServer === undefined
        ? undefined
        : formatEndpoint({ ...address, port: metricsServer.port }),
    onMistake,
    close,
  });
}
