import { assert } from '@ringwall/base';
import type { Extension, ExtensionNumber } from '@ringwall/pbx';
import type { Sealer } from '../secrets/sealer.ts';

/** What stands for an extension's password, and the realm that it was made for. */
export interface ExtensionSecret {
  readonly ha1: Extension['ha1'];
  readonly realm: string;
}

const MD5_BYTES = 16;
const SHA256_BYTES = 32;

interface Opened {
  /** Its bytes as Latin-1: ten thousand arrays of bytes would need three times as much. */
  readonly sealed: string;
  readonly secret: ExtensionSecret;
}

/**
 * Seals the secrets of extensions for the database and opens them again.
 *
 * What was opened is kept, for as many extensions as there are: of ten thousand, a change touches one, and the next
 * snapshot should not cost ten thousand decryptions on the signalling thread.
 */
export class ExtensionSecrets {
  readonly #sealer: Sealer;
  readonly #opened = new Map<ExtensionNumber, Opened>();

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  seal(number: ExtensionNumber, secret: ExtensionSecret): Uint8Array {
    const md5 = Buffer.from(secret.ha1.md5, 'hex');
    const sha256 = Buffer.from(secret.ha1.sha256, 'hex');
    assert(md5.length === MD5_BYTES && sha256.length === SHA256_BYTES, 'an HA1 of another length');
    return this.#sealer.seal(
      Buffer.concat([md5, sha256, Buffer.from(secret.realm, 'utf8')]),
      contextOf(number),
    );
  }

  /** @returns `undefined` if our key did not seal this, or sealed it for another extension. */
  open(number: ExtensionNumber, sealed: Uint8Array): ExtensionSecret | undefined {
    const known = this.#opened.get(number);
    const text = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length).toString('latin1');
    if (known?.sealed === text) return known.secret;
    const plain = this.#sealer.open(sealed, contextOf(number));
    if (plain === undefined) return undefined;
    const bytes = Buffer.from(plain.buffer, plain.byteOffset, plain.length);
    const secret: ExtensionSecret = {
      ha1: {
        md5: bytes.toString('hex', 0, MD5_BYTES),
        sha256: bytes.toString('hex', MD5_BYTES, MD5_BYTES + SHA256_BYTES),
      },
      realm: bytes.toString('utf8', MD5_BYTES + SHA256_BYTES),
    };
    this.#opened.set(number, { sealed: text, secret });
    return secret;
  }

  /** Forgets what was opened of extensions that are no more. */
  keepOnly(numbers: ReadonlyMap<ExtensionNumber, unknown>): void {
    for (const number of this.#opened.keys()) {
      if (!numbers.has(number)) this.#opened.delete(number);
    }
  }
}

function contextOf(number: ExtensionNumber): string {
  return `extension:${number}:ha1`;
}
