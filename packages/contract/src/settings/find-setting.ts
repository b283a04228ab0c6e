import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '../errors/admin-error.ts';
import { SETTING_ENTRIES, type SettingEntry, settingEntry } from './all.ts';
import { quoted } from './setting.ts';
import { nearest } from './suggest.ts';

/** The setting of this name, such as `calls.atOnce`, or `SETTING_UNKNOWN` with the one that was meant. */
export function findSetting(name: string): Result<SettingEntry, AdminError> {
  const entry = settingEntry(name);
  if (entry !== undefined) return ok(entry);
  const near =
    nearest(
      name,
      SETTING_ENTRIES.map(({ key }) => key),
    ) ?? SETTING_ENTRIES.find((each) => each.name === name)?.key;
  const suggestion =
    near === undefined ? 'See which there are with: ringwall setting list.' : `Did you mean ${near}?`;
  return err(adminError('SETTING_UNKNOWN', { name: quoted(name), where: '', suggestion }));
}
