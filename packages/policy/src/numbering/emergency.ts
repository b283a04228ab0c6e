import { whereForHelp } from './emergency-numbers.ts';

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

/**
 * Would something of the house stand in the way of a call for help if it had this number or code?
 *
 * @param is `whole`: it is dialled as it is (an extension, a group). `beginning`: more digits may follow (the code of a
 *   service), so that it may not be the beginning of an emergency number either: a phone would ring for `11` before
 *   somebody has dialled the 2.
 * @returns the emergency number, or `undefined` if there is none in its way. A number that is dialled for help in some
 *   other country stands in the way as well, if it is one that people know: see `whereForHelp`.
 */
export function collidesWithEmergency(
  code: string,
  known: EmergencyNumbers,
  is: 'whole' | 'beginning' = 'whole',
): string | undefined {
  const number = emergencyNumber(code, known) ?? (whereForHelp(code) === undefined ? undefined : code);
  if (number !== undefined || is === 'whole' || code === '') return number;
  return [...EVERYWHERE, ...known.numbers].find((each) =>
    ['', ...known.outsidePrefixes].some((prefix) => `${prefix}${each}`.startsWith(code)),
  );
}
