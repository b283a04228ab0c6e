import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { Extensions } from '../extensions/extensions.ts';

/** Would the setting make a code of an extension's number? Then that number would lead to nobody any more. */
export async function codeTaken(
  extensions: Pick<Extensions, 'list'>,
  setting: string,
  value: string,
): Promise<Result<undefined, AdminError>> {
  if (!setting.startsWith('codes.')) return ok(undefined);
  const listed = await extensions.list();
  if (!listed.ok) return listed;
  const isTaken = listed.value.some(({ number }) => number === value.trim());
  return isTaken ? err(adminError('CODE_IS_EXTENSION', { code: value.trim(), setting })) : ok(undefined);
}
