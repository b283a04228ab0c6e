import type { InboundDocument } from '@ringwall/contract';
import type { InboundDestination } from '@ringwall/policy';

/** The numbers of the house, which rules may name. */
export interface KnownNumbers {
  readonly extensions: ReadonlySet<string>;
  readonly ringGroups: ReadonlySet<string>;
}

const NOBODY: KnownNumbers = { extensions: new Set(), ringGroups: new Set() };

/** All numbers of the house that a rule names, each once. */
export function numbersIn(rule: InboundDocument): readonly string[] {
  return missingIn(rule, NOBODY);
}

/** Numbers that a rule names and nobody has, each once. */
export function missingIn(rule: InboundDocument, known: KnownNumbers): readonly string[] {
  const missing = [rule.open, rule.closed, rule.holiday].flatMap((each) =>
    each === null ? [] : missingFrom(each, known),
  );
  return [...new Set(missing)];
}

function missingFrom(
  destination: InboundDestination,
  { extensions, ringGroups }: KnownNumbers,
): readonly string[] {
  switch (destination.to) {
    case 'extension':
      return [destination.number].filter((number) => !extensions.has(number) && !ringGroups.has(number));
    case 'ring-group':
      return destination.extensions.filter((number) => !extensions.has(number));
    case 'outside':
      return [destination.owner].filter((number) => !extensions.has(number));
    case 'hang-up':
      return [];
  }
}

/** The destination with those alone who exist; undefined: nobody of it does. */
export function withKnown(
  destination: InboundDestination | null,
  known: KnownNumbers,
): InboundDestination | undefined {
  if (destination === null) return undefined;
  if (destination.to === 'ring-group') {
    const extensions = destination.extensions.filter((number) => known.extensions.has(number));
    return extensions.length === 0 ? undefined : { ...destination, extensions };
  }
  return missingFrom(destination, known).length === 0 ? destination : undefined;
}
