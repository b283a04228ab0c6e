import type { ControlHandlers } from '@ringwall/contract';
import type { ChangeTurns } from '../configuration/change-turns.ts';

type Name = keyof ControlHandlers;

/** Whatever is not here takes a turn: who forgets to name a request has it wait, and no harm is done. */
const CHANGE_NOTHING: ReadonlySet<string> = new Set<Name>([
  'bindings.list',
  'caller-blacklist.list',
  'calls.list',
  'calls.record',
  'calls.records',
  'certificate.reload',
  'configuration.export',
  'configuration.plan',
  'configuration.plan-roll-back',
  'configuration.versions',
  'emergency.test',
  'explain.call',
  'explain.inbound',
  'extension.list',
  'extension.show',
  'guard.events',
  'guard.export',
  'guard.feed',
  'guard.list',
  'guard.status',
  'guard.why',
  'hours.list',
  'hours.show',
  'inbound.list',
  'inbound.show',
  'limits.devices',
  'limits.levels',
  'limits.list',
  'notify.test',
  'outbound.list',
  'outbound.show',
  'policy.replay',
  'policy.test',
  'rates.list',
  'ring-group.list',
  'ring-group.show',
  'setting.list',
  'setting.show',
  'status',
  'stop',
  'trunk.list',
  'trunk.retry',
  'trunk.show',
  'try.begin',
  'try.end',
  'version',
]);

/** The same, but what changes something is done one after the other, from the first look at what is there. */
export function takeTurns(table: ControlHandlers, turns: ChangeTurns): ControlHandlers {
  const taking = Object.entries(table).map(([name, handle]) => {
    if (CHANGE_NOTHING.has(name)) return [name, handle];
    const change = handle as (request: unknown) => Promise<unknown>;
    return [name, (request: unknown) => turns.take(() => change(request))];
  });
  // Each function took the place of its own.
  return Object.fromEntries(taking) as ControlHandlers;
}
