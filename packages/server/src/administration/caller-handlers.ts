import { ok, type Result } from '@ringwall/base';
import type { AdminError, BlockedCallerView, ControlHandlers } from '@ringwall/contract';
import type { Pbx, Store } from '@ringwall/pbx';
import { CallerHitCounts } from '@ringwall/policy';
import { type CallerAdministration, callerHitsOf } from '../configuration/caller-blacklist.ts';
import { storeAnswer } from '../configuration/store-answer.ts';

type Names = 'caller-blacklist.list' | 'caller-blacklist.add' | 'caller-blacklist.remove';

/** What the running program counts. */
export interface RunningCallers {
  configured(): Promise<void>;
  callerHits(): Pick<Pbx['callerHits'], 'of'>;
}

export function callerHandlers(
  callers: CallerAdministration,
  store: Pick<Store, 'itemHits'>,
  running: RunningCallers | undefined,
): Pick<ControlHandlers, Names> {
  const answer = async (result: Result<BlockedCallerView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ caller: result.value });
  };
  const hits = () =>
    storeAnswer(async () => {
      if (running !== undefined) return ok(running.callerHits());
      const stored = new CallerHitCounts();
      stored.restore(callerHitsOf(await store.itemHits()));
      return ok(stored);
    });
  return {
    'caller-blacklist.list': async ({ search = '', limit, skip = 0 }) => {
      const all = await callers.list();
      if (!all.ok) return all;
      const wanted = search.toLowerCase();
      const found = all.value.filter(({ pattern, extension, description }) =>
        [pattern, extension ?? '', description].some((text) => text.toLowerCase().includes(wanted)),
      );
      const counted = await hits();
      if (!counted.ok) return counted;
      const page = found.slice(skip, skip + limit).map((caller) => {
        const hit = counted.value.of(caller.pattern, caller.extension ?? undefined);
        return { ...caller, hits: hit?.hits ?? 0, lastHitAt: hit?.lastHitAt ?? null };
      });
      return ok({ callers: page, matching: found.length });
    },
    'caller-blacklist.add': async ({ pattern, extension = null, description = '' }) =>
      answer(await callers.add(pattern, extension, description)),
    'caller-blacklist.remove': async ({ pattern, extension = null }) =>
      answer(await callers.remove(pattern, extension)),
  };
}
