/**
 * Is it a Call-ID (RFC 3261 20.8)? Visible ASCII without comma and semicolon: the grammar allows less, but what
 * else phones put in (`=`, a second `@`) divides nothing, and a Call-ID is only ever compared.
 */
export function isCallId(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x2c || code === 0x3b) return false;
  }
  return text.length > 0;
}
