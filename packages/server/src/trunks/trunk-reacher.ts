import { err, ok, type Result } from '@ringwall/base';
import type { Flow } from '@ringwall/net';
import type { Trunk, TrunkName } from '@ringwall/pbx';

/** Where a provider was found. */
export interface Found {
  readonly flow: Flow;
  /** All addresses that its name resolves to. */
  readonly addresses: readonly string[];
  /** How long the DNS says that this holds. */
  readonly ttlSeconds: number;
}

export interface TrunkReacherParts {
  /** Resolves the trunk's host, and connects where that is needed. Never rejects. @returns in words why not. */
  readonly find: (
    trunk: Trunk,
    avoid: Flow | undefined,
    keep: Flow | undefined,
  ) => Promise<Result<Found, string>>;
  readonly onReached: (name: TrunkName, found: Found) => void;
  readonly onUnreachable: (name: TrunkName, text: string) => void;
}

/** Finds the providers of trunks, one search a trunk: a later wish for the same trunk takes the place of the earlier. */
export class TrunkReacher {
  readonly #parts: TrunkReacherParts;
  readonly #newest = new Map<TrunkName, symbol>();

  constructor(parts: TrunkReacherParts) {
    this.#parts = parts;
  }

  reach(trunk: Trunk, avoid: Flow | undefined, keep?: Flow): void {
    const search = Symbol(trunk.name);
    this.#newest.set(trunk.name, search);
    void this.#find(trunk, avoid, keep).then((found) => {
      if (this.#newest.get(trunk.name) !== search) return;
      this.#newest.delete(trunk.name);
      if (found.ok) this.#parts.onReached(trunk.name, found.value);
      else this.#parts.onUnreachable(trunk.name, found.error);
    });
  }

  async #find(trunk: Trunk, avoid: Flow | undefined, keep: Flow | undefined): Promise<Result<Found, string>> {
    try {
      const found = await this.#parts.find(trunk, avoid, keep);
      return found.ok ? ok(found.value) : err(found.error);
    } catch (error) {
      return err(error instanceof Error ? error.message : String(error));
    }
  }
}
