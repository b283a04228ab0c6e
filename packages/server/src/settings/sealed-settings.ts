import { settingEntry } from '@ringwall/contract';
import type { Store } from '@ringwall/pbx';
import type { Sealer } from '../secrets/sealer.ts';

/** How a sealed value stands in the database: `{"sealed":"…"}`, base64. */
const SEALED = /^\{"sealed":"([A-Za-z0-9+/]+=*)"\}$/;

/**
 * The settings of the database, with those sealed that hold URLs: what is behind a host in one is often a token, and
 * whoever gets at a copy of the database is not to have it. The others can be read there, and so be looked into.
 */
export class SealedSettings {
  readonly #store: Pick<Store, 'settings' | 'saveSetting'>;
  readonly #sealer: Sealer;

  constructor(store: Pick<Store, 'settings' | 'saveSetting'>, sealer: Sealer) {
    this.#store = store;
    this.#sealer = sealer;
  }

  /** Open. One that our key did not seal, or that was sealed for another setting, is as good as none. */
  async settings(): Promise<ReadonlyMap<string, string>> {
    const open = new Map<string, string>();
    for (const [key, json] of await this.#store.settings()) {
      const plain = isSecret(key) ? this.#opened(key, json) : json;
      if (plain !== undefined) open.set(key, plain);
    }
    return open;
  }

  /** On disk when the promise is fulfilled. Rejects with a StoreError. */
  saveSetting(key: string, json: string | undefined): Promise<void> {
    return this.#store.saveSetting(key, this.asStored(key, json));
  }

  /** As it is to stand in the database. */
  asStored(key: string, json: string | undefined): string | undefined {
    return json === undefined || !isSecret(key) ? json : this.#sealed(key, json);
  }

  /** Seals what was kept in the clear before URLs were sealed. */
  async sealOld(): Promise<void> {
    for (const [key, json] of await this.#store.settings()) {
      if (!isSecret(key) || SEALED.test(json)) continue;
      await this.saveSetting(key, json); // eslint-disable-line no-await-in-loop -- there are two of them at most
    }
  }

  #sealed(key: string, json: string): string {
    const sealed = this.#sealer.seal(Buffer.from(json, 'utf8'), contextOf(key));
    return JSON.stringify({ sealed: Buffer.from(sealed).toString('base64') });
  }

  #opened(key: string, json: string): string | undefined {
    const [, sealed] = SEALED.exec(json) ?? [];
    if (sealed === undefined) return json;
    const plain = this.#sealer.open(Buffer.from(sealed, 'base64'), contextOf(key));
    return plain === undefined ? undefined : Buffer.from(plain).toString('utf8');
  }
}

function isSecret(key: string): boolean {
  return settingEntry(key)?.setting.type === 'urls';
}

function contextOf(key: string): string {
  return `setting:${key}`;
}
