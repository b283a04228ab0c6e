import { ok, type Result } from '@ringwall/base';
import type { AdminError, ControlHandlers, HoursView } from '@ringwall/contract';
import type { HoursAdministration } from '../configuration/hours-administration.ts';

type Names = 'hours.list' | 'hours.show' | 'hours.set' | 'hours.remove';

export function hoursHandlers(
  hours: HoursAdministration,
  running: { configured(): Promise<void> } | undefined,
): Pick<ControlHandlers, Names> {
  const answer = async (result: Result<HoursView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ hours: result.value });
  };
  return {
    'hours.list': async () => {
      const all = await hours.list();
      return all.ok ? ok({ hours: [...all.value] }) : all;
    },
    'hours.show': async ({ group }) => answer(await hours.show(group)),
    'hours.set': async ({ group, changes }) => answer(await hours.set(group, changes)),
    'hours.remove': async ({ group }) => answer(await hours.remove(group)),
  };
}
