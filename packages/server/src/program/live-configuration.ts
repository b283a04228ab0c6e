import type { Result } from '@ringwall/base';
import type { AdminError } from '@ringwall/contract';
import type { Snapshot } from '@ringwall/pbx';
import type { Logger } from 'pino';
import type { BuiltSnapshot } from '../extensions/build-snapshot.ts';

export interface LiveConfigurationParts {
  /** Reads what is on disk now. */
  readonly read: () => Promise<Result<BuiltSnapshot, AdminError>>;
  /** Hands it to the PBX. */
  readonly take: (snapshot: Snapshot) => void;
  readonly log: Logger;
  readonly onMistake: (error: unknown) => void;
}

/** Keeps the configuration that calls are made by the one that is on disk. */
export class LiveConfiguration {
  readonly #parts: LiveConfigurationParts;
  #warnings: readonly string[];
  /** Asked for, and not begun. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param first what the program started with. */
  constructor(parts: LiveConfigurationParts, first: BuiltSnapshot) {
    this.#parts = parts;
    this.#warnings = textsOf(first);
  }

  /** What an administrator should know of it, a sentence each. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Reads it again, one time after the other, so that an older one can never come to stand over a newer one. Many
   * changes at once share a reading that has not begun yet: a thousand new extensions are not read a thousand times.
   * If it cannot be read, that is logged and the last one stays.
   *
   * @returns fulfilled when calls are made by it. Never rejects.
   */
  rebuild(): Promise<void> {
    this.#next ??= this.#last = this.#last
      .then(() => {
        this.#next = undefined;
        return this.#rebuild();
      })
      .catch(this.#parts.onMistake);
    return this.#next;
  }

  /** Fulfilled when everything that was asked for so far is done. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #rebuild(): Promise<void> {
    const next = await this.#parts.read();
    if (next.ok) {
      this.#warnings = textsOf(next.value);
      this.#parts.take(next.value.snapshot);
    } else {
      const { code, text } = next.error;
      this.#parts.log.error(
        { event: 'configuration', code },
        `${text} The configuration from before stays in use.`,
      );
    }
  }
}

function textsOf({ warnings }: BuiltSnapshot): string[] {
  return warnings.map(({ text }) => text);
}
