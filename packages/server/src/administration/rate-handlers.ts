import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type ControlHandlers, type RateView } from '@ringwall/contract';
import { RATE_LIMIT } from '@ringwall/policy';
import type { RateAdministration } from '../configuration/rates.ts';
import { Upload } from './upload.ts';

type Names = 'rates.list' | 'rates.set' | 'rates.remove' | 'rates.import';

export function rateHandlers(
  rates: RateAdministration,
  currency: () => string,
  running: { configured(): Promise<void> } | undefined,
): Pick<ControlHandlers, Names> {
  const upload = new Upload();
  const answer = async (result: Result<RateView, AdminError>) => {
    if (!result.ok) return result;
    await running?.configured();
    return ok({ rate: result.value });
  };
  return {
    'rates.list': async ({ after = '', limit }) => {
      const all = await rates.list();
      if (!all.ok) return all;
      const behind = all.value.filter(({ prefix }) => prefix > after).slice(0, limit);
      return ok({ rates: behind, total: all.value.length, currency: currency() });
    },
    'rates.set': async ({ rate }) => answer(await rates.set(rate)),
    'rates.remove': async ({ prefix }) => answer(await rates.remove(prefix)),
    'rates.import': async ({ upload: id, piece, last }) => {
      const taken = upload.take(id, piece, last);
      if (taken === undefined) return ok({ imported: 0, replaced: 0 });
      if (taken === 'too-long') return err(adminError('RATES_FULL', { limit: RATE_LIMIT }));
      const replaced = await rates.replaceBy(taken.file);
      if (replaced.ok) await running?.configured();
      return replaced;
    },
  };
}
