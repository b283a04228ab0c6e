import type { LimitRecord } from '@ringwall/policy';
import type { Database } from './database.ts';

export async function limitRecords(db: Database): Promise<readonly LimitRecord[]> {
  const rows = await db.selectFrom('limit_record').select('json').execute();
  return rows.map(({ json }) => JSON.parse(json) as LimitRecord);
}

export async function saveLimitRecords(db: Database, records: readonly LimitRecord[]): Promise<void> {
  for (const record of records) {
    const json = JSON.stringify(record);
    await db
      .insertInto('limit_record')
      .values({ of: record.of, json })
      .onConflict((conflict) => conflict.column('of').doUpdateSet({ json }))
      .execute();
  }
}
