/** RFC 3261 25.1 `token`. */
export const TOKEN = 1;
/** A value of a parameter that is not quoted. See {@link CHARACTERS}. */
export const PARAM_VALUE = 2;
/** What may stand unescaped in the user part of a SIP URI. */
export const USER = 4;
/** What may stand unescaped in a parameter of a SIP URI. */
export const URI_PARAM = 8;
/** What may stand unescaped in the headers of a SIP URI, `=` and `&` included. */
export const URI_HEADER = 16;
/** A host name or an IPv4 address. */
export const HOST = 32;
/** A header value walks over these; at all others it looks closer. */
export const PLAIN = 64;
export const DIGIT = 128;
/** What may stand unescaped in the value of a parameter of a SIP URI, as we read it. */
export const URI_PARAM_VALUE = 256;

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const UNRESERVED = `${ALPHANUMERIC}-_.!~*'()`;

/**
 * What each byte may be part of, as bits.
 *
 * Wider than the grammar in four places, each because elements in use need it and none of them changes where
 * anything begins or ends: a parameter's value may hold `@ / = : [ ] & $ ( )` beside a token's characters
 * (addresses, base64 branches), that of a URI's parameter `=` (base64 too), a user part `#` (feature codes), and a
 * host `_`.
 */
export const CHARACTERS: Uint16Array = new Uint16Array(256);

function mark(bit: number, characters: string): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    CHARACTERS[code] = (CHARACTERS[code] ?? 0) | bit;
  }
}

mark(TOKEN, `${ALPHANUMERIC}-.!%*_+\`'~`);
mark(PARAM_VALUE, `${ALPHANUMERIC}-.!%*_+\`'~@/=:[]&$()`);
mark(USER, `${UNRESERVED}&=+$,;?/#`);
mark(URI_PARAM, `${UNRESERVED}[]/:&+$`);
mark(URI_PARAM_VALUE, `${UNRESERVED}[]/:&+$=`);
mark(URI_HEADER, `${UNRESERVED}[]/?:+$=&`);
mark(HOST, `${ALPHANUMERIC}-._`);
mark(DIGIT, '0123456789');
for (let code = 0x20; code < 0x7f; code++) if (code !== 0x2c) mark(PLAIN, String.fromCharCode(code));
mark(PLAIN, '\t');

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PERCENT = 0x25;
export const COMMA = 0x2c;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const QUESTION = 0x3f;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;

/** The first index from `index` on whose character is not one of `bits`; `text.length` if there is none. */
export function skip(text: string, index: number, bits: number): number {
  let at = index;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code > 127 || ((CHARACTERS[code] as number) & bits) === 0) break;
    at++;
  }
  return at;
}

/** The first index from `index` on that is neither space nor tab. */
export function skipSpace(text: string, index: number): number {
  let at = index;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB) break;
    at++;
  }
  return at;
}

/** Are there one or more characters, all of `bits`? */
export function isAll(text: string, bits: number): boolean {
  return text.length > 0 && skip(text, 0, bits) === text.length;
}

export function isToken(text: string): boolean {
  return isAll(text, TOKEN);
}

/**
 * The number that decimal digits alone spell, at most `max`; leading zeros are allowed, as in RFC 4475 3.1.1.1.
 * No sign, exponent, space or foreign digit, and nothing longer than a number can hold.
 */
export function parseDecimal(text: string, max: number): number | undefined {
  if (!isAll(text, DIGIT)) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    value = value * 10 + text.charCodeAt(i) - ZERO;
    if (value > max) return undefined;
  }
  return value;
}
