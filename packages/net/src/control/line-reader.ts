const LINE_FEED = 0x0a;

/** Cuts bytes into lines of UTF-8, and keeps no more than one line that is too long. */
export class LineReader {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @returns the lines that `chunk` completed, without their ends; `undefined` if one is longer than allowed. */
  push(chunk: Uint8Array): string[] | undefined {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      const piece = chunk.subarray(start, end < 0 ? undefined : end);
      this.#pendingBytes += piece.length;
      if (this.#pendingBytes > this.#maxBytes) return undefined;
      this.#pieces.push(piece);
      if (end < 0) return lines;
      lines.push(Buffer.concat(this.#pieces).toString('utf8'));
      this.#pieces = [];
      this.#pendingBytes = 0;
      start = end + 1;
    }
  }
}
