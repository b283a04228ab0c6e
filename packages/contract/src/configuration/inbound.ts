import type { Result } from '@ringwall/base';
import { type InboundDestination, isInboundMask, WITHHELD } from '@ringwall/policy';
import { extensionNumber } from '../control/shapes.ts';
import { quoted } from '../settings/setting.ts';
import {
  choice,
  listOf,
  nullable,
  object,
  optional,
  type Shape,
  type ShapeOf,
  text,
} from '../shape/shape.ts';
import { groupName } from './hours.ts';
import { ringMembers, ringSeconds, ringStrategy } from './ring-group.ts';
import { itemName } from './trunk.ts';

/** Of one rule. Who has more numbers for one destination has an ending in common, or makes a second rule. */
const MOST_MASKS = 100;

/** What the field sends calls to, and this version cannot. */
export const DESTINATIONS_TO_COME: ReadonlySet<string> = new Set(['receptionist', 'queue', 'voicemail']);

/** For whoever asks for one of {@link DESTINATIONS_TO_COME}. */
export function toComeText(to: string): string {
  return `a ${to} does not exist yet: take an extension, a ring group, a number outside, or hang-up`;
}

const mask = maskShape('digits, with * or + before them if need be', isInboundMask);
const callerMask = maskShape(
  `digits, with * or + before them if need be, or ${WITHHELD}`,
  (written) => written === WITHHELD || isInboundMask(written),
);

function maskShape(words: string, isMask: (written: string) => boolean): Shape<string> {
  return {
    read: (value, at) =>
      typeof value === 'string' && isMask(value)
        ? { ok: true, value }
        : { ok: false, error: `${at} is ${quoted(value)}, and must be ${words}` },
  };
}

/** A number outside, as an extension would dial it. */
const outsideNumber = text({
  max: 32,
  pattern: /^\+?\d{2,31}$/,
  allowed: 'digits, with or without a leading +',
});

const DESTINATIONS = {
  /** Of an extension, or of a ring group that has a number. */
  extension: object({ to: choice(['extension']), number: extensionNumber }),
  'ring-group': object({
    to: choice(['ring-group']),
    extensions: ringMembers,
    strategy: ringStrategy,
    ringSeconds,
  }),
  'hang-up': object({ to: choice(['hang-up']) }),
  outside: object({ to: choice(['outside']), number: outsideNumber, owner: extensionNumber }),
};

export const destination: Shape<InboundDestination> = {
  read: (value, at): Result<InboundDestination, string> => {
    const to: unknown = typeof value === 'object' && value !== null ? (value as { to?: unknown }).to : value;
    if (typeof to === 'string' && DESTINATIONS_TO_COME.has(to)) {
      return { ok: false, error: `${at}: ${toComeText(to)}` };
    }
    if (typeof to !== 'string' || !Object.hasOwn(DESTINATIONS, to)) {
      const known = Object.keys(DESTINATIONS).join(', ');
      return { ok: false, error: `${at}.to is ${quoted(to)}, and must be one of ${known}` };
    }
    return DESTINATIONS[to as keyof typeof DESTINATIONS].read(value, at);
  },
};

/** Where calls from trunks go, as an administrator describes it. A list that is empty asks for nothing. */
export const inboundRuleShape = object({
  trunks: listOf(itemName, MOST_MASKS),
  called: listOf(mask, MOST_MASKS),
  callers: listOf(callerMask, MOST_MASKS),
  /** The group whose office hours hold; left out: the house's. */
  hoursOf: optional(groupName),
  open: destination,
  /** null: as when it is open. */
  closed: nullable(destination),
  /** null: as when it is closed. */
  holiday: nullable(destination),
});
export type InboundDocument = ShapeOf<typeof inboundRuleShape>;
