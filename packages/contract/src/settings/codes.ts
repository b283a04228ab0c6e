import { collidesWithEmergency, emergencyNumbersOf } from '@ringwall/policy';
import { type AdminError, adminError } from '../errors/admin-error.ts';
import type { SettingsValues } from './all.ts';

/** The codes with the settings that they stand in, those that are not empty. */
export function codesInUse({
  codes,
}: Pick<SettingsValues, 'codes'>): { readonly key: string; readonly code: string }[] {
  const { pinLock, echo } = codes;
  return [
    { key: 'codes.pinLock', code: pinLock },
    { key: 'codes.echo', code: echo },
  ].filter(({ code }) => code !== '');
}

/** A code is one thing only, and never what is dialled for help, nor the beginning of it. */
export function codeConflicts(values: Pick<SettingsValues, 'codes' | 'numbering'>): AdminError[] {
  const { country, emergencyNumbers, outsidePrefixes } = values.numbering;
  const emergency = { numbers: [...emergencyNumbersOf(country), ...emergencyNumbers], outsidePrefixes };
  const remedy = 'Take another code, or none';
  const used = codesInUse(values);
  return used.flatMap(({ key, code }, place) => {
    const number = collidesWithEmergency(code, emergency, 'beginning');
    if (number !== undefined) {
      const problem = code.endsWith(number)
        ? `${key} is ${code}, which is dialled for help (${number})`
        : `${key} is ${code}, and whoever dials ${number} for help begins like that`;
      return [adminError('SETTING_CONFLICT', { problem, remedy })];
    }
    const other = used.slice(0, place).find((each) => each.code === code);
    if (other === undefined) return [];
    return [adminError('SETTING_CONFLICT', { problem: `${key} and ${other.key} are both ${code}`, remedy })];
  });
}
