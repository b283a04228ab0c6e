/** How long the pieces of a file may take to come. */
const PATIENCE_MS = 60_000;
const MOST_CHARACTERS = 32 * 1_024 * 1_024;

/** A file that comes in pieces: one at a time, and what is not finished in time is thrown away. */
export class Upload {
  #id: string | undefined;
  #pieces: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @returns the whole file with its last piece, undefined before, or `too-long`. */
  take(id: string, piece: string, isLast: boolean): { readonly file: string } | 'too-long' | undefined {
    if (id !== this.#id) this.#clear();
    this.#id = id;
    this.#characters += piece.length;
    if (this.#characters > MOST_CHARACTERS) {
      this.#clear();
      return 'too-long';
    }
    this.#pieces.push(piece);
    clearTimeout(this.#timer);
    if (!isLast) {
      this.#timer = setTimeout(() => this.#clear(), PATIENCE_MS);
      this.#timer.unref(); // It keeps no command, and no program that stops, from ending.
      return undefined;
    }
    const file = this.#pieces.join('');
    this.#clear();
    return { file };
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#id = undefined;
    this.#pieces = [];
    this.#characters = 0;
  }
}
