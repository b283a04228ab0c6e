import { addExtension, changeExtension, extensions, removeExtension } from './queries/extensions.ts';
import {
  addCallRecords,
  callRecord,
  callRecords,
  firstSurplusCallRecord,
  removeSomeCallRecords,
  removeSomeCallRecordsUpTo,
} from './queries/call-records.ts';
import { bindings, saveBindings } from './queries/bindings.ts';
import { configurationVersion } from './queries/configuration.ts';
import type { Database } from './queries/database.ts';
import { changeGuardEntries, guardEntries } from './queries/guard-entries.ts';
import { guardHits, saveGuardHits } from './queries/guard-hits.ts';
import { itemHits, saveItemHits } from './queries/item-hits.ts';
import { limitRecords, saveLimitRecords } from './queries/limit-records.ts';
import { changeConfiguration, keptConfiguration, keptConfigurations } from './queries/kept-configurations.ts';
import { pinAttempts, savePinAttempts } from './queries/pin-attempts.ts';
import { integrityFaults } from './queries/integrity.ts';
import { addSecurityEvents, removeSomeSecurityEvents, securityEvents } from './queries/security-events.ts';
import { changeItems, items } from './queries/items.ts';
import { saveSetting, settings } from './queries/settings.ts';

/** Everything that can be asked of a database, by name. Each runs whole or leaves nothing. */
export const operations = {
  configurationVersion,
  extensions,
  addExtension,
  changeExtension,
  removeExtension,
  settings,
  saveSetting,
  items,
  changeItems,
  changeConfiguration,
  keptConfigurations,
  keptConfiguration,
  bindings,
  saveBindings,
  addCallRecords,
  callRecord,
  callRecords,
  firstSurplusCallRecord,
  removeSomeCallRecords,
  removeSomeCallRecordsUpTo,
  guardEntries,
  changeGuardEntries,
  guardHits,
  saveGuardHits,
  itemHits,
  saveItemHits,
  limitRecords,
  saveLimitRecords,
  pinAttempts,
  savePinAttempts,
  addSecurityEvents,
  securityEvents,
  removeSomeSecurityEvents,
  integrityFaults,
};

type Operations = typeof operations;
export type OperationName = keyof Operations;

type Arguments<Query> = Query extends (db: Database, ...rest: infer Rest) => unknown ? Rest : never;
export type OperationArguments<Name extends OperationName> = Arguments<Operations[Name]>;
export type OperationResult<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>;

/** One request to the thread that owns the database: plain data. */
export interface Operation<Name extends OperationName = OperationName> {
  readonly name: Name;
  readonly with: OperationArguments<Name>;
}

export function performOperation(db: Database, operation: Operation): Promise<unknown> {
  const query = operations[operation.name] as (db: Database, ...rest: readonly unknown[]) => Promise<unknown>;
  return query(db, ...operation.with);
}
