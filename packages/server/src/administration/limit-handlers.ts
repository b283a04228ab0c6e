import { err, ok } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type ControlHandlers,
  type ResponseOf,
  type SettingsValues,
} from '@ringwall/contract';
import {
  type KnownDevice,
  LIMIT_COUNTERS,
  type LimitLevels,
  type LimitsPolicy,
  NO_RATES,
} from '@ringwall/policy';
import { buildLimits } from '../configuration/build-limits.ts';
import { storeAnswer } from '../configuration/store-answer.ts';
import type { OwnLevelsAdministration } from '../configuration/own-levels.ts';

/** What only the running program counts. */
export interface RunningLimits {
  limitsOn(): boolean;
  frozen(): readonly { readonly of: string; readonly text: string; readonly at: number }[];
  /** @returns whether they were frozen; that they are no more is on disk then. */
  releaseFrozen(of: string): Promise<boolean>;
  devicesOf(extension: string): readonly (KnownDevice & { readonly isKnown: boolean })[];
  /** @param id undefined: every one. @returns whether there is such a device; that it is accepted is on disk then. */
  acceptDevice(extension: string, id: number | undefined): Promise<boolean>;
  forgetDevice(extension: string, id: number): Promise<boolean>;
}

export interface LimitHandlersParts {
  readonly own: OwnLevelsAdministration;
  readonly settings: () => Pick<SettingsValues, 'outside' | 'limits'>;
  readonly isExtension: (number: string) => Promise<boolean>;
  readonly running: (RunningLimits & { configured(): Promise<void> }) | undefined;
  readonly notRunning: AdminError;
}

type Names = Extract<keyof ControlHandlers, `limits.${string}`>;

export function limitHandlers({
  own,
  settings,
  isExtension,
  running,
  notRunning,
}: LimitHandlersParts): Pick<ControlHandlers, Names> {
  const unknown = (extension: string, device: number) =>
    err(adminError('DEVICE_UNKNOWN', { extension, device }));
  return {
    'limits.list': async () => {
      if (running === undefined) return err(notRunning);
      return ok({ on: running.limitsOn(), frozen: running.frozen().map((each) => ({ ...each })) });
    },
    'limits.release': async ({ of }) => {
      if (running === undefined) return err(notRunning);
      return storeAnswer(async () => ok({ released: await running.releaseFrozen(of) }));
    },
    'limits.levels': async () => {
      const all = await own.list();
      if (!all.ok) return all;
      return ok({ levels: levelRows(buildLimits(settings(), { rates: NO_RATES, own: all.value })) });
    },
    'limits.save': async ({ of, levels, closed }) => {
      const saved = await own.save(of, levels, closed);
      if (!saved.ok) return saved;
      await running?.configured();
      return ok({ of, levels: saved.value });
    },
    'limits.unset': async ({ of }) => {
      const removed = await own.remove(of);
      if (!removed.ok) return removed;
      await running?.configured();
      return ok({ of, levels: removed.value });
    },
    'limits.devices': async ({ extension }) => {
      if (running === undefined) return err(notRunning);
      if (!(await isExtension(extension))) return err(adminError('EXTENSION_UNKNOWN', { number: extension }));
      const devices = running.devicesOf(extension).map(({ id, says, firstAt, lastAt, isKnown }) => ({
        id,
        says,
        firstAt,
        lastAt,
        known: isKnown,
      }));
      const { outside, limits } = settings();
      return ok({ refused: outside.limits === 'on' && limits.newDevices === 'refused', devices });
    },
    'limits.accept': async ({ extension, device }) => {
      if (running === undefined) return err(notRunning);
      if (!(await isExtension(extension))) return err(adminError('EXTENSION_UNKNOWN', { number: extension }));
      return storeAnswer(async () =>
        (await running.acceptDevice(extension, device)) ? ok({}) : unknown(extension, device ?? 0),
      );
    },
    'limits.forget': async ({ extension, device }) => {
      if (running === undefined) return err(notRunning);
      return storeAnswer(async () =>
        (await running.forgetDevice(extension, device)) ? ok({}) : unknown(extension, device),
      );
    },
  };
}

type LevelRow = ResponseOf<'limits.levels'>['levels'][number];

/** Counters that have a level, of each extension, of all, and of those that have levels of their own. */
function levelRows({ levels, closedLevels, own }: LimitsPolicy): LevelRow[] {
  const rows = (of: string, hours: LevelRow['hours'], set: LimitLevels): LevelRow[] =>
    LIMIT_COUNTERS.flatMap((counter) => {
      const { warning = null, most = null, critical = null } = set[counter];
      const isOff = warning === null && most === null && critical === null;
      return isOff ? [] : [{ of, hours, counter, warning, most, critical }];
    });
  return [
    ...rows('extension', 'all', levels.extension),
    ...rows('extension', 'closed', closedLevels.extension),
    ...rows('system', 'all', levels.system),
    ...rows('system', 'closed', closedLevels.system),
    ...[...own].flatMap(([of, { all, closed }]) => [...rows(of, 'all', all), ...rows(of, 'closed', closed)]),
  ];
}
