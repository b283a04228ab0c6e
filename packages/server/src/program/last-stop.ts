import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Remembers why the program stopped the last time: a note that is there while it runs, and is rewritten when it ends. */
export class LastStop {
  readonly #file: string;

  /** @param directory the data directory. */
  constructor(directory: string) {
    this.#file = join(directory, 'last-stop.txt');
  }

  /** @returns how the last run ended, in words; undefined if there was none. */
  begin(): string | undefined {
    const before = this.#read();
    this.#write('It ended without a word: it was killed, it crashed, or the machine went down');
    return before;
  }

  end(reason: string): void {
    this.#write(reason);
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#file, 'utf8').trim().slice(0, 1_000);
    } catch {
      return undefined;
    }
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
