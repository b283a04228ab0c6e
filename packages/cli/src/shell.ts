import { err, ok, type Result } from '@ringwall/base';
import {
  adminError,
  type AskedAs,
  type ControlName,
  EXIT_CODES,
  exitCodeOf,
  REQUESTS,
  type RequestOf,
  type ResponseOf,
} from '@ringwall/contract';
import { addedBy } from './added-by.ts';
import { json } from './output/json.ts';
import { plain } from './output/plain-text.ts';
import { type Style, styleFor } from './output/style.ts';
import { type Column, pairs, table } from './output/table.ts';
import type { GlobalOptions, Refusal, Session, Surroundings } from './surroundings.ts';

type Asked = Exclude<ControlName, 'calls.follow'>;

/** What the commands are written with: asking, and showing what came back. */
export class Shell {
  readonly surroundings: Surroundings;
  readonly options: GlobalOptions;
  readonly style: Style;
  readonly #words: string | undefined;
  #session: Session | undefined;

  /** @param words the command, without what it was given: `outbound set`. */
  constructor(surroundings: Surroundings, options: GlobalOptions, words?: string) {
    this.surroundings = surroundings;
    this.options = options;
    this.#words = words;
    this.style = styleFor(surroundings.out.isTty, surroundings.env);
  }

  get asJson(): boolean {
    return this.options.json === true;
  }

  /**
   * Puts a request to the running program or, where the request can do without one, to the data directory. Several
   * requests of one command go to the same of the two.
   */
  async ask<Name extends Asked>(
    name: Name,
    request: RequestOf<Name>,
  ): Promise<Result<ResponseOf<Name>, Refusal>> {
    const session = await this.#open(name);
    if (!session.ok) return session;
    const answer = await session.value.handle(name, request, this.#as());
    return answer.ok ? answer : err([answer.error]);
  }

  #as(): AskedAs {
    return {
      ...(this.#words === undefined ? {} : { words: this.#words }),
      ...addedBy(this),
      ...(this.options.force === true ? { force: true } : {}),
    };
  }

  /** The session of this command with the running program. */
  async running(): Promise<Result<Session, Refusal>> {
    return this.#open('calls.follow');
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  async #open(name: ControlName): Promise<Result<Session, Refusal>> {
    if (this.#session !== undefined) return ok(this.#session);
    const { connector } = this.surroundings;
    let session = await connector.running(this.options);
    if (isStopped(session) && REQUESTS[name].offline) {
      const create = name === 'extension.add' || name === 'setting.set';
      session = await connector.stopped(this.options, create);
    }
    if (session.ok) this.#session = session.value;
    return session;
  }

  /** Writes to standard output. What may come from the network must have gone through {@link plain}. */
  print(text: string): void {
    this.surroundings.out.write(text);
  }

  /** Waits until what was printed has gone on its way, so that a long answer does not pile up in memory. */
  async written(): Promise<void> {
    await this.surroundings.out.written?.();
  }

  /** An answer, as JSON if that was asked for, otherwise as `show` writes it. */
  show(value: unknown, write: () => void): void {
    if (this.asJson) this.print(`${json(value)}\n`);
    else write();
  }

  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
    this.print(table(rows, columns, { columns: this.surroundings.out.columns, style: this.style }));
  }

  pairs(rows: readonly (readonly [label: string, value: string])[]): void {
    this.print(pairs(rows, this.style));
  }

  /** A remark for a person, which is no part of the answer: on standard error, and not at all with `--json`. */
  remark(text: string): void {
    if (!this.asJson) this.surroundings.err.write(`${plain(text)}\n`);
  }
}

/** Did it fail for no other reason than that the program is not running? */
export function isStopped(session: Result<Session, Refusal>): boolean {
  return !session.ok && session.error[0]?.code === 'NOT_RUNNING';
}

/** Tells errors on standard error, as sentences or with `--json` as JSON, and gives the exit code of the first. */
export function tellErrors(surroundings: Surroundings, asJson: boolean, errors: Refusal): number {
  const { err: stderr, env } = surroundings;
  const style = styleFor(stderr.isTty, env);
  const told = errors.length > 0 ? errors : [adminError('INTERNAL', { detail: 'an error without a name' })];
  if (asJson) {
    const [first] = told;
    stderr.write(`${json({ error: first, ...(told.length > 1 ? { errors: told } : {}) })}\n`);
  } else {
    for (const error of told)
      stderr.write(`${style.bad('ringwall:')} ${plain(error.text)} (${error.code})\n`);
  }
  return told[0] === undefined ? EXIT_CODES.mistake.code : exitCodeOf(told[0]);
}

/** Fetches pages until there are `limit` rows or no more. */
export async function allPages<Row>(
  limit: number,
  pageRows: number,
  fetch: (
    limit: number,
    skip: number,
  ) => Promise<Result<{ rows: readonly Row[]; matching: number }, Refusal>>,
): Promise<Result<{ rows: readonly Row[]; matching: number }, Refusal>> {
  const rows: Row[] = [];
  for (;;) {
    const page = await fetch(Math.min(pageRows, limit - rows.length), rows.length);
    if (!page.ok) return err(page.error);
    rows.push(...page.value.rows);
    const done = rows.length >= limit || rows.length >= page.value.matching || page.value.rows.length === 0;
    if (done) return ok({ rows, matching: page.value.matching });
  }
}
