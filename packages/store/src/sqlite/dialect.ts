import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { BoundedMap } from '@ringwall/base';
import { SqliteDialect, type SqliteStatement } from 'kysely';

/** The queries of this package make some forty different texts; migrations a few more. */
const STATEMENTS_KEPT = 200;

/** Lets Kysely speak through `node:sqlite`. A statement is prepared once for each text and kept. */
export function nodeSqliteDialect(connection: DatabaseSync): SqliteDialect {
  const prepared = new BoundedMap<string, SqliteStatement>(STATEMENTS_KEPT);
  return new SqliteDialect({
    database: {
      close: () => connection.close(),
      prepare(text) {
        const known = prepared.get(text);
        if (known !== undefined) return known;
        const statement = adapt(connection.prepare(text));
        prepared.set(text, statement);
        return statement;
      },
    },
  });
}

function adapt(statement: StatementSync): SqliteStatement {
  // Kysely takes rows from statements that have columns, `RETURNING` included, and counts from the others.
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
