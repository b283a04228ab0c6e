import type { PinAttempts } from '@ringwall/policy';
import type { Database } from './database.ts';

export async function pinAttempts(db: Database): Promise<readonly PinAttempts[]> {
  const rows = await db.selectFrom('pin_attempts').selectAll().execute();
  return rows.map(({ of, wrong, last_at }) => ({ of, wrong, lastAt: last_at }));
}

export async function savePinAttempts(db: Database, records: readonly PinAttempts[]): Promise<void> {
  for (const { of, wrong, lastAt } of records) {
    if (wrong === 0) {
      await db.deleteFrom('pin_attempts').where('of', '=', of).execute();
      continue;
    }
    await db
      .insertInto('pin_attempts')
      .values({ of, wrong, last_at: lastAt })
      .onConflict((conflict) => conflict.column('of').doUpdateSet({ wrong, last_at: lastAt }))
      .execute();
  }
}
