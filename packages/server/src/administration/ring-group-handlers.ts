import { ok, type Result } from '@ringwall/base';
import type { AdminError, ControlHandlers, RingGroupView } from '@ringwall/contract';
import type { RingGroupAdministration } from '../configuration/ring-group-administration.ts';

type Names = 'ring-group.list' | 'ring-group.show' | 'ring-group.save' | 'ring-group.remove';

export function ringGroupHandlers(
  ringGroups: RingGroupAdministration,
  running: { configured(): Promise<void> } | undefined,
): Pick<ControlHandlers, Names> {
  const answer = async (result: Result<RingGroupView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ ringGroup: result.value });
  };
  return {
    'ring-group.list': async ({ search = '', limit, skip = 0 }) => {
      const all = await ringGroups.list();
      if (!all.ok) return all;
      const wanted = search.toLowerCase();
      const found = all.value.filter(({ number, group }) =>
        [number, group.name, ...group.members].some((text) => text.toLowerCase().includes(wanted)),
      );
      return ok({ ringGroups: found.slice(skip, skip + limit), matching: found.length });
    },
    'ring-group.show': async ({ number }) => answer(await ringGroups.show(number)),
    'ring-group.save': async ({ number, group, mustBeNew }) =>
      answer(await ringGroups.save(number, group, mustBeNew)),
    'ring-group.remove': async ({ number }) => {
      const removed = await ringGroups.remove(number);
      if (removed.ok) await running?.configured();
      return removed;
    },
  };
}
