import { resolve } from 'node:path';
import { err, ok, type Result } from '@ringwall/base';
import type { Connector, GlobalOptions, Refusal } from '../surroundings.ts';
import { VERSION } from '../version.ts';
import { openSocketSession } from './socket-session.ts';

interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

type Server = typeof import('@ringwall/server');

/** Finds the program by its data directory, as the settings, the environment and `--data` say. */
export function programConnector(place: Place): Connector {
  return {
    async running(options) {
      const directory = await dataDirectory(place, options);
      if (!directory.ok) return directory;
      const session = await openSocketSession(directory.value);
      return session.ok ? session : err([session.error]);
    },
    async stopped(options, create) {
      const server = await serverModule();
      return server.openOffline({ place: settingsPlace(place, options), version: VERSION, make: create });
    },
    async start(options) {
      const server = await serverModule();
      return server.runProgram({ place: settingsPlace(place, options), version: VERSION });
    },
  };
}

/** With `--data` no settings are needed, so that a mistake in them cannot lock anybody out of the running program. */
async function dataDirectory(place: Place, options: GlobalOptions): Promise<Result<string, Refusal>> {
  if (options.data !== undefined) return ok(resolve(place.cwd, options.data));
  const server = await serverModule();
  const settings = server.loadSettings(settingsPlace(place, options));
  return settings.ok ? ok(settings.value.dataDirectory) : settings;
}

/** Loaded when it is needed: it is most of the program, and `--help` should not wait for it. */
async function serverModule(): Promise<Server> {
  return import('@ringwall/server');
}

/** `--data` is to the settings what the environment variable is, and beats it. */
function settingsPlace({ env, cwd }: Place, { config, data }: GlobalOptions) {
  return { config, cwd, env: data === undefined ? env : { ...env, RINGWALL_STORAGE_DIRECTORY: data } };
}
