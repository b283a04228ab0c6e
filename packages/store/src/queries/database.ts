import type { Kysely } from 'kysely';
import type { Flag, Tables } from '../schema/tables.ts';

/** What a query is given: the database inside the transaction of its batch. */
export type Database = Kysely<Tables>;

export function flag(value: boolean): Flag {
  return value ? 1 : 0;
}
