import type { Database } from './database.ts';

export async function configurationVersion(db: Database): Promise<number> {
  const row = await db.selectFrom('configuration').select('version').executeTakeFirstOrThrow();
  return row.version;
}

/** Belongs in the transaction of every change of extensions and settings. */
export async function raiseConfigurationVersion(db: Database): Promise<void> {
  await db
    .updateTable('configuration')
    .set((field) => ({ version: field('version', '+', 1) }))
    .execute();
}
