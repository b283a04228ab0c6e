/** So many characters are written at once. */
const PIECE_LENGTH = 16 * 1024;
/** How late a line may be. */
const PATIENCE_MS = 200;

/**
 * Puts lines together and writes them in pieces: a call has half a dozen lines, and a system call for each would cost
 * more than its signalling. A line waits a fifth of a second at most; what waits is lost only if the process is killed.
 */
export class Pieces {
  readonly #write: (piece: string) => void;
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (piece: string) => void) {
    this.#write = write;
  }

  write(line: string): void {
    this.#waiting += line;
    if (this.#waiting.length >= PIECE_LENGTH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), PATIENCE_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const piece = this.#waiting;
    this.#waiting = '';
    if (piece !== '') this.#write(piece);
  }
}
