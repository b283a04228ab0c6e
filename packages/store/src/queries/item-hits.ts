import type { WallMs } from '@ringwall/base';
import type { ItemHits, ItemKind } from '@ringwall/pbx';
import { sql } from 'kysely';
import type { Database } from './database.ts';

export async function itemHits(db: Database): Promise<readonly ItemHits[]> {
  const rows = await db.selectFrom('item_hits').selectAll().execute();
  return rows.map(({ kind, name, hits, last_hit_at }) => ({
    kind: kind as ItemKind,
    name,
    hits,
    lastHitAt: last_hit_at as WallMs,
  }));
}

/** An item may have been removed meanwhile, and its hits with it (the table says ON DELETE CASCADE). */
export async function saveItemHits(db: Database, all: readonly ItemHits[]): Promise<void> {
  for (const { kind, name, hits, lastHitAt } of all) {
    const counted = { hits, last_hit_at: lastHitAt };
    await db
      .insertInto('item_hits')
      .columns(['kind', 'name', 'hits', 'last_hit_at'])
      .expression((from) =>
        from
          .selectFrom('item')
          .select([
            'kind',
            'name',
            sql<number>`${hits}`.as('hits'),
            sql<number>`${lastHitAt}`.as('last_hit_at'),
          ])
          .where('kind', '=', kind)
          .where('name', '=', name),
      )
      .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(counted))
      .execute();
  }
}
