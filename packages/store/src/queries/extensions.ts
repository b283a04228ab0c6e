import type { WallMs } from '@ringwall/base';
import type { CallingRights, ExtensionNumber, StoredExtension } from '@ringwall/pbx';
import type { Selectable } from 'kysely';
import { authIdExists, extensionExists, extensionUnknown, FaultError } from '../faults.ts';
import type { ExtensionTable } from '../schema/tables.ts';
import { raiseConfigurationVersion } from './configuration.ts';
import { type Database, flag } from './database.ts';

/** Those of a `StoredExtension` that may be changed, each there or not. */
export type ExtensionChanges = Partial<Omit<StoredExtension, 'number'>>;

/** As it was written: rights that came into being since are not in it. */
export type WrittenExtension = Omit<StoredExtension, 'calling'> & {
  readonly calling: Partial<CallingRights>;
};

/** In the order of their numbers: shorter ones first. */
export async function extensions(
  db: Database,
  numbers?: readonly ExtensionNumber[],
): Promise<readonly WrittenExtension[]> {
  const all = db.selectFrom('extension').selectAll();
  const rows = await (numbers === undefined ? all : all.where('number', 'in', numbers))
    .orderBy((field) => field.fn('length', ['number']))
    .orderBy('number')
    .execute();
  // Most of ten thousand have the same rights: these are read, carried to the other thread, and kept once.
  const read = new Map<string, Partial<CallingRights>>();
  return rows.map((row) => {
    const calling = read.get(row.calling) ?? callingOf(row);
    read.set(row.calling, calling);
    return extensionOf(row, calling);
  });
}

export async function addExtension(db: Database, extension: StoredExtension): Promise<void> {
  if (await extensionIsThere(db, extension.number)) throw new FaultError(extensionExists(extension.number));
  if (await authIdIsTaken(db, extension.authId)) throw new FaultError(authIdExists());
  await db
    .insertInto('extension')
    .values({ number: extension.number, ...rowOf(extension) })
    .execute();
  await raiseConfigurationVersion(db);
}

export async function changeExtension(
  db: Database,
  number: ExtensionNumber,
  changes: ExtensionChanges,
): Promise<void> {
  const row = await db.selectFrom('extension').selectAll().where('number', '=', number).executeTakeFirst();
  if (row === undefined) throw new FaultError(extensionUnknown(number));
  const changed = { ...extensionOf(row), ...changes };
  if (changed.authId !== row.auth_id && (await authIdIsTaken(db, changed.authId))) {
    throw new FaultError(authIdExists());
  }
  await db.updateTable('extension').set(rowOf(changed)).where('number', '=', number).execute();
  // Whoever registered with the old secret has to show the new one.
  if (changes.sealedHa1 !== undefined)
    await db.deleteFrom('binding').where('extension', '=', number).execute();
  await raiseConfigurationVersion(db);
}

/** Its bindings go with it (the table says ON DELETE CASCADE). */
export async function removeExtension(db: Database, number: ExtensionNumber): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('extension')
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) throw new FaultError(extensionUnknown(number));
  await raiseConfigurationVersion(db);
}

export async function extensionIsThere(db: Database, number: ExtensionNumber): Promise<boolean> {
  const row = await db
    .selectFrom('extension')
    .select('number')
    .where('number', '=', number)
    .executeTakeFirst();
  return row !== undefined;
}

async function authIdIsTaken(db: Database, authId: string): Promise<boolean> {
  const row = await db
    .selectFrom('extension')
    .select('number')
    .where('auth_id', '=', authId)
    .executeTakeFirst();
  return row !== undefined;
}

function rowOf(extension: WrittenExtension): Omit<ExtensionTable, 'number'> {
  return {
    name: extension.name,
    auth_id: extension.authId,
    sealed_ha1: extension.sealedHa1,
    enabled: flag(extension.enabled),
    lan_only: flag(extension.lanOnly),
    secure_transport_only: flag(extension.secureTransportOnly),
    rtp_mode: extension.rtpMode ?? null,
    calling: JSON.stringify(extension.calling),
    created_at: extension.createdAt,
    sealed_pin: extension.sealedPin ?? null,
  };
}

function callingOf({ calling }: Selectable<ExtensionTable>): Partial<CallingRights> {
  return JSON.parse(calling) as Partial<CallingRights>;
}

function extensionOf(row: Selectable<ExtensionTable>, calling = callingOf(row)): WrittenExtension {
  return {
    number: row.number as ExtensionNumber,
    name: row.name,
    authId: row.auth_id,
    sealedHa1: row.sealed_ha1,
    enabled: row.enabled === 1,
    lanOnly: row.lan_only === 1,
    secureTransportOnly: row.secure_transport_only === 1,
    rtpMode: (row.rtp_mode ?? undefined) as StoredExtension['rtpMode'],
    calling,
    createdAt: row.created_at as WallMs,
    ...(row.sealed_pin === null ? {} : { sealedPin: row.sealed_pin }),
  };
}
