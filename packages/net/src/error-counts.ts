const DIFFERENT_CODES = 64;

/** Socket errors by their code (`ECONNRESET` …); codes past the 64th different one are counted as `other`. */
export class ErrorCounts {
  readonly #counts = new Map<string, number>();

  add(error: unknown): void {
    this.addCode(errorCode(error));
  }

  addCode(code: string): void {
    const name = this.#counts.has(code) || this.#counts.size < DIFFERENT_CODES ? code : 'other';
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}

/** The system's or the runtime's code for what went wrong; the name of the error if it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
