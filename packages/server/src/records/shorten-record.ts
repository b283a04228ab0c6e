import type { CallRecord } from '@ringwall/pbx';

/** Seven digits and more, with what people write between them: no extension, no emergency number. */
const NUMBER = /\d(?:[\s().-]{0,3}\d){6,}/g;
/** Digits behind which three at most follow. */
const LAST_DIGITS = /\d(?=(?:\D*\d){0,3}\D*$)/g;

/**
 * The record without the last four digits of every number outside, and without the names of who is outside: in its
 * sentences too. Addresses stay, and so do extensions, whatever their length.
 */
export function shortenRecord(record: CallRecord): CallRecord {
  const extensions = new Set<string>(
    [record.caller, record.answeredBy, ...record.legs.map(({ extension }) => extension)].flatMap(
      (each) => each ?? [],
    ),
  );
  const short = (text: string): string =>
    text.replace(NUMBER, (number) => (extensions.has(number) ? number : number.replace(LAST_DIGITS, 'x')));
  return {
    ...record,
    dialled: short(record.dialled),
    reason: short(record.reason),
    legs: record.legs.map((leg) => ({
      ...leg,
      outside: leg.outside && { ...leg.outside, number: short(leg.outside.number), name: '' },
    })),
    redirections: record.redirections.map(({ by, to, refused }) => ({
      by: short(by),
      to: short(to),
      refused: refused === undefined ? undefined : short(refused),
    })),
    because: record.because.map((reason) => ({ ...reason, text: short(reason.text) })),
    asked: record.asked?.map((asked) => {
      const dialled = short(asked.dialled);
      const number = asked.number === undefined ? undefined : short(asked.number);
      return { ...asked, dialled, number, isCut: asked.isCut || dialled !== asked.dialled };
    }),
    transfers: record.transfers.map(({ by, to, failed, ...each }) => ({
      ...each,
      by: short(by),
      to: short(to),
      failed: failed === undefined ? undefined : short(failed),
    })),
  };
}
