import { callingCodeOf, filedKeys, nationalDigits, readCallerNumber, shownKeys } from './caller-number.ts';

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
  /** By owner and by each of the keys that its pattern is filed under. */
  readonly #exact = new Map<string, BlockedCaller>();
  readonly #patterns: { readonly blocked: BlockedCaller; readonly pieces: readonly string[] }[] = [];
  readonly #homeCode: string | undefined;
  readonly #entries = new Set<string>();

  /** @param homeCountry `GB`: whose numbers those are that are shown without a country's code; `''`: not known. */
  constructor(all: Iterable<BlockedCaller>, homeCountry = '') {
    this.#homeCode = callingCodeOf(homeCountry);
    for (const blocked of all) {
      const { pattern, extension } = blocked;
      this.#entries.add(keyOf(extension, pattern));
      if (pattern.includes('*')) {
        this.#patterns.push({ blocked, pieces: pattern.replace(/^00/, '+').split('*') });
        continue;
      }
      const number = readCallerNumber(pattern);
      const keys = number === undefined ? [] : filedKeys(number, this.#homeCode);
      for (const key of [textKey(pattern), ...keys]) this.#exact.set(keyOf(extension, key), blocked);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Is there an entry of exactly this pattern, for this extension? */
  has(pattern: string, extension: string | undefined): boolean {
    return this.#entries.has(keyOf(extension, pattern));
  }

  /**
   * The entry that refuses a call, if one does. A number is the same however it is written (`+44…`, `0044…`, `44…`,
   * `0…`), since providers differ; names are compared to the letter.
   *
   * @param extension whose own entries hold beside those of the house; undefined: the house's alone.
   * @param isInside does an extension call? Then only the entries of the one that is called hold.
   */
  find(caller: ShownIdentity, extension: string | undefined, isInside: boolean): BlockedCaller | undefined {
    const number = readCallerNumber(caller.number);
    const texts = shownTexts(caller);
    const keys = [...texts.map(textKey), ...(number === undefined ? [] : shownKeys(number, this.#homeCode))];
    const forms = this.#patterns.length === 0 ? [] : [...texts, ...this.#spellings(caller.number)];
    const owners = [...(isInside ? [] : [undefined]), ...(extension === undefined ? [] : [extension])];
    for (const owner of owners) {
      for (const key of keys) {
        const exact = this.#exact.get(keyOf(owner, key));
        if (exact !== undefined) return exact;
      }
      const found = this.#patterns.find(
        ({ blocked, pieces }) => blocked.extension === owner && forms.some((form) => fits(form, pieces)),
      );
      if (found !== undefined) return found.blocked;
    }
    return undefined;
  }

  /** Other ways to write an international number, for patterns with a `*`. The national one only of our own country. */
  #spellings(text: string): readonly string[] {
    const number = readCallerNumber(text);
    if (number?.form !== 'international') return [];
    const { digits } = number;
    const national = this.#homeCode === undefined ? undefined : nationalDigits(digits, this.#homeCode);
    return [digits, `+${digits}`, ...(national === undefined ? [] : [`0${national}`])];
  }
}

/** Is it something that an entry can be made of? `*` alone would refuse everybody, and is no mistake to make easily. */
export function isCallerPattern(text: string): boolean {
  return /^[^\p{Cc}\p{Zl}\p{Zp}]{1,64}$/u.test(text) && /[^*\s]/.test(text);
}

/** What a caller shows, as it is. Whoever shows a number does not withhold it, whatever he calls himself. */
function shownTexts({ number, name }: ShownIdentity): readonly string[] {
  if (number === '') return name === '' ? [ANONYMOUS] : [ANONYMOUS, name];
  return name === '' || name === ANONYMOUS ? [number] : [number, name];
}

/** Something compared to the letter. */
function textKey(text: string): string {
  return `"${text}`;
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

function keyOf(extension: string | undefined, key: string): string {
  return `${extension ?? ''} ${key}`;
}
