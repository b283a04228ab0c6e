import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_CHARACTERS = 1_000;

/** Remembers why the program stopped the last time: a note that is there while it runs, and is rewritten when it ends. */
export class LastStop {
  readonly #file: string;

  /** @param directory the data directory. */
  constructor(directory: string) {
    this.#file = join(directory, 'last-stop.txt');
  }

  /** @returns how the last run ended, in words; undefined if there was none. */
  read(): string | undefined {
    try {
      return readFileSync(this.#file, 'utf8').trim().slice(0, MOST_CHARACTERS);
    } catch {
      return undefined;
    }
  }

  /** To be called when the program runs, and only then: one that fails to start has not stopped. */
  begin(): void {
    this.#write('It ended without a word: it was killed, it crashed, or the machine went down');
  }

  /** @param reason in words. */
  end(reason: string): void {
    this.#write(reason);
  }

  /** A note that cannot be written is missed only by who asks; the program goes on. */
  #write(text: string): void {
    try {
      writeFileSync(this.#file, `${text}\n`, { mode: 0o600 });
    } catch {
      rmSync(this.#file, { force: true });
    }
  }
}
