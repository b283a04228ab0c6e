import type { Random } from '@ringwall/base';
import type { ExtensionNumber } from '@ringwall/pbx';
import { newPin } from '../secrets/new-secrets.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { hashPin } from './pin-hash.ts';

/** Makes PINs, and what is stored of them. */
export class PinSecrets {
  readonly #sealer: Sealer;
  readonly #random: Random;
  /** What was opened, so that a snapshot of ten thousand does not open them all again. */
  readonly #opened = new Map<ExtensionNumber, { readonly sealed: Uint8Array; readonly hash: string }>();

  constructor(sealer: Sealer, random: Random) {
    this.#sealer = sealer;
    this.#random = random;
  }

  /** A new PIN, to be shown once, and what is stored in its place. */
  async issue(
    number: ExtensionNumber,
    digits?: number,
  ): Promise<{ readonly pin: string; readonly sealedPin: Uint8Array }> {
    const pin = newPin(this.#random, number, digits);
    const hash = await hashPin(pin, this.#random);
    return { pin, sealedPin: this.#sealer.seal(Buffer.from(hash, 'utf8'), contextOf(number)) };
  }

  /** @returns the hash, or undefined if our key did not seal this, or sealed it for another extension. */
  open(number: ExtensionNumber, sealed: Uint8Array): string | undefined {
    const known = this.#opened.get(number);
    if (known !== undefined && Buffer.compare(known.sealed, sealed) === 0) return known.hash;
    const plain = this.#sealer.open(sealed, contextOf(number));
    if (plain === undefined) return undefined;
    const hash = Buffer.from(plain).toString('utf8');
    this.#opened.set(number, { sealed, hash });
    return hash;
  }

  /** Forgets what was opened of extensions that are no more. */
  keepOnly(numbers: ReadonlyMap<ExtensionNumber, unknown>): void {
    for (const number of this.#opened.keys()) if (!numbers.has(number)) this.#opened.delete(number);
  }
}

function contextOf(number: ExtensionNumber): string {
  return `extension:${number}:pin`;
}
