import { ok, type Result } from '@ringwall/base';
import type { AdminError, ControlHandlers, OutboundRuleView } from '@ringwall/contract';
import type { OutboundAdministration } from '../configuration/outbound-rules.ts';

type Names = 'outbound.list' | 'outbound.show' | 'outbound.save' | 'outbound.move' | 'outbound.remove';

export function outboundHandlers(
  outbound: OutboundAdministration,
  running: { configured(): Promise<void> } | undefined,
): Pick<ControlHandlers, Names> {
  const answer = async (result: Result<OutboundRuleView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ rule: result.value });
  };
  return {
    'outbound.list': async () => {
      const all = await outbound.list();
      return all.ok ? ok({ rules: [...all.value] }) : all;
    },
    'outbound.show': async ({ name }) => answer(await outbound.show(name)),
    'outbound.save': async ({ name, rule, mustBeNew, place }) =>
      answer(await outbound.save(name, rule, mustBeNew, place)),
    'outbound.move': async (wanted) => answer(await outbound.move(wanted)),
    'outbound.remove': async ({ name }) => answer(await outbound.remove(name)),
  };
}
