import { type Random, randomHex } from '@ringwall/base';
import type { Store } from '@ringwall/pbx';
import type { Sealer } from './sealer.ts';

/** Secrets of the program's own that it must be able to give, unlike those of extensions. */
export type SecretName = 'smtp-password' | 'webhook-key';

/** What an item of this kind is called in the store. */
const SECRET_ITEM = 'secret' as const;

const ISSUED_BYTES = 32;

/** Keeps secrets in the store, sealed, and in memory, open. */
export class KeptSecrets {
  readonly #store: Pick<Store, 'items' | 'changeItems'>;
  readonly #sealer: Sealer;
  readonly #random: Random;
  readonly #open = new Map<string, string>();

  constructor(store: Pick<Store, 'items' | 'changeItems'>, sealer: Sealer, random: Random) {
    this.#store = store;
    this.#random = random;
    this.#sealer = sealer;
  }

  /** Reads what is stored. One that our key did not seal is as good as none. Rejects with a StoreError. */
  async load(): Promise<void> {
    for (const { kind, name, sealed } of await this.#store.items()) {
      if (kind !== SECRET_ITEM || sealed === undefined) continue;
      const plain = this.#sealer.open(sealed, contextOf(name));
      if (plain !== undefined) this.#open.set(name, Buffer.from(plain).toString('utf8'));
    }
  }

  get(name: SecretName): string | undefined {
    return this.#open.get(name);
  }

  /** Draws a new one, keeps it and gives it out. Rejects with a StoreError. */
  async issue(name: SecretName): Promise<string> {
    const secret = randomHex(this.#random, ISSUED_BYTES);
    await this.set(name, secret);
    return secret;
  }

  /** On disk when the promise is fulfilled. Rejects with a StoreError. */
  async set(name: SecretName, secret: string): Promise<void> {
    const sealed = this.#sealer.seal(Buffer.from(secret, 'utf8'), contextOf(name));
    await this.#store.changeItems([{ do: 'save-item', kind: SECRET_ITEM, name, json: '{}', sealed }]);
    this.#open.set(name, secret);
  }
}

function contextOf(name: string): string {
  return `secret:${name}`;
}
