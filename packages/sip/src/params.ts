/**
 * Header or URI parameters: names in lower case, values unquoted; a parameter without `=` has value `''`.
 *
 * Always a Map: a peer may name a parameter `__proto__`.
 */
export type Params = ReadonlyMap<string, string>;

/** What a header or URI without parameters has; shared, so never to be written to. */
export const NO_PARAMS: Params = new Map<string, string>();
