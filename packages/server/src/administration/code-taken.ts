import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { OpenData } from '../program/open-data.ts';

/** Would the setting make a code of the number of an extension or a ring group? Nobody would get at one of the two. */
export async function codeTaken(
  { extensions, ringGroups }: Pick<OpenData, 'extensions' | 'ringGroups'>,
  setting: string,
  value: string,
): Promise<Result<undefined, AdminError>> {
  if (!setting.startsWith('codes.')) return ok(undefined);
  const listed = await extensions.list();
  if (!listed.ok) return listed;
  const groups = await ringGroups.list();
  if (!groups.ok) return groups;
  const isTaken = [...listed.value, ...groups.value].some(({ number }) => number === value.trim());
  return isTaken ? err(adminError('CODE_IS_EXTENSION', { code: value.trim(), setting })) : ok(undefined);
}
