import type { CallRecord, CallRecordQuery } from '@ringwall/pbx';

/** What a call record is found by. A tag says what it is of by its first letter, so that no name is taken for another. */

/** @returns each once. */
export function tagsOf(record: CallRecord): readonly string[] {
  const { caller, answeredBy, legs, asked = [], redirections, because, outcome, dialled } = record;
  const extensions = [caller, answeredBy, ...legs.map((leg) => leg.extension), ...asked.map(({ by }) => by)];
  const outside = legs.flatMap((leg) => leg.outside ?? []);
  const numbers = [
    dialled,
    ...outside.map(({ number }) => number),
    ...asked.map(({ number }) => number ?? ''),
    ...redirections.map(({ to }) => to),
  ];
  const isRefused =
    outcome === 'refused' ||
    because.some(({ verdict }) => verdict === 'deny') ||
    redirections.some(({ refused }) => refused !== undefined);
  return [
    ...new Set([
      ...extensions.flatMap((number) => (number === undefined ? [] : `x${number}`)),
      ...outside.map(({ trunk }) => `t${trunk}`),
      ...numbers.map(digitsOf).flatMap((digits) => (digits === '' ? [] : `n${digits}`)),
      `o${outcome}`,
      ...(isRefused ? ['refused'] : []),
    ]),
  ];
}

/** What the query asks for, that which fits the fewest records first, as far as one can say. */
export function tagsAskedFor(query: CallRecordQuery): readonly string[] {
  const { number, extension, trunk, refused, outcome } = query;
  return [
    ...(number === undefined ? [] : [`n${digitsOf(number)}`]),
    ...(extension === undefined ? [] : [`x${extension}`]),
    ...(refused === undefined ? [] : ['refused']),
    ...(outcome === undefined ? [] : [`o${outcome}`]),
    ...(trunk === undefined ? [] : [`t${trunk}`]),
  ];
}

function digitsOf(number: string): string {
  return number.replace(/[^0-9*#]/g, '');
}
