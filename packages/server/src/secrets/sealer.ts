import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { assert, type Random } from '@ringwall/base';

/** First byte of what is sealed, so that another way of sealing can come and old secrets still open. */
const VERSION = 1;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts secrets before they are stored, and opens them again: AES-256-GCM (NIST SP 800-38D) with a key that the
 * database does not have.
 *
 * What is sealed for one context opens in no other: a row copied over another in the database does not give one
 * extension the password of the other. Nonces are random, which is sound up to 2^32 seals with one key: a
 * password a second for a century.
 */
export class Sealer {
  readonly #key: KeyObject;
  readonly #random: Random;

  /** @param key 32 bytes. */
  constructor(key: KeyObject, random: Random) {
    assert(key.symmetricKeySize === 32, 'a sealing key has 32 bytes');
    this.#key = key;
    this.#random = random;
  }

  /**
   * @param context what the secret is and whose, such as `extension:101:ha1`; not secret, not stored.
   * @returns version (1 byte), nonce (12), ciphertext (as long as `plain`), tag (16).
   */
  seal(plain: Uint8Array, context: string): Uint8Array {
    const nonce = this.#random.bytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(context));
    const ciphertext = cipher.update(plain);
    cipher.final();
    return Uint8Array.from(Buffer.concat([Uint8Array.of(VERSION), nonce, ciphertext, cipher.getAuthTag()]));
  }

  /** @returns `undefined` for anything but what {@link seal} made with this key for this context. */
  open(sealed: Uint8Array, context: string): Uint8Array | undefined {
    if (sealed.length < OVERHEAD_BYTES || sealed[0] !== VERSION) return undefined;
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(context));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      // The one way that GCM has to say that the tag does not fit.
      return undefined;
    }
    return Uint8Array.from(plain);
  }
}

function associatedData(context: string): Uint8Array {
  return Buffer.from(`ringwall seal ${VERSION} ${context}`, 'utf8');
}
