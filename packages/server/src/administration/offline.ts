import { type Clock, err, ok, type Random, type Result } from '@ringwall/base';
import {
  type AdminError,
  type Administration,
  adminError,
  type AskedAs,
  type ControlName,
  REQUESTS,
  type RequestOf,
  type ResponseOf,
} from '@ringwall/contract';
import { askAs } from '../configuration/asked.ts';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { openData } from '../program/open-data.ts';
import type { SettingsFilePlace } from '../settings/settings-file.ts';
import { handlers } from './handlers.ts';

export interface OfflineAdministration extends Administration {
  close(): Promise<void>;
}

/**
 * The administration of a stopped program, on its data directory.
 *
 * @param make make the directory and the database if there are none: for adding the first extension.
 * @returns `STORE_BUSY` if the program is running after all, or what else is wrong with the data.
 */
export async function openOffline(options: {
  readonly place: SettingsFilePlace;
  readonly version: string;
  readonly make: boolean;
}): Promise<Result<OfflineAdministration, readonly AdminError[]>> {
  const [clock, random]: [Clock, Random] = [new SystemClock(), new SystemRandom()];
  const opened = await openData({
    place: options.place,
    clock,
    random,
    make: options.make,
    onChanged: () => {},
  });
  if (!opened.ok) return opened;
  const data = opened.value;
  const table = handlers({ data, clock, version: options.version, running: undefined });
  return ok({
    async handle<Name extends Exclude<ControlName, 'calls.follow'>>(
      name: Name,
      request: RequestOf<Name>,
      as?: AskedAs,
    ): Promise<Result<ResponseOf<Name>, AdminError>> {
      if (!REQUESTS[name].offline)
        return err(adminError('NOT_RUNNING', { directory: data.settings.dataDirectory }));
      return askAs(as, name, () => table[name](request));
    },
    follow: () => Promise.resolve(err(adminError('NOT_RUNNING', { directory: data.settings.dataDirectory }))),
    close: () => data.store.close(),
  });
}
