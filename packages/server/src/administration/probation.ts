import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { Binding } from '@ringwall/pbx';

/** A change that is in force and not yet kept: whoever made it may have shut himself out with it. */
export interface Tentative {
  /** For the log. */
  readonly what: string;
  /** Who was registered before it: it may have put them out, and nobody sees any more whom another change would. */
  readonly phones: readonly Binding[];
  /** False: somebody changed the same meanwhile, and there is nothing left to be kept or taken back. */
  readonly stands: () => boolean;
  /** Puts it on disk. */
  readonly keep: () => Promise<Result<undefined, AdminError>>;
  readonly revert: () => void;
}

export interface ProbationParts {
  /** Runs something after so many milliseconds, or never if the program stops before. */
  readonly later: (ms: number, run: () => void) => void;
  readonly onReverted: (what: string) => void;
  /** A minute, unless a test has no time. */
  readonly ms?: number;
}

const PROBATION_MS = 60_000;
const MOST = 16;

/**
 * Changes that could shut out an administrator, or his phones, revert by themselves unless he confirms that he is still
 * there. Nothing of them is on disk before, so that a restart reverts them too.
 */
export class Probation {
  readonly #parts: ProbationParts;
  readonly #pending = new Set<Tentative>();
  /** Being written: their time may run out, and is looked at when it is known whether they were. */
  readonly #beingKept = new Map<Tentative, { isOver: boolean }>();

  constructor(parts: ProbationParts) {
    this.#parts = parts;
  }

  /** @returns the seconds within which it has to be confirmed, or why it was reverted at once. */
  begin(change: Tentative): Result<number, AdminError> {
    this.#forgetFallen();
    if (this.#pending.size >= MOST) {
      change.revert();
      return err(adminError('PROBATION_FULL', { count: MOST }));
    }
    this.#pending.add(change);
    const ms = this.#parts.ms ?? PROBATION_MS;
    this.#parts.later(ms, () => {
      const beingKept = this.#beingKept.get(change);
      if (beingKept !== undefined) beingKept.isOver = true;
      else if (this.#pending.has(change)) this.#end(change);
    });
    return ok(Math.ceil(ms / 1_000));
  }

  /** Keeps all that waits for it. @returns how many; what cannot be kept stays on probation. */
  async confirm(): Promise<Result<number, AdminError>> {
    this.#forgetFallen();
    let kept = 0;
    for (const change of [...this.#pending]) {
      if (this.#beingKept.has(change) || !change.stands()) continue; // By another who confirms, or of no use any more.
      const trial = { isOver: false };
      this.#beingKept.set(change, trial);
      const saved = await change.keep(); // eslint-disable-line no-await-in-loop -- in their order
      this.#beingKept.delete(change);
      if (!saved.ok) {
        if (trial.isOver) this.#end(change);
        return saved;
      }
      this.#pending.delete(change);
      kept++;
    }
    return kept === 0 ? err(adminError('PROBATION_NOTHING')) : ok(kept);
  }

  /** Is nothing on trial? */
  get isIdle(): boolean {
    this.#forgetFallen();
    return this.#pending.size === 0;
  }

  /** These phones, and those that were registered before something that is on trial: they come back if it does not stay. */
  withPhonesOnTrial(registered: Iterable<Binding>): readonly Binding[] {
    this.#forgetFallen();
    const all = new Map<string, Binding>();
    const remembered = [...this.#pending].flatMap(({ phones }) => phones);
    for (const binding of [...remembered, ...registered]) {
      all.set(`${binding.extension} ${binding.key}`, binding);
    }
    return [...all.values()];
  }

  #forgetFallen(): void {
    for (const change of this.#pending) if (!change.stands()) this.#pending.delete(change);
  }

  #end(change: Tentative): void {
    this.#pending.delete(change);
    if (!change.stands()) return;
    change.revert();
    this.#parts.onReverted(change.what);
  }
}
