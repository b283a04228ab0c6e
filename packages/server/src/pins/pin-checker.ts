import type { Effect, ExtensionNumber } from '@ringwall/pbx';
import type { PinAttempts } from '@ringwall/policy';
import { isPin } from './pin-hash.ts';

type Verdict = 'right' | 'wrong' | 'unchecked';
type Wanted = Omit<Extract<Effect, { readonly do: 'check-pin' }>, 'do'>;

export interface PinCheckerParts {
  /** What stands for the PIN of the extension; undefined: it has none. */
  readonly hashOf: (extension: ExtensionNumber) => string | undefined;
  /** Keeps how often it was tried; fulfilled when that is on disk. */
  readonly save: (record: PinAttempts) => Promise<void>;
  readonly onSaveFailed: (error: unknown) => void;
  readonly onChecked: (wanted: Wanted, verdict: Verdict) => void;
  readonly onMistake: (error: unknown) => void;
}

/** PINs that wait to be compared. Each takes a tenth of a second, and the caller hears nothing meanwhile. */
const MOST_WAITING = 50;

/**
 * Compares PINs, one after the other, off the signalling thread. That a try was made is on disk before its outcome is
 * known to anybody.
 */
export class PinChecker {
  readonly #parts: PinCheckerParts;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: PinCheckerParts) {
    this.#parts = parts;
  }

  check(wanted: Wanted): void {
    if (this.#waiting >= MOST_WAITING) {
      // Told later: whoever asked for it is still at it.
      queueMicrotask(() => this.#parts.onChecked(wanted, 'unchecked'));
      return;
    }
    this.#waiting++;
    this.#last = this.#last.then(() => this.#check(wanted)).catch(this.#parts.onMistake);
  }

  save(record: PinAttempts): void {
    const saved = this.#parts.save(record).catch(this.#parts.onSaveFailed);
    this.#last = this.#last.then(() => saved);
  }

  /** Fulfilled when nothing waits any more. */
  settle(): Promise<void> {
    return this.#last;
  }

  async #check(wanted: Wanted): Promise<void> {
    this.#waiting--;
    this.#parts.onChecked(wanted, await this.#verdict(wanted));
  }

  async #verdict({ extension, pin }: Wanted): Promise<Verdict> {
    const hash = this.#parts.hashOf(extension);
    if (hash === undefined) return 'unchecked';
    if (!/^\d{4,10}$/.test(pin)) return 'wrong';
    try {
      const isRight = await isPin(pin, hash);
      // It was given a new one meanwhile: the old one opens nothing any more.
      if (this.#parts.hashOf(extension) !== hash) return 'unchecked';
      return isRight ? 'right' : 'wrong';
    } catch (error) {
      this.#parts.onMistake(error);
      return 'unchecked';
    }
  }
}
