/**
 * Where a value is text though it may look like a number: `true`, or the same for the items of a list or the fields of
 * an object.
 */
export type Texts = true | readonly [Texts] | { readonly [field: string]: Texts };

/** Makes text of what YAML took for a number or a truth value where text belongs: a file says 101, and means "101". */
export function asTexts(value: unknown, texts: Texts | undefined): unknown {
  if (texts === undefined) return value;
  if (texts === true) {
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  }
  if (isList(texts)) return Array.isArray(value) ? value.map((item) => asTexts(item, texts[0])) : value;
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      asTexts(inner, Object.hasOwn(texts, name) ? texts[name] : undefined),
    ]),
  );
}

function isList(texts: Texts): texts is readonly [Texts] {
  return Array.isArray(texts);
}

/** An object as a YAML reader makes it. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
