import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { OpenData } from '../program/open-data.ts';

/** Would the setting make a code of a number of the house? It is the extension or the group that would be called. */
export async function codeTaken(
  { extensions, ringGroups }: Pick<OpenData, 'extensions' | 'ringGroups'>,
  setting: string,
  value: string,
): Promise<Result<undefined, AdminError>> {
  if (!setting.startsWith('codes.')) return ok(undefined);
  const code = value.trim();
  const listed = await extensions.list();
  if (!listed.ok) return listed;
  const isTaken = listed.value.some(({ number }) => number === code) || (await ringGroups.has(code));
  return isTaken ? err(adminError('CODE_IS_EXTENSION', { code, setting })) : ok(undefined);
}
