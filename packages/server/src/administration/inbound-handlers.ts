import { ok, type Result } from '@ringwall/base';
import type { AdminError, ControlHandlers, InboundView } from '@ringwall/contract';
import type { InboundAdministration } from '../configuration/inbound-administration.ts';

type Names = 'inbound.list' | 'inbound.show' | 'inbound.save' | 'inbound.move' | 'inbound.remove';

export function inboundHandlers(
  inbound: InboundAdministration,
  running: { configured(): Promise<void> } | undefined,
): Pick<ControlHandlers, Names> {
  const answer = async (result: Result<InboundView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ inbound: result.value });
  };
  return {
    'inbound.list': async ({ search = '', limit, skip = 0 }) => {
      const all = await inbound.list();
      if (!all.ok) return all;
      const wanted = search.toLowerCase();
      const found = all.value.filter(({ name, rule }) =>
        [name, ...rule.called, ...rule.callers].some((text) => text.includes(wanted)),
      );
      return ok({ rules: found.slice(skip, skip + limit), matching: found.length });
    },
    'inbound.show': async ({ name }) => answer(await inbound.show(name)),
    'inbound.save': async ({ name, rule, mustBeNew, place }) =>
      answer(await inbound.save(name, rule, mustBeNew, place)),
    'inbound.move': async (wanted) => answer(await inbound.move(wanted)),
    'inbound.remove': async ({ name }) => {
      const removed = await inbound.remove(name);
      if (removed.ok) await running?.configured();
      return removed;
    },
  };
}
