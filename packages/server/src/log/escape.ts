const LONGEST = 256;
const BACKSLASH = 0x5c;

/**
 * Text that came from a peer, made safe to show: nothing in it can move a cursor, recolour a terminal, reverse the
 * reading order, hide, or begin a new line of the log.
 *
 * Control characters (C0, DEL, C1), line and paragraph separators, invisible and direction characters, and halves
 * of surrogate pairs become `\x1b` or `\u{202e}`; a backslash is doubled, so that nobody can write an escape himself.
 *
 * @returns at most 256 characters and, if that was not all, `…` behind them.
 */
export function escapeSipText(text: string): string {
  let safe = '';
  let length = 0;
  for (const character of text) {
    const shown = shownAs(character);
    length += shown.length;
    if (length > LONGEST) return `${safe}…`;
    safe += shown;
  }
  return safe;
}

function shownAs(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code === BACKSLASH) return '\\\\';
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code >= 0xa0 && isUnseen(character) ? `\\u{${code.toString(16)}}` : character;
}

/** Format, separator, surrogate, private and unassigned characters, and blanks that pass for nothing. */
const UNSEEN =
  /[\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\p{Default_Ignorable_Code_Point}/u;

function isUnseen(character: string): boolean {
  return UNSEEN.test(character);
}
