/**
 * Maps of which there are thousands, each with an entry now and then: the calls of an extension, its numbers. Taking the
 * last entry out of a map has its table made anew, so an empty one is dropped instead, and all share the one below.
 */
const EMPTY: ReadonlyMap<never, never> = new Map<never, never>();

export function emptyMap<Key, Value>(): ReadonlyMap<Key, Value> {
  return EMPTY;
}

/** @param map not to be used any more. @returns what to keep in its place. */
export function withEntry<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value,
): ReadonlyMap<Key, Value> {
  const changed = map.size === 0 ? new Map<Key, Value>() : (map as Map<Key, Value>);
  return changed.set(key, value);
}

/** @param map not to be used any more. @returns what to keep in its place. */
export function withoutEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  if (map.size > 1) (map as Map<Key, Value>).delete(key);
  else if (map.has(key)) return emptyMap();
  return map;
}
