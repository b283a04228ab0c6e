import type { InboundDocument } from '@ringwall/contract';
import type { InboundDestination } from '@ringwall/policy';

/** Extensions that a rule names and that are not known, each once. */
export function missingIn(rule: InboundDocument, isKnown: (number: string) => boolean): readonly string[] {
  const named = [rule.open, rule.closed, rule.holiday].flatMap((each) =>
    each === null ? [] : namedIn(each),
  );
  return [...new Set(named)].filter((number) => !isKnown(number));
}

function namedIn(destination: InboundDestination): readonly string[] {
  switch (destination.to) {
    case 'extension':
      return [destination.number];
    case 'ring-group':
      return destination.extensions;
    case 'outside':
      return [destination.owner];
    case 'hang-up':
      return [];
  }
}

/** The destination with those alone who exist; undefined: nobody of it does. */
export function withKnown(
  destination: InboundDestination | null,
  isKnown: (number: string) => boolean,
): InboundDestination | undefined {
  if (destination === null) return undefined;
  if (destination.to === 'ring-group') {
    const extensions = destination.extensions.filter(isKnown);
    return extensions.length === 0 ? undefined : { ...destination, extensions };
  }
  return namedIn(destination).every(isKnown) ? destination : undefined;
}
