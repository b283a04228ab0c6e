import { assert, networkText, parseCidr, type WallMs } from '@ringwall/base';
import type { GuardEntryChange } from '@ringwall/pbx';
import type { EvidenceRecord, ListEntry } from '@ringwall/policy';
import type { Insertable, Selectable } from 'kysely';
import type { GuardEntryTable } from '../schema/tables.ts';
import type { Database } from './database.ts';

/** SQLite takes only so many values in one query. */
const NETWORKS_AT_ONCE = 500;

export async function guardEntries(
  db: Database,
  origin?: 'manual',
  networks?: readonly string[],
): Promise<readonly ListEntry[]> {
  const all = db.selectFrom('guard_entry').selectAll();
  const wanted = origin === undefined ? all : all.where('origin', '=', origin);
  if (networks === undefined) return (await wanted.execute()).map(entryOf);
  const found: ListEntry[] = [];
  for (let at = 0; at < networks.length; at += NETWORKS_AT_ONCE) {
    const some = networks.slice(at, at + NETWORKS_AT_ONCE);
    found.push(...(await wanted.where('network', 'in', some).execute()).map(entryOf));
  }
  return found;
}

export async function changeGuardEntries(db: Database, changes: readonly GuardEntryChange[]): Promise<void> {
  for (const change of changes) {
    if (change.do === 'save-entry') {
      await db.replaceInto('guard_entry').values(rowOf(change.entry)).execute();
    } else {
      await db
        .deleteFrom('guard_entry')
        .where('network', '=', networkText(change.network))
        .where('action', '=', change.action)
        .execute();
    }
  }
}

function rowOf(entry: ListEntry): Insertable<GuardEntryTable> {
  return {
    network: networkText(entry.network),
    action: entry.action,
    description: entry.description,
    origin: entry.origin,
    added_by: entry.addedBy,
    added_at: entry.addedAt,
    expires_at: entry.expiresAt ?? null,
    times: entry.times,
    evidence: JSON.stringify(entry.evidence),
  };
}

function entryOf(row: Selectable<GuardEntryTable>): ListEntry {
  const network = parseCidr(row.network);
  assert(network.ok, `the network ${row.network} was stored`);
  return {
    network: network.value,
    action: row.action as ListEntry['action'],
    description: row.description,
    origin: row.origin as ListEntry['origin'],
    addedBy: row.added_by,
    addedAt: row.added_at as WallMs,
    expiresAt: (row.expires_at ?? undefined) as WallMs | undefined,
    times: row.times,
    evidence: JSON.parse(row.evidence) as EvidenceRecord[],
  };
}
