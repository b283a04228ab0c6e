import type { ItemChange, ItemKind, StoredItem } from '@ringwall/pbx';
import { raiseConfigurationVersion } from './configuration.ts';
import type { Database } from './database.ts';

/** In the order of kinds and names. */
export async function items(db: Database): Promise<readonly StoredItem[]> {
  const rows = await db.selectFrom('item').selectAll().orderBy('kind').orderBy('name').execute();
  return rows.map(({ kind, name, json, sealed }) => ({
    kind: kind as ItemKind,
    name,
    json,
    sealed: sealed ?? undefined,
  }));
}

export async function changeItems(db: Database, changes: readonly ItemChange[]): Promise<void> {
  for (const change of changes) {
    const { kind, name } = change;
    if (change.do === 'remove-item') {
      await db.deleteFrom('item').where('kind', '=', kind).where('name', '=', name).execute();
      continue;
    }
    const values = { json: change.json, sealed: change.sealed ?? null };
    await db
      .insertInto('item')
      .values({ kind, name, ...values })
      .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(values))
      .execute();
  }
  if (changes.length > 0) await raiseConfigurationVersion(db);
}
