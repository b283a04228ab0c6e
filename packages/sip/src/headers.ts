/**
 * Header fields in order, by canonical name.
 *
 * Names are canonical lower case in their long form (`call-id`, never `Call-ID` or `i`): the parser translates
 * once, on the way in, so no later code can be fooled by a spelling. Values are text without the folding and
 * without outer spaces; a field that may be a list (Via, Contact, Route …) keeps one entry for each list
 * element, whichever way it was written.
 */
export class Headers {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  get size(): number {
    return this.#names.length;
  }

  /** Name of the field at `index`, 0 to `size` - 1; with {@link valueAt} the way through without an iterator. */
  nameAt(index: number): string {
    return this.#names[index] as string;
  }

  valueAt(index: number): string {
    return this.#values[index] as string;
  }

  /** The first value, or `undefined`. */
  get(name: string): string | undefined {
    const index = this.#names.indexOf(name);
    return index < 0 ? undefined : this.#values[index];
  }

  /** All values, in order. */
  all(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.#names.length; i++) {
      if (this.#names[i] === name) values.push(this.#values[i] as string);
    }
    return values;
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Adds behind the others; gives itself back so that a message can be written in one expression. */
  append(name: string, value: string): this {
    this.#names.push(name);
    this.#values.push(value);
    return this;
  }

  /** Adds all fields of `others` behind these. */
  appendAll(others: Headers): this {
    for (let i = 0; i < others.size; i++) this.append(others.nameAt(i), others.valueAt(i));
    return this;
  }

  /** Replaces every field of that name by this one. */
  set(name: string, value: string): this {
    this.delete(name);
    return this.append(name, value);
  }

  delete(name: string): void {
    for (let i = this.#names.length - 1; i >= 0; i--) {
      if (this.#names[i] !== name) continue;
      this.#names.splice(i, 1);
      this.#values.splice(i, 1);
    }
  }

  *[Symbol.iterator](): Generator<readonly [name: string, value: string]> {
    for (let i = 0; i < this.#names.length; i++) yield [this.#names[i] as string, this.#values[i] as string];
  }
}
