import type { WallMs } from '@ringwall/base';
import type { ConfigurationChange, KeptConfiguration } from '@ringwall/pbx';
import { configurationChanged, FaultError } from '../faults.ts';
import { configurationVersion } from './configuration.ts';
import type { Database } from './database.ts';
import { addExtension, changeExtension, removeExtension } from './extensions.ts';
import { changeGuardEntries } from './guard-entries.ts';
import { changeItems } from './items.ts';
import { saveSetting } from './settings.ts';

/** @param most so many configurations of before are kept. */
export async function changeConfiguration(
  db: Database,
  change: ConfigurationChange,
  most: number,
): Promise<number> {
  const before = await configurationVersion(db);
  if (before !== change.expectedVersion) throw new FaultError(configurationChanged());
  const { remove, change: changed, add } = change.extensions;
  // One after the other: what fails undoes those before it with it.
  for (const [key, json] of change.settings) await saveSetting(db, key, json);
  for (const number of remove) await removeExtension(db, number);
  for (const [number, changes] of changed) await changeExtension(db, number, changes);
  for (const extension of add) await addExtension(db, extension);
  await changeItems(db, change.items);
  await changeGuardEntries(db, change.guardEntries);
  const version = before + 1; // One change, however many parts it has.
  await db.updateTable('configuration').set({ version }).execute();
  if (change.before !== undefined) await keep(db, { version: before, ...change.before }, most);
  return version;
}

async function keep(db: Database, kept: KeptConfiguration, most: number): Promise<void> {
  await db
    .insertInto('kept_configuration')
    .values({
      version: kept.version,
      replaced_at: kept.replacedAt,
      replaced_by: kept.replacedBy,
      text: kept.text,
    })
    .execute();
  const { last } = (await db
    .selectFrom('kept_configuration')
    .select('version as last')
    .orderBy('version', 'desc')
    .offset(most - 1)
    .limit(1)
    .executeTakeFirst()) ?? { last: 0 };
  await db.deleteFrom('kept_configuration').where('version', '<', last).execute();
}

/** Newest first. */
export async function keptConfigurations(db: Database): Promise<readonly Omit<KeptConfiguration, 'text'>[]> {
  const rows = await db
    .selectFrom('kept_configuration')
    .select(['version', 'replaced_at', 'replaced_by'])
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({
    version: row.version,
    replacedAt: row.replaced_at as WallMs,
    replacedBy: row.replaced_by,
  }));
}

export async function keptConfiguration(
  db: Database,
  version: number,
): Promise<KeptConfiguration | undefined> {
  const row = await db
    .selectFrom('kept_configuration')
    .selectAll()
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { replaced_at, replaced_by, text } = row;
  return { version, replacedAt: replaced_at as WallMs, replacedBy: replaced_by, text };
}
