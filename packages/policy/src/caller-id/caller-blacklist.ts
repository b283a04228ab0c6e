/** A caller whose calls are refused: by everybody, or by one extension. */
export interface BlockedCaller {
  /** A number or a name, with `*` for any characters; `anonymous`: whoever withholds his number. */
  readonly pattern: string;
  /** Undefined: nobody in the house takes the call. */
  readonly extension: string | undefined;
}

/** Who calls, as the provider, or his phone, says. */
export interface ShownIdentity {
  /** `''`: withheld. */
  readonly number: string;
  readonly name: string;
}

export const ANONYMOUS = 'anonymous';
/** Beyond it nobody reads the list any more. */
export const CALLER_BLACKLIST_LIMIT = 10_000;

/** The blacklisted callers, found by what a call shows of its caller. Exact ones cost the same however many there are. */
export class CallerBlacklist {
  readonly #exact = new Map<string, BlockedCaller>();
  readonly #patterns: { readonly blocked: BlockedCaller; readonly pieces: readonly string[] }[] = [];

  constructor(all: Iterable<BlockedCaller>) {
    for (const blocked of all) {
      if (blocked.pattern.includes('*')) {
        this.#patterns.push({ blocked, pieces: blocked.pattern.split('*') });
      } else {
        this.#exact.set(keyOf(blocked.extension, blocked.pattern), blocked);
      }
    }
  }

  get size(): number {
    return this.#exact.size + this.#patterns.length;
  }

  /**
   * The entry that refuses a call, if one does. Numbers are compared as they were written, and without a leading `+` or
   * `00`, since providers differ; names to the letter.
   *
   * @param extension whose own entries hold beside those of the house; undefined: the house's alone.
   * @param isInside does an extension call? Then only the entries of the one that is called hold.
   */
  find(caller: ShownIdentity, extension: string | undefined, isInside: boolean): BlockedCaller | undefined {
    const shown = shownForms(caller);
    const owners = [...(isInside ? [] : [undefined]), ...(extension === undefined ? [] : [extension])];
    for (const owner of owners) {
      for (const form of shown) {
        const exact = this.#exact.get(keyOf(owner, form));
        if (exact !== undefined) return exact;
      }
      const found = this.#patterns.find(
        ({ blocked, pieces }) => blocked.extension === owner && shown.some((form) => fits(form, pieces)),
      );
      if (found !== undefined) return found.blocked;
    }
    return undefined;
  }
}

/** Is it something that an entry can be made of? `*` alone would refuse everybody, and is no mistake to make easily. */
export function isCallerPattern(text: string): boolean {
  return /^[^\p{Cc}\p{Zl}\p{Zp}]{1,64}$/u.test(text) && /[^*\s]/.test(text);
}

/** Everything by which a caller can be named. */
function shownForms({ number, name }: ShownIdentity): readonly string[] {
  const forms = number === '' ? [ANONYMOUS] : [number, number.replace(/^(\+|00)/, '')];
  if (name !== '') forms.push(name);
  return forms;
}

/** Do the pieces between the `*` come in their order, the first at the beginning and the last at the end? */
function fits(text: string, pieces: readonly string[]): boolean {
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > text.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}

function keyOf(extension: string | undefined, pattern: string): string {
  return `${extension ?? ''} ${pattern}`;
}
