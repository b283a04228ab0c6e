import { type AdminError, adminError, codesInUse, type SettingsValues } from '@ringwall/contract';
import type { ServiceCodes, ServiceName } from '@ringwall/pbx';

/**
 * The service codes as calls are made by. One that is a number of the house is left out, and told: whoever dials it means
 * the colleague.
 */
export function buildCodes(
  settings: Pick<SettingsValues, 'codes'>,
  numbers: readonly string[],
): { readonly codes: ServiceCodes; readonly warnings: readonly AdminError[] } {
  const { pinLock, echo, pinUnlockMinutes } = settings.codes;
  const taken = codesInUse(settings).filter(({ code }) => numbers.includes(code));
  const all: readonly (readonly [string, ServiceName])[] = [
    [pinLock, 'pin-lock'],
    [echo, 'echo'],
  ];
  const free = all.filter(([code]) => code !== '' && taken.every((each) => each.code !== code));
  return {
    codes: { services: new Map(free), pinUnlockMs: pinUnlockMinutes * 60_000 },
    warnings: taken.map(({ key, code }) => adminError('CODE_IS_EXTENSION', { code, setting: key })),
  };
}

/** The setting of the code that this number is; undefined: it is none. */
export function codeSetting(settings: Pick<SettingsValues, 'codes'>, number: string): string | undefined {
  return codesInUse(settings).find(({ code }) => code === number)?.key;
}
