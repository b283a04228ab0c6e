import { err, networkText, ok } from '@ringwall/base';
import { parseListNetwork } from '@ringwall/policy';
import { nullable, object, type Shape, type ShapeOf, text } from '../shape/shape.ts';

/** What people put on the guard's lists, as it stands in a file. */

/** As the guard keeps it, which replaces what is not of this kind. */
const line = text({
  max: 200,
  pattern: /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u,
  allowed: 'one line of at most 200 characters',
});

/** Gives it as the lists show it: two ways to write one network are one. */
const network: Shape<string> = {
  read: (value, at) => {
    const read = parseListNetwork(typeof value === 'string' ? value : '');
    if (!read.ok) return err(`${at}: ${read.error.text.replace(/\.$/, '')}`);
    return ok(networkText(read.value));
  },
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** An instant that says its offset, since a file outlives the time zone of a machine. Gives it as {@link instantText}. */
const instant: Shape<string> = {
  read: (value, at) => {
    const ms = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
    // Elsewhere the 31st of a shorter month would be the 1st of the next.
    const day = String(value).slice(0, 10);
    if (ms >= 0 && instantText(Date.parse(day)).startsWith(day)) return ok(instantText(ms));
    return err(`${at} must be an instant such as 2027-03-08T10:00:00Z`);
  },
};

/** The last one that has a year of four digits. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59);

/** @param ms since 1970. @returns `2027-03-08T10:00:00Z`, with milliseconds where there are some. */
export function instantText(ms: number): string {
  return new Date(Math.min(ms, LAST_INSTANT)).toISOString().replace('.000Z', 'Z');
}

const ENTRY = { network, description: line, by: line };

export const whitelistTextShape = object(ENTRY);
export type WhitelistText = ShapeOf<typeof whitelistTextShape>;

export const blacklistTextShape = object({
  ...ENTRY,
  /** null: for good. */
  until: nullable(instant),
});
export type BlacklistText = ShapeOf<typeof blacklistTextShape>;
