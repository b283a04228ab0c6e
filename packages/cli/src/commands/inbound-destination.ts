import { DESTINATIONS_TO_COME, type InboundDocument, toComeText } from '@ringwall/contract';
import { InvalidArgumentError } from 'commander';

export type Destination = InboundDocument['open'];

/** For `--to`: `101`, `group:101,102`, `outside:+447700900123` or `hang-up`. The contract checks the numbers. */
export function destinationArgument(text: string): Destination {
  if (/^\d{2,8}$/.test(text)) return { to: 'extension', number: text };
  if (text === 'hang-up') return { to: 'hang-up' };
  const [kind = '', rest = ''] = text.split(/:(.*)/s, 2);
  if (DESTINATIONS_TO_COME.has(kind)) {
    const says = toComeText(kind);
    throw new InvalidArgumentError(`${says[0]?.toUpperCase()}${says.slice(1)}.`);
  }
  if (kind === 'group' && /^\d{2,8}(,\d{2,8})*$/.test(rest)) {
    return { to: 'ring-group', extensions: rest.split(','), strategy: 'all', ringSeconds: 20 };
  }
  if (kind === 'outside' && /^\+?\d{2,31}$/.test(rest)) return { to: 'outside', number: rest, owner: '' };
  throw new InvalidArgumentError(
    'Give an extension, group:101,102, outside: with a number as it would be dialled, or hang-up.',
  );
}

/** For the hours that may be as others are. Not null: commander makes `''` of it. */
export function destinationOrSame(text: string): Destination | 'same' {
  return text === 'same' ? text : destinationArgument(text);
}

export interface DestinationDetails {
  readonly strategy?: 'all' | 'hunt';
  readonly ring?: number;
  readonly owner?: string;
}

/** Takes over what was said of groups, and of who answers for calls outside. */
export function withDetails(
  destination: Destination,
  { strategy, ring, owner }: DestinationDetails,
): Destination {
  if (destination.to === 'ring-group') {
    return {
      ...destination,
      strategy: strategy ?? destination.strategy,
      ringSeconds: ring ?? destination.ringSeconds,
    };
  }
  return destination.to === 'outside' ? { ...destination, owner: owner ?? destination.owner } : destination;
}

export function destinationText(destination: Destination): string {
  switch (destination.to) {
    case 'extension':
      return destination.number;
    case 'ring-group': {
      const { extensions, strategy, ringSeconds } = destination;
      const how = strategy === 'all' ? 'all at once' : 'one after another';
      return `${extensions.join(', ')}: ${how}, ${ringSeconds} s`;
    }
    case 'hang-up':
      return 'hang-up';
    case 'outside':
      return `${destination.number}, as a call of ${destination.owner}`;
  }
}
