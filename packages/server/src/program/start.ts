import { join } from 'node:path';
import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, formatListener, isErrorCode } from '@ringwall/contract';
import { openControl } from '../administration/control.ts';
import { Probation } from '../administration/probation.ts';
import { handlers } from '../administration/handlers.ts';
import { EventLog } from '../log/event-log.ts';
import type { SettingsFilePlace } from '../settings/settings-file.ts';
import { CertificateKeeper } from './certificate-keeper.ts';
import { readConfiguration } from './configuration.ts';
import { LastStop } from './last-stop.ts';
import { LiveConfiguration } from './live-configuration.ts';
import { openParts, type Told } from './open-parts.ts';
import { ownAddresses, phoneAddresses } from './phone-addresses.ts';
import { Program } from './program.ts';
import { runningSide } from './running-side.ts';
import { Stop } from './stop.ts';
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
  /** Ends it; the promise is fulfilled when nothing of it is left. Never rejects. */
  stop(reason: string): Promise<void>;
  /** Fulfilled when it has stopped, whoever asked for that. */
  readonly stopped: Promise<void>;
  /** Reads the certificate again, and says in the log what came of it. */
  reloadCertificate(): void;
  /** Writes down a mistake of ours that nothing else has caught. */
  onMistake(error: unknown): void;
}

const DAY_MS = 86_400_000;

/**
 * Starts the phone system: opens its parts, joins them, and then lets calls in.
 *
 * @returns what was started, or every sentence that the administrator needs; then nothing is left open.
 */
export async function start({
  place,
  version,
}: StartOptions): Promise<Result<Started, readonly AdminError[]>> {
  const told: Told = { inside: undefined, onChanged: () => {}, onStoreFailure: () => {} };
  const opened = await openParts(place, told);
  if (!opened.ok) return opened;
  const parts = opened.value;
  const { clock, random, data, sockets, pbx, log, metricsServer, onMistake } = parts;
  const { values, dataDirectory } = data.settings;
  const main = log.part('main');
  const listening = sockets.listening();
  const listeners = listening.map(formatListener);

  const program = new Program({ ...parts, events: new EventLog(log.part('sip'), clock) });
  const certificate = new CertificateKeeper(
    {
      from: parts.certificateFrom,
      now: () => clock.wall(),
      log: main,
      serve: (next) => sockets.setCertificate(next),
    },
    parts.certificate,
  );
  const trial = new Trial({
    clock,
    random,
    snapshot: () => pbx.snapshot,
    changed: () => live.rebuild(),
    later: (ms, run) => program.later(ms, run),
    loopbackAddresses: () => phoneAddresses(listening, undefined, ['127.0.0.1', '::1']),
    certificate: () => certificate.view,
  });
  const live = new LiveConfiguration(
    {
      read: () => readConfiguration(data, trial.extensions),
      take: (snapshot) => program.replaceSnapshot(snapshot),
      log: main,
      onMistake,
    },
    parts.configuration,
  );
  told.onChanged = () => void live.rebuild();
  told.onStoreFailure = ({ code, message }) => main.error({ event: 'store-failed', code }, message);

  const lastStop = new LastStop(dataDirectory);
  const stop = new Stop({
    log,
    onMistake,
    closers: [() => program.stop(), () => metricsServer?.close()],
    onStopped: (reason) => lastStop.end(reason),
  });
  const addresses = phoneAddresses(listening, values.sip.domains[0], ownAddresses());
  const running = runningSide({
    ...parts,
    guardKeeper: program.guardKeeper,
    kernelGuard: program.kernelGuard,
    notifier: program.notifier,
    sharedList: program.sharedList,
    shadowRun: program.shadowRun,
    probation: new Probation({
      later: (ms, run) => program.later(ms, run),
      onReverted: (what) => program.guardKeeper.reverted(what),
    }),
    live,
    certificate,
    trial,
    listeners,
    phoneAddresses: addresses,
    startedAt: clock.wall(),
    perform: (effects) => program.perform(effects),
    limitsSaved: () => program.limitsSaved(),
    lastStop: lastStop.read(),
    stop: () => program.later(0, () => void stop.run('asked to by a command')),
  });

  await program.begin();
  const controlServer = await openControl({
    path: join(dataDirectory, 'control.sock'),
    handlers: handlers({ data, clock, version, running }),
    followers: program.followers,
    onMistake,
  });
  if (!controlServer.ok) {
    program.end();
    await parts.close();
    const { code, text } = controlServer.error;
    return err([{ code: isErrorCode(code) ? code : 'INTERNAL', text }]);
  }
  stop.closeFirst(() => controlServer.value.close());
  told.inside = program;
  program.startTrunks();
  program.every(DAY_MS, () => certificate.check());
  lastStop.begin();

  const extensions = pbx.snapshot.extensions.size;
  main.info({ event: 'started', version, listeners, extensions }, `Ringwall ${version} is running`);
  for (const warning of [...live.warnings, ...certificate.warnings]) main.warn({ event: 'warning' }, warning);
  return ok({
    listening: listeners,
    phoneAddresses: addresses,
    dataDirectory,
    extensions,
    stop: (reason) => stop.run(reason),
    stopped: stop.done,
    reloadCertificate: () => void certificate.reload(),
    onMistake,
  });
}
