import type { Sealer } from '../secrets/sealer.ts';

/** Seals the passwords of trunks: unlike those of extensions they are ours to give, so they must be had again. */
export class TrunkSecrets {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  seal(name: string, password: string): Uint8Array {
    return this.#sealer.seal(Buffer.from(password, 'utf8'), contextOf(name));
  }

  /** @returns `undefined` if our key did not seal this, or sealed it for another trunk. */
  open(name: string, sealed: Uint8Array): string | undefined {
    const plain = this.#sealer.open(sealed, contextOf(name));
    return plain === undefined ? undefined : Buffer.from(plain).toString('utf8');
  }
}

function contextOf(name: string): string {
  return `trunk:${name}:password`;
}
