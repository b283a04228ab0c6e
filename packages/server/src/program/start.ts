import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, formatEndpoint, formatListener, isErrorCode } from '@ringwall/contract';
import { type ControlServer, type FramingProblem, SipSockets } from '@ringwall/net';
import { Pbx } from '@ringwall/pbx';
import { STREAM_LIMITS, StreamFramer } from '@ringwall/sip';
import { openControl } from '../administration/control.ts';
import { handlers, type RunningSide } from '../administration/handlers.ts';
import { openCertificate } from '../certificate/open-certificate.ts';
import { EventLog } from '../log/event-log.ts';
import { Log } from '../log/log.ts';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { MediaWorkers } from '../media/media-workers.ts';
import { Metrics } from '../metrics/metrics.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { listenersToOpen, mediaWorkers, streamLimits } from '../settings/pbx-settings.ts';
import type { SettingsFilePlace } from '../settings/settings-file.ts';
import { readConfiguration } from './configuration.ts';
import { LastStop } from './last-stop.ts';
import { openData } from './open-data.ts';
import { hasIpv6, ownAddresses, phoneAddresses } from './phone-addresses.ts';
import { Program } from './program.ts';
import { Trial } from './trial.ts';

export interface StartOptions {
  readonly place: SettingsFilePlace;
  readonly version: string;
}

/** A phone system that runs. */
export interface Started {
  /** For the person who started it. */
  readonly listening: readonly string[];
  readonly phoneAddresses: ReturnType<typeof phoneAddresses>;
  readonly dataDirectory: string;
  readonly extensions: number;
  readonly warnings: readonly string[];
  /** Ends it; the promise is fulfilled when nothing of it is left. */
  stop(reason: string): Promise<void>;
  /** Fulfilled when it has stopped, whoever asked for that. */
  readonly stopped: Promise<void>;
  reloadCertificate(): Result<void, AdminError>;
  /** Writes down a mistake of ours that nothing else has caught. */
  onMistake(error: unknown): void;
}

/**
 * Starts the phone system: opens what it needs in the order of what is most likely to be wrong, and joins the parts.
 * If one cannot be opened, those before it are closed again.
 */
export async function start({
  place,
  version,
}: StartOptions): Promise<Result<Started, readonly AdminError[]>> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const undo: (() => Promise<unknown> | void)[] = [];
  const fail = async (...errors: readonly AdminError[]) => {
    for (const close of undo.toReversed()) await close(); // eslint-disable-line no-await-in-loop
    return err(errors);
  };
  let rebuild = async (): Promise<void> => {};
  const opened = await openData({ place, clock, random, make: true, onChanged: () => void rebuild() });
  if (!opened.ok) return opened;
  const data = opened.value;
  const { settings } = data;
  const { values, dataDirectory } = settings;
  undo.push(() => data.store.close());

  const names = [
    ...values.sip.domains,
    ...(values.sip.publicAddress === '' ? [] : [values.sip.publicAddress]),
  ];
  const certificateOptions = { directory: dataDirectory, files: settings.certificate, names, random };
  const certificate = openCertificate({ ...certificateOptions, now: clock.wall() });
  if (!certificate.ok) return fail(certificate.error);
  let serving = certificate.value;

  const first = await readConfiguration(data, []);
  if (!first.ok) return fail(first.error);
  let warnings = [...first.value.warnings.map(({ text }) => text), ...serving.warnings];

  const log = new Log(values.log);
  const main = log.part('main');
  const onMistake = (error: unknown): void => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    main.error({ event: 'internal-error', stack }, `The program made a mistake: ${message}`);
    program.parts.metrics.countMistake();
  };
  if (serving.made !== undefined) main.info({ event: 'certificate-made' }, `A self-signed certificate was made: ${serving.made}`);

  const pbx = new Pbx({ clock, random, snapshot: first.value.snapshot });
  const media = new MediaWorkers(
    {
      ports: values.media.ports,
      listen: { v4: '0.0.0.0', v6: hasIpv6() ? '::' : undefined },
      workers: mediaWorkers(values, availableParallelism()),
      silenceMs: values.media.silenceSeconds * 1_000,
      clock,
      random,
    },
    (event) => program.mediaEvent(event),
  );
  undo.push(() => media.close());

  const sockets = await SipSockets.open<FramingProblem>({
    listen: listenersToOpen(settings, hasIpv6()),
    certificate: serving.tls,
    clock,
    makeFramer: () => new StreamFramer(STREAM_LIMITS),
    limits: streamLimits(values),
    onMessage: (bytes, flow) => program.receive(bytes, flow),
    onFramingError: ({ code }, flow) => program.framingError(code, flow),
    onClosed: (flow) => program.flowClosed(flow),
  });
  if (!sockets.ok) return fail(sockets.error);
  undo.push(() => sockets.value.close());

  const metrics = new Metrics({
    sockets: () => sockets.value.counters(),
    pbx: () => pbx.counts(),
    media: () => media.statistics(),
    logDropped: () => log.dropped,
  });
  const events = new EventLog(log.part('sip'), clock);
  const program = new Program({ clock, data, pbx, log, events, metrics, sockets: sockets.value, media });

  const trial = new Trial({
    clock,
    random,
    snapshot: () => pbx.snapshot,
    changed: () => rebuild(),
    later: (ms, run) => program.later(ms, run),
    loopbackAddresses: () => loopbackOf(sockets.value),
    certificate: () => serving.view,
  });

  // One after the other, so that an older configuration can never come to stand over a newer one.
  let rebuilding = Promise.resolve();
  rebuild = () => {
    rebuilding = rebuilding.then(async () => {
      const next = await readConfiguration(data, trial.extensions);
      if (next.ok) {
        warnings = [...next.value.warnings.map(({ text }) => text), ...serving.warnings];
        program.replaceSnapshot(next.value.snapshot);
      } else {
        main.error({ event: 'configuration', code: next.error.code }, next.error.text);
      }
    }, onMistake);
    return rebuilding;
  };
  const reloadCertificate = (): Result<void, AdminError> => {
    const next = openCertificate({ ...certificateOptions, now: clock.wall() });
    if (!next.ok) return next;
    const set = sockets.value.setCertificate(next.value.tls);
    if (!set.ok) return set;
    serving = next.value;
    main.info({ event: 'certificate', notAfter: serving.view.notAfter }, 'The certificate was read again');
    return ok(undefined);
  };

  const listening = sockets.value.listening();
  const told = phoneAddresses(listening, values.sip.domains[0], ownAddresses());
  const lastStop = new LastStop(dataDirectory);
  const before = lastStop.begin();
  const startedAt = clock.wall();
  const { promise: stopped, resolve: hasStopped } = Promise.withResolvers<void>();
  let control: ControlServer | undefined;
  let metricsServer: MetricsServer | undefined;
  const stop = async (reason: string): Promise<void> => {
    main.info({ event: 'stopping' }, `Stopping: ${reason}`);
    await control?.close();
    await program.stop();
    await metricsServer?.close();
    lastStop.end(reason);
    main.info({ event: 'stopped' }, 'Stopped');
    log.flush();
    hasStopped();
  };
  const running: RunningSide = {
    bindings: () => pbx.bindings(),
    bindingsOf: (extension) => pbx.bindingsOf(extension),
    calls: () => pbx.calls(),
    status: async () => ({
      pid: process.pid,
      startedAt,
      listeners: listening.map(formatListener),
      metrics: metricsAt === undefined ? null : formatEndpoint(metricsAt),
      mediaPorts: { ...values.media.ports, pairsInUse: (await media.statistics()).portPairsTaken },
      certificate: serving.view,
      lastStop: before ?? null,
      warnings,
    }),
    phoneAddresses: () => told,
    certificateSelfSigned: () => serving.view.selfSigned,
    trial,
    reloadCertificate: async () => {
      const reloaded = reloadCertificate();
      return reloaded.ok ? ok({ certificate: serving.view }) : reloaded;
    },
    stop: () => program.later(0, () => void stop('asked to by a command')),
  };

  const metricsAt = values.metrics.address;
  if (metricsAt !== undefined) {
    const server = await MetricsServer.open({ ...metricsAt, metrics, onMistake });
    if (!server.ok) {
      metrics.stop();
      return fail(server.error);
    }
    metricsServer = server.value;
    undo.push(() => server.value.close());
  }
  const controlServer = await openControl({
    path: join(dataDirectory, 'control.sock'),
    handlers: handlers({ data, version, running }),
    followers: program.followers,
    onMistake,
  });
  if (!controlServer.ok) {
    const { code, text } = controlServer.error;
    metrics.stop();
    return fail({ code: isErrorCode(code) ? code : 'INTERNAL', text });
  }
  control = controlServer.value;
  await program.begin();
  main.info(
    {
      event: 'started',
      version,
      listeners: listening.map(formatListener),
      extensions: pbx.snapshot.extensions.size,
    },
    `Ringwall ${version} is running`,
  );
  for (const warning of warnings) main.warn({ event: 'warning' }, warning);
  return ok({
    listening: listening.map(formatListener),
    phoneAddresses: told,
    dataDirectory,
    extensions: pbx.snapshot.extensions.size,
    warnings,
    stop,
    stopped,
    reloadCertificate,
    onMistake,
  });
}

/** Where a phone on this machine itself would connect to. */
function loopbackOf(sockets: SipSockets): ReturnType<typeof phoneAddresses> {
  return phoneAddresses(sockets.listening(), undefined, ['127.0.0.1', '::1']);
}
