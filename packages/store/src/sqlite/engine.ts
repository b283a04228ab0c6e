import type { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '@ringwall/base';
import type { StoreFault } from '../faults.ts';
import { type Operation, performOperation } from '../operations.ts';
import type { Database } from '../queries/database.ts';
import { type OpenOptions, openDatabase } from './open-database.ts';
import { endsTheConnection, faultOf } from './sqlite-faults.ts';

export type Outcome = Result<unknown, StoreFault>;

/**
 * The database with its one writer: performs batches of operations, each batch in one transaction.
 *
 * Batches are given one after the other, never two at a time.
 */
export class Engine {
  readonly #path: string;
  readonly #connection: DatabaseSync;
  readonly #db: Database;
  #brokenBy: StoreFault | undefined;

  constructor(path: string, connection: DatabaseSync, db: Database) {
    this.#path = path;
    this.#connection = connection;
    this.#db = db;
  }

  /** @throws FaultError */
  static async open(options: OpenOptions): Promise<Engine> {
    const { connection, kysely } = await openDatabase(options);
    return new Engine(options.path, connection, kysely);
  }

  /**
   * Performs a batch in order and answers when it is committed: one `fsync` for all of it.
   *
   * An operation that cannot be (an extension that exists already) is undone alone. What hits the whole
   * transaction (no space, a failing disk) undoes the batch and is the outcome of each operation in it.
   */
  async run(batch: readonly Operation[]): Promise<readonly Outcome[]> {
    const brokenBy = this.#brokenBy;
    if (brokenBy !== undefined) return batch.map(() => err(brokenBy));
    try {
      const outcomes: Outcome[] = [];
      this.#connection.exec('BEGIN');
      for (const operation of batch) outcomes.push(await this.#perform(operation));
      this.#connection.exec('COMMIT');
      return outcomes;
    } catch (error) {
      const fault = faultOf(error, this.#path);
      if (endsTheConnection(error)) this.#brokenBy = fault;
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      return batch.map(() => err(fault));
    }
  }

  close(): void {
    this.#connection.close();
  }

  async #perform(operation: Operation): Promise<Outcome> {
    this.#connection.exec('SAVEPOINT operation');
    try {
      const value = await performOperation(this.#db, operation);
      this.#connection.exec('RELEASE operation');
      return ok(value);
    } catch (error) {
      const fault = faultOf(error, this.#path);
      const hitsAll = fault.code === 'STORE_FULL' || endsTheConnection(error);
      if (hitsAll || !this.#connection.isTransaction) throw error;
      this.#connection.exec('ROLLBACK TO operation');
      this.#connection.exec('RELEASE operation');
      return err(fault);
    }
  }
}
