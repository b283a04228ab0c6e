/**
 * JSON for people and scripts. What JSON leaves as it is and a terminal may not (C1 controls, marks that turn the
 * direction of text) is escaped too: inside a JSON string, which is where it can only be, that means the same.
 */
export function json(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
