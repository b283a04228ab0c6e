/**
 * What has no place in a header: control characters, which end a line or hide one, and the marks that turn the
 * direction of writing, with which a caller's name can show another number than it has.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g;

/**
 * Text from a peer or an administrator, made fit to be written in a header: each run of control characters and
 * direction marks becomes one space, ends are trimmed, and what is longer than `maxLength` is cut.
 *
 * Lone surrogates become U+FFFD, so what is written is always valid UTF-8.
 */
export function safeHeaderText(text: string, maxLength = 256): string {
  return text.slice(0, maxLength).replace(UNSAFE, ' ').trim().toWellFormed();
}

/** `"Anna \"Ace\" Lee"`, with what is unsafe taken out; `''` for no name. */
export function quoteDisplayName(name: string): string {
  const safe = safeHeaderText(name);
  return safe === '' ? '' : `"${safe.replace(/["\\]/g, '\\$&')}"`;
}
