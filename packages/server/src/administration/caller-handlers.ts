import { ok, type Result } from '@ringwall/base';
import type { AdminError, BlockedCallerView, ControlHandlers } from '@ringwall/contract';
import type { CallerAdministration } from '../configuration/caller-blacklist.ts';

type Names = 'caller-blacklist.list' | 'caller-blacklist.add' | 'caller-blacklist.remove';

export function callerHandlers(
  callers: CallerAdministration,
  running: { configured(): Promise<void> } | undefined,
): Pick<ControlHandlers, Names> {
  const answer = async (result: Result<BlockedCallerView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ caller: result.value });
  };
  return {
    'caller-blacklist.list': async ({ search = '', limit, skip = 0 }) => {
      const all = await callers.list();
      if (!all.ok) return all;
      const wanted = search.toLowerCase();
      const found = all.value.filter(({ pattern, extension, description }) =>
        [pattern, extension ?? '', description].some((text) => text.toLowerCase().includes(wanted)),
      );
      return ok({ callers: found.slice(skip, skip + limit), matching: found.length });
    },
    'caller-blacklist.add': async ({ pattern, extension = null, description = '' }) =>
      answer(await callers.add(pattern, extension, description)),
    'caller-blacklist.remove': async ({ pattern, extension = null }) =>
      answer(await callers.remove(pattern, extension)),
  };
}
