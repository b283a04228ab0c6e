import type { WallMs } from '@ringwall/base';
import type { Binding, ExtensionNumber } from '@ringwall/pbx';
import type { Insertable, Selectable } from 'kysely';
import type { BindingTable } from '../schema/tables.ts';
import { type Database, flag } from './database.ts';
import { extensionIsThere } from './extensions.ts';

/** Those that end after `now`: by extension, then in the order they were saved in. */
export async function bindings(db: Database, now: WallMs): Promise<readonly Binding[]> {
  const rows = await db
    .selectFrom('binding')
    .selectAll()
    .where('expires_at', '>', now)
    .orderBy((field) => field.fn('length', ['extension']))
    .orderBy('extension')
    .orderBy('sequence')
    .execute();
  return rows.map(bindingOf);
}

/**
 * Replaces all bindings of each extension named, all or nothing. An extension that was removed meanwhile is passed
 * over: a phone that registers in that instant must not cost the others their bindings.
 */
export async function saveBindings(
  db: Database,
  changes: ReadonlyMap<ExtensionNumber, readonly Binding[]>,
): Promise<void> {
  for (const [extension, replacements] of changes) {
    await db.deleteFrom('binding').where('extension', '=', extension).execute();
    if (replacements.length === 0 || !(await extensionIsThere(db, extension))) continue;
    for (const binding of replacements) {
      await db.insertInto('binding').values(rowOf(extension, binding)).execute();
    }
  }
}

function rowOf(extension: ExtensionNumber, binding: Binding): Insertable<BindingTable> {
  return {
    extension,
    key: binding.key,
    contact: binding.contact,
    instance_id: binding.instanceId ?? null,
    reg_id: binding.regId ?? null,
    transport: binding.flow.transport,
    local_address: binding.flow.local.address,
    local_port: binding.flow.local.port,
    remote_address: binding.flow.remote.address,
    remote_port: binding.flow.remote.port,
    connection: binding.flow.connection,
    path: JSON.stringify(binding.path),
    call_id: binding.callId,
    cseq: binding.cseq,
    user_agent: binding.userAgent,
    registered_at: binding.registeredAt,
    expires_at: binding.expiresAt,
    behind_nat: flag(binding.behindNat),
  };
}

function bindingOf(row: Selectable<BindingTable>): Binding {
  return {
    extension: row.extension as ExtensionNumber,
    contact: row.contact,
    key: row.key,
    instanceId: row.instance_id ?? undefined,
    regId: row.reg_id ?? undefined,
    flow: {
      transport: row.transport as Binding['flow']['transport'],
      local: { address: row.local_address, port: row.local_port },
      remote: { address: row.remote_address, port: row.remote_port },
      connection: row.connection,
    },
    path: JSON.parse(row.path) as string[],
    callId: row.call_id,
    cseq: row.cseq,
    userAgent: row.user_agent,
    registeredAt: row.registered_at as WallMs,
    expiresAt: row.expires_at as WallMs,
    behindNat: row.behind_nat === 1,
  };
}
