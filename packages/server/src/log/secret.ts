import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A text that must not be seen: a password on its way to the one who asked for it, a key on its way to a cipher.
 *
 * It prints as `[secret]` wherever text is made of it, and refuses to become JSON, since what is JSON is on its way
 * to a file or a client. Only {@link Secret.reveal} gives it, which is easily searched for.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): never {
    throw new TypeError('Ringwall is wrong: a secret was about to become JSON');
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
