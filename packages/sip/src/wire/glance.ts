/**
 * A look at bytes before they are parsed: where a field is, if it stands where nearly everybody writes it. Nothing is checked
 * that does not lead there, and a field that goes on in a second line is taken for what is in its first.
 */

export const STATUS_LINE = bytesOf('SIP/2.0 ');
const [LF, COLON, SPACE, TAB] = [0x0a, 0x3a, 0x20, 0x09];

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Does what is at `at` begin with these bytes? */
export function holds(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** The first index behind the end of the line that `at` is in. */
export function lineAfter(bytes: Uint8Array, at: number): number {
  const feed = bytes.indexOf(LF, at);
  return feed < 0 ? bytes.length : feed + 1;
}

/**
 * Where the value of the first such field begins, or -1.
 *
 * @param name in lower case.
 * @param short its short form, one letter in lower case.
 */
export function fieldValue(head: Uint8Array, name: string, short: string): number {
  for (let line = lineAfter(head, 0); line < head.length; line = lineAfter(head, line)) {
    if (lower(head[line]) !== short.charCodeAt(0) && lower(head[line]) !== name.charCodeAt(0)) continue;
    const value = Math.max(valueOf(head, line, name), valueOf(head, line, short));
    if (value >= 0) return value;
  }
  return -1;
}

function valueOf(bytes: Uint8Array, line: number, name: string): number {
  for (let i = 0; i < name.length; i++) if (lower(bytes[line + i]) !== name.charCodeAt(i)) return -1;
  let at = line + name.length;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  return bytes[at] === COLON ? at + 1 : -1;
}

/** Of a letter; nothing else becomes one that is in a name. */
export function lower(byte: number | undefined): number {
  return byte === undefined ? -1 : byte | 0x20;
}

/** So many characters of hexadecimal, digits and lower case as we write them; undefined: others, or the end, come before. */
export function hexAt(bytes: Uint8Array, start: number, length: number, end: number): string | undefined {
  if (start + length > end) return undefined;
  let text = '';
  for (let i = start; i < start + length; i++) {
    const byte = bytes[i] as number;
    if (!isHex(byte)) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}
