import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type ControlHandlers, type TrunkView } from '@ringwall/contract';
import type { RunningTrunk, TrunkName } from '@ringwall/pbx';
import type { TrunkAdministration, TrunkDetails } from '../configuration/trunk-administration.ts';

/** What only the running program can say of trunks, and do with them. */
export interface RunningTrunks {
  trunks(): readonly RunningTrunk[];
  retry(name: TrunkName): void;
}

export interface TrunkHandlersParts {
  readonly trunks: TrunkAdministration;
  readonly running: (RunningTrunks & { configured(): Promise<void> }) | undefined;
  readonly directory: string;
}

type Names = 'trunk.list' | 'trunk.show' | 'trunk.save' | 'trunk.remove' | 'trunk.retry';

export function trunkHandlers(parts: TrunkHandlersParts): Pick<ControlHandlers, Names> {
  const { trunks, running, directory } = parts;
  const answer = async (result: Result<TrunkDetails, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ trunk: trunkView(result.value, running) });
  };
  return {
    'trunk.list': async () => {
      const all = await trunks.list();
      return all.ok ? ok({ trunks: all.value.map((each) => trunkView(each, running)) }) : all;
    },
    'trunk.show': async ({ name }) => answer(await trunks.show(name)),
    'trunk.save': async ({ name, trunk, password, ca, mustBeNew }) =>
      answer(await trunks.save(name, trunk, { password, ca }, mustBeNew)),
    'trunk.remove': async ({ name }) => answer(await trunks.remove(name)),
    'trunk.retry': async ({ name }) => {
      if (running === undefined) return err(adminError('NOT_RUNNING', { directory }));
      const shown = await trunks.show(name);
      if (!shown.ok) return shown;
      running.retry(name as TrunkName);
      return answer(shown);
    },
  };
}

function trunkView(details: TrunkDetails, running: RunningTrunks | undefined): TrunkView {
  if (running === undefined) return { ...details, link: null };
  const link = running.trunks().find(({ trunk }) => trunk.name === details.name)?.link;
  const { flow } = link ?? {};
  const host =
    flow === undefined
      ? ''
      : flow.remote.address.includes(':')
        ? `[${flow.remote.address}]`
        : flow.remote.address;
  return {
    ...details,
    link: {
      phase: link?.phase ?? 'off',
      at: flow === undefined ? '' : `${flow.transport}:${host}:${flow.remote.port}`,
      problem: link?.problem ?? '',
      optionsMissed: link?.options.missed ?? 0,
    },
  };
}
