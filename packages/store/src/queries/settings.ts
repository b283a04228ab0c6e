import { raiseConfigurationVersion } from './configuration.ts';
import type { Database } from './database.ts';

export async function settings(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('setting').selectAll().orderBy('key').execute();
  return new Map(rows.map((row) => [row.key, row.json]));
}

export async function saveSetting(db: Database, key: string, json: string | undefined): Promise<void> {
  if (json === undefined) {
    await db.deleteFrom('setting').where('key', '=', key).execute();
  } else {
    await db
      .insertInto('setting')
      .values({ key, json })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ json }))
      .execute();
  }
  await raiseConfigurationVersion(db);
}
