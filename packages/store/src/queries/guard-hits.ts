import { networkText, parseCidr, type WallMs } from '@ringwall/base';
import type { GuardHits } from '@ringwall/pbx';
import type { Database } from './database.ts';

export async function guardHits(db: Database): Promise<readonly GuardHits[]> {
  const rows = await db.selectFrom('guard_hits').selectAll().execute();
  return rows.flatMap(({ network, action, hits, last_hit_at }) => {
    const read = parseCidr(network);
    if (!read.ok || (action !== 'allow' && action !== 'block')) return [];
    return [{ network: read.value, action, hits, lastHitAt: last_hit_at as WallMs }];
  });
}

/** Those of entries that are gone go with it. */
export async function saveGuardHits(db: Database, all: readonly GuardHits[]): Promise<void> {
  for (const { network, action, hits, lastHitAt } of all) {
    const counted = { hits, last_hit_at: lastHitAt };
    await db
      .insertInto('guard_hits')
      .values({ network: networkText(network), action, ...counted })
      .onConflict((conflict) => conflict.columns(['network', 'action']).doUpdateSet(counted))
      .execute();
  }
  await db
    .deleteFrom('guard_hits')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('guard_entry')
            .select('guard_entry.network')
            .whereRef('guard_entry.network', '=', 'guard_hits.network')
            .whereRef('guard_entry.action', '=', 'guard_hits.action'),
        ),
      ),
    )
    .execute();
}
