/** What is an emergency call here. */
export interface EmergencyNumbers {
  /** Of the home country; 112 and 911 hold everywhere and need not be listed. */
  readonly numbers: readonly string[];
  /** Outside-line prefixes, `0`, `9`: the number is recognised with and without each. */
  readonly outsidePrefixes: readonly string[];
}

const EVERYWHERE = ['112', '911'];

/**
 * A `+` before it changes nothing: no number in the world is so short, and address books write it.
 *
 * @returns the emergency number without its outside-line prefix, or `undefined` if it is none.
 */
export function emergencyNumber(dialled: string, known: EmergencyNumbers): string | undefined {
  for (const number of [...EVERYWHERE, ...known.numbers]) {
    if (number === '' || !dialled.endsWith(number)) continue;
    const before = dialled.slice(0, dialled.length - number.length);
    if (before === '' || before === '+' || known.outsidePrefixes.includes(before)) return number;
  }
  return undefined;
}
